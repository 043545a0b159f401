import { describe, expect, test } from '@jest/globals';
import { normalise } from '../normalise.js';
import { normaliseBatch } from '../settling/settle.js';
import { REASONS, show } from './reasons.js';

const LOG_TIME = Date.UTC(2025, 0, 15, 18, 30);
const PAYMENT = {
  event_id: 'e1',
  event_type: 'payment',
  timestamp: '2025-01-15T18:23:45.123Z',
  location_id: 'l1',
  order_id: 'o1',
  total_amount: 65.55,
};
const ORDER = { ...PAYMENT, event_type: 'order_placed', items: [{ item_id: 'i1', quantity: 1 }] };
const SEATED = { ...PAYMENT, event_type: 'table_seated', table_id: 't1' };

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { inside: value };
  return value;
}

const lines = (count: number) =>
  Array.from({ length: count }, () => ({ item_id: 'i', item_name: 'n', category: 'c', price: 1, quantity: 10_000 }));
const without = (field: string) => Object.fromEntries(Object.entries(PAYMENT).filter(([name]) => name !== field));
const manyFields = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, index]));

/** What is refused: why, in which words, and the event. */
const REFUSED: readonly (readonly [string, string, unknown])[] = [
  ['not_json', 'the event is not JSON: "{\\"event_id\\":"', '{"event_id":'],
  ['not_json', 'the event is not JSON: ""', ''],
  ['not_an_object', 'an event must be a JSON object, not a list', '[1]'],
  ['not_an_object', 'an event must be a JSON object, not "text"', '"text"'],
  ['not_an_object', 'an event must be a JSON object, not null', null],
  ['not_an_object', 'an event must be a JSON object, not a list', '['.repeat(30_000) + ']'.repeat(30_000)],
  ['not_an_object', 'the data of a CloudEvent must be a JSON object, not "x"', { specversion: '1.0', data: 'x' }],
  ['too_large', 'an event must not be longer than 65536 characters, and this is 65537', '1'.repeat(65_537)],
  ['too_deep', 'objects and lists must not be nested more than 16 deep', { ...PAYMENT, extra: nested(16) }],
  ['too_deep', 'objects and lists must not be nested more than 16 deep', { ...PAYMENT, extra: nested(10_000) }],
  [
    'too_many_keys',
    'an event must not have more than 200 fields and list elements, beside the known fields of its items',
    { ...PAYMENT, ...manyFields(195) },
  ],
  ['forbidden_key', 'a field must not be called __proto__', JSON.parse('{"event_type":"payment","__proto__":{"a":1}}')],
  ['forbidden_key', 'a field must not be called constructor', { ...PAYMENT, a: [{ constructor: 1 }] }],
  [
    'forbidden_key',
    'a field must not be called prototype',
    { ...ORDER, items: [{ item_id: 'i', quantity: 1, prototype: 1 }] },
  ],
  [
    'unknown_event_type',
    'event_type "table_cleared" is not one that is counted',
    { ...PAYMENT, event_type: 'table_cleared' },
  ],
  ['unknown_event_type', 'event_type "toString" is not one that is counted', { ...PAYMENT, event_type: 'toString' }],
  ['missing_field', 'event_type is missing', without('event_type')],
  ['missing_field', 'event_id is missing', without('event_id')],
  ['missing_field', 'timestamp is missing', { ...PAYMENT, timestamp: null }],
  ['missing_field', 'location_id is missing', without('location_id')],
  ['missing_field', 'total_amount is missing', without('total_amount')],
  ['missing_field', 'items[0].item_id is missing', { ...ORDER, items: [{ quantity: 1 }] }],
  ['wrong_type', 'event_type must be text, not 4', { ...PAYMENT, event_type: 4 }],
  ['wrong_type', 'order_id must be text, not a list', { ...PAYMENT, order_id: ['o1'] }],
  ['wrong_type', 'party_size must be a whole number from 1 to 1000, not "four"', { ...SEATED, party_size: 'four' }],
  ['wrong_type', 'total_amount must be a decimal number such as 18.99, not true', { ...PAYMENT, total_amount: true }],
  ['wrong_type', 'items must be a list of 0 to 200 lines, not "pizza"', { ...ORDER, items: 'pizza' }],
  ['wrong_type', 'items[1] must be an object, not 3', { ...ORDER, items: [{ item_id: 'i', quantity: 1 }, 3] }],
  ['invalid_id', 'order_id must have at most 128 characters, not 129', { ...PAYMENT, order_id: 'x'.repeat(129) }],
  [
    'invalid_id',
    'event_id must not hold control characters or halves of characters, not "a\\u0000b"',
    { ...PAYMENT, event_id: 'a\u0000b' },
  ],
  [
    'invalid_id',
    'order_id must be text, or a whole number that is exact, not 100000000000000000000',
    { ...PAYMENT, order_id: 1e20 },
  ],
  [
    'invalid_timestamp',
    'timestamp must be an instant such as "2025-01-15T18:23:45.123Z" or epoch milliseconds, not "2025-02-30T00:00:00Z"',
    { ...PAYMENT, timestamp: '2025-02-30T00:00:00Z' },
  ],
  [
    'invalid_timestamp',
    'timestamp must be an instant from 1970 to 9999, not "1969-12-31T23:59:59Z"',
    { ...PAYMENT, timestamp: '1969-12-31T23:59:59Z' },
  ],
  [
    'invalid_amount',
    'total_amount must be a decimal number such as 18.99, not "a lot"',
    { ...PAYMENT, total_amount: 'a lot' },
  ],
  ['invalid_amount', 'tax and tip are 70.00 together, more than the total_amount of 65.55', { ...PAYMENT, tip: 70 }],
  [
    'amount_precision',
    'total_amount must be a whole number of cents, not 10.005',
    { ...PAYMENT, total_amount: 10.005 },
  ],
  ['negative_amount', 'total_amount must not be negative, not -5.00', { ...PAYMENT, total_amount: -5 }],
  [
    'negative_amount',
    'items[0].price must not be negative, not -0.01',
    { ...ORDER, items: [{ item_id: 'i', quantity: 1, price: -0.01 }] },
  ],
  [
    'amount_out_of_range',
    'total_amount must be an amount up to 100000000.00, not 100000000.01',
    { ...PAYMENT, total_amount: 100_000_000.01 },
  ],
  [
    'amount_out_of_range',
    'total_amount must be an amount up to 100000000.00, not 100000001.00',
    { ...without('total_amount'), subtotal: 100_000_000, tip: 1 },
  ],
  [
    'invalid_quantity',
    'items[0].quantity must be a whole number from 1 to 10000, not -3',
    { ...ORDER, items: [{ item_id: 'i', quantity: -3 }] },
  ],
  [
    'invalid_quantity',
    'items[0].quantity must be a whole number from 1 to 10000, not 1.5',
    { ...ORDER, items: [{ item_id: 'i', quantity: 1.5 }] },
  ],
  ['out_of_range', 'party_size must be a whole number from 1 to 1000, not 0', { ...SEATED, party_size: 0 }],
  ['out_of_range', 'party_size must be a whole number from 1 to 1000, not 2.5', { ...SEATED, party_size: 2.5 }],
  [
    'out_of_range',
    'kitchen_time_minutes must be a number from 0 to 1440, not -1',
    { ...PAYMENT, event_type: 'order_completed', kitchen_time_minutes: -1 },
  ],
  [
    'out_of_range',
    'rating must be a whole number from 1 to 5, not 6',
    { ...PAYMENT, event_type: 'feedback', rating: 6 },
  ],
  ['out_of_range', 'items must be a list of up to 200 lines, not 201', { ...ORDER, items: lines(201) }],
  ['out_of_range', 'items must be a list of 1 to 200 lines, not 0 lines', { ...ORDER, event_type: 'sale', items: [] }],
  [
    'invalid_value',
    'location_name must have at most 200 characters, not 201',
    { ...PAYMENT, location_name: 'x'.repeat(201) },
  ],
  ['invalid_value', 'specversion must be "1.0", not "0.3"', { specversion: '0.3', data: PAYMENT }],
  ['invalid_value', 'a field holds a value that JSON cannot say', { ...PAYMENT, extra: { at: new Date(0) } }],
];

