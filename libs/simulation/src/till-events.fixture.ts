/** What tills might say, from one seed: few orders, tables and items, so that everything happens to the same ones. */
import { MINUTE_MS } from '@ticketrail/core';
import { START } from './one-partition.fixture.js';

/** Mulberry32 (Tommy Ettinger, public domain): fractions in [0, 1). */
function fractions(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TYPES = [
  'table_seated',
  'order_placed',
  'order_completed',
  'payment',
  'payment',
  'payment',
  'payment_refunded',
  'order_voided',
  'feedback',
];

/** So many messages of so many events each, some of them copies of earlier ones. */
export function randomMessages(seed: number, messages: number, events: number): Record<string, unknown>[][] {
  const next = fractions(seed);
  const pick = <Option>(options: readonly Option[]): Option => options[Math.floor(next() * options.length)]!;
  const sent: Record<string, unknown>[] = [];
  let number = 0;
  const one = (): Record<string, unknown> => {
    if (sent.length > 0 && next() < 0.15) return { ...pick(sent) };
    const type = pick(TYPES);
    const minutes = pick([0, 0, 1, 2, 7, 61, 300, 1_500]);
    const amount = (1 + Math.floor(next() * 5_000)) / 100;
    const event: Record<string, unknown> = {
      event_id: `evt-${++number}`,
      event_type: type,
      timestamp: new Date(START - minutes * MINUTE_MS - Math.floor(next() * 50) * 1_000).toISOString(),
      location_id: pick(['loc_1', 'loc_2']),
      location_name: pick(['Loop', 'The Loop']),
    };
    if (type !== 'table_seated') event['order_id'] = `ord-${pick([1, 2, 3, 4, 5])}`;
    if (['table_seated', 'order_completed', 'payment'].includes(type)) event['table_id'] = pick(['t1', 't2']);
    if (type === 'table_seated') event['party_size'] = 2;
    if (type === 'order_placed') {
      const item_id = pick(['soup', 'tea']);
      event['items'] = [{ item_id, item_name: item_id, category: 'x', price: 2.5, quantity: pick([1, 2]) }];
    }
    if (type === 'order_completed') event['kitchen_time_minutes'] = pick([3, 8.5, 21]);
    if (type === 'feedback') Object.assign(event, { rating: pick([1, 4, 5]), nps_score: pick([2, 8, 10]) });
    if (type === 'payment' || type === 'payment_refunded') {
      const money = { subtotal: amount, tax: 0, tip: 0, total_amount: amount };
      Object.assign(event, money, { payment_method: pick(['cash', 'credit_card']) });
    }
    sent.push(event);
    return event;
  };
  return Array.from({ length: messages }, () => Array.from({ length: events }, one));
}
