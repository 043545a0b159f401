import type { RawEvent } from './profile.js';
import type { Random } from './random.js';

/** What can be wrong with a line. No server may count such a line as an event. */
export type Defect =
  'missing_field' | 'wrong_type' | 'bad_timestamp' | 'negative_amount' | 'unknown_type' | 'not_an_object' | 'not_json';

type Fields = Record<string, unknown>;

/** Fields without which an event cannot be counted; of these the ones that an event has. */
// prettier-ignore
const NEEDED = [
  'event_id', 'event_type', 'timestamp', 'location_id', 'restaurant_id', 'order_id', 'items', 'total_amount', 'total', 'unit_price', 'rating',
];

/** A value of a type that the field cannot have, and that nothing converts to it without guessing. */
const WRONG: Readonly<Fields> = {
  event_id: ['evt'],
  timestamp: true,
  order_id: { id: 7 },
  items: '2x pizza',
  party_size: 'four',
  kitchen_time_minutes: 'long',
  total_amount: 'sixty-five',
  total: 'sixty-five',
  unit_price: 'market price',
  quantity: 'a few',
  rating: 'great',
};

const BAD_TIMESTAMPS = [
  'yesterday',
  '2025-02-30T25:61:00.000Z',
  '',
  '15/01/2025 half past six',
  '0000-00-00T00:00:00Z',
];
const AMOUNTS = ['total_amount', 'total', 'unit_price', 'subtotal'];
const NOISE = [
  '*** PRINTER OFFLINE ***',
  '<html><body>502 Bad Gateway</body></html>',
  'event_id,event_type,timestamp',
  "{'event_id': 'evt'}",
];
const NOT_OBJECTS = ['42', 'null', 'true', '"order_placed"'];

/** Breaks an event in one way, chosen at random among those that its type allows. */
export function spoil(event: RawEvent, random: Random): { line: string; defect: Defect } {
  const fields: Fields = { ...event };
  const hasAmount = AMOUNTS.some((name) => name in fields);
  const defect = random.pick<Defect>([
    'missing_field',
    'wrong_type',
    'bad_timestamp',
    hasAmount ? 'negative_amount' : 'missing_field',
    'unknown_type',
    'not_an_object',
    'not_json',
  ]);
  return { line: broken(fields, defect, random), defect };
}

function broken(fields: Fields, defect: Defect, random: Random): string {
  switch (defect) {
    case 'missing_field':
      delete fields[random.pick(NEEDED.filter((name) => name in fields))];
      break;
    case 'wrong_type': {
      const name = random.pick(Object.keys(WRONG).filter((candidate) => candidate in fields));
      fields[name] = WRONG[name];
      break;
    }
    case 'bad_timestamp':
      fields['timestamp'] = random.pick(BAD_TIMESTAMPS);
      break;
    case 'negative_amount': {
      const name = AMOUNTS.find((candidate) => candidate in fields) ?? '';
      fields[name] = -Number(fields[name]);
      break;
    }
    case 'unknown_type':
      fields['event_type'] = 'table_teleported';
      break;
    case 'not_an_object':
      return random.pick(NOT_OBJECTS);
    case 'not_json': {
      const line = JSON.stringify(fields);
      return random.chance(0.5) ? line.slice(0, random.integer(1, line.length - 1)) : random.pick(NOISE);
    }
  }
  return JSON.stringify(fields);
}