describe('refusals', () => {
  test.each(REFUSED)('%s: %s', (reason, message, raw) => {
    expect(normalise(raw)).toStrictEqual({ reason, message, payload: raw });
  });

  const batch = (timestamp: string) => ({
    collector: 'c',
    boot: 'b',
    n: 1,
    parts: [{ tenant: 't', received_at: LOG_TIME, events: [{ ...PAYMENT, timestamp }] }],
  });
  const bounds = { horizonMs: 3_600_000, skewMs: 60_000 };

  test.each([
    ['time_before_horizon', '2025-01-15T17:29:59.999Z'],
    ['time_in_future', '2025-01-15T18:31:00.001Z'],
  ])('%s depends on the time of the log, so settling says it', (reason, timestamp) => {
    expect(normaliseBatch(batch(timestamp), LOG_TIME, bounds)[0]?.outcomes).toMatchObject([{ reason }]);
  });

  test('every reason of the catalogue is produced here, and no other', () => {
    const produced = new Set(REFUSED.map(([reason]) => reason));
    produced.add('time_before_horizon').add('time_in_future');
    expect([...produced].sort()).toStrictEqual(Object.keys(REASONS).sort());
  });

  test('a limit is the last value that is still taken', () => {
    const { length } = Object.keys(PAYMENT);
    for (const raw of [
      { ...PAYMENT, ...manyFields(200 - length) },
      { ...PAYMENT, extra: nested(15) },
      { ...PAYMENT, order_id: 'x'.repeat(128), total_amount: 100_000_000 },
      { ...ORDER, items: lines(200) },
    ]) {
      expect(normalise(raw)).toHaveProperty('event_type');
    }
  });

  test('a message repeats at most 80 characters of the input, on one line', () => {
    expect(show('x'.repeat(500))).toHaveLength(80);
    expect(show('\u0000'.repeat(500))).toHaveLength(80);
    expect(show('a\u2028b\u0085c')).toBe('"a?b?c"');
    expect(show({ secret: 1 })).toBe('an object');
    expect(show(Symbol('s'))).toBe('a value of type symbol');
    expect(normalise({ ...PAYMENT, event_type: 'y'.repeat(500) })).toMatchObject({
      message: `event_type "${'y'.repeat(77)}…" is not one that is counted`,
    });
  });
});
