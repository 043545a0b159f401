import { describe, expect, test } from '@jest/globals';
import { JsonText } from '../tables/spec.js';
import { OpenedParts } from './opened-parts.js';
import { type OrderEvent, type OrderPart, OrderParts } from './order-parts.js';
import { OrderState, partOf } from './order-state.js';
import type { Put } from './set-rows.js';

const NOON = Date.UTC(2025, 0, 15, 12);
const ids = { location_id: 'north', order_id: 'o1' };
const money = { total_minor: 1378, subtotal_minor: 1111, tax_minor: 100, tip_minor: 167, payment_method: 'card' };
const soup = { item_id: 'i1', item_name: 'Soup "of the day"', category: 'starters', price_minor: 650, quantity: 1 };
const tea = { item_id: 'tea\n☕', quantity: 2.5 };

const EVENTS: readonly OrderEvent[] = [
  { event_type: 'order_placed', event_id: 'e1', time: NOON, ...ids, items: [soup, tea], table_id: 't', more: { a: 1 } },
  { event_type: 'order_placed', event_id: 'e2', time: NOON + 1, ...ids },
  { event_type: 'order_item_added', event_id: 'e3', time: NOON + 2, ...ids, items: [tea] },
  { event_type: 'order_completed', event_id: 'e4', time: NOON + 3, ...ids, kitchen_time_minutes: 7 },
  { event_type: 'payment', event_id: 'e5', time: NOON + 4, ...ids, ...money, provider: 'visa', location_name: 'North' },
  { event_type: 'payment_refunded', event_id: 'e6', time: NOON + 5, ...ids, ...money },
  { event_type: 'sale', event_id: 'e7', time: NOON + 6, ...ids, ...money, items: [soup] },
  { event_type: 'order_voided', event_id: 'e8', time: NOON + 7, ...ids, void_reason: 'left' },
];
/** Positions of a log that is not young: their places are large numbers. */
const placeOf = (index: number): number => 9_000_000_000_000 + index * 4_096;
const PARTS: readonly OrderPart[] = EVENTS.map((event, index) => ({ place: placeOf(index), event }));

function partsOf(parts: readonly OrderPart[]): OrderParts {
  const made = new OrderParts('o1', 'north');
  for (const part of parts) made.insert(made.indexOf(part.place), part);
  return made;
}

function opened(parts: OrderParts, added: number): OpenedParts {
  return new OpenedParts(parts, added, EVENTS[added]!);
}

describe('the parts of an order', () => {
  const parts = partsOf(PARTS);
  const indexes = [...EVENTS.keys()];

  test('say of each its place, its time, how many lines it brings, whether it pays and whether it voids', () => {
    expect(parts.length).toBe(EVENTS.length);
    expect(indexes.map((i) => parts.placeAt(i))).toEqual(PARTS.map(({ place }) => place));
    expect(indexes.map((i) => parts.timeAt(i))).toEqual(EVENTS.map(({ time }) => time));
    expect(indexes.map((i) => parts.linesAt(i))).toEqual([2, 0, 1, 0, 0, 0, 1, 0]);
    expect(indexes.filter((i) => parts.paysAt(i))).toEqual([4, 6]);
    expect(indexes.filter((i) => parts.voidsAt(i))).toEqual([7]);
  });

  test('become events again with all that figures are made of, and without the rest', () => {
    const events = indexes.map((i) => opened(parts, -1).eventAt(i));
    const line = { item_id: soup.item_id, price_minor: soup.price_minor, quantity: soup.quantity };
    const bare = EVENTS.map(({ event_type, event_id, time }) => ({ event_type, event_id, time, ...ids }));
    expect(JSON.parse(JSON.stringify(events))).toEqual([
      { ...bare[0], items: [line, tea] },
      { ...bare[1], items: [] },
      { ...bare[2], items: [tea] },
      { ...bare[3], items: [] },
      { ...bare[4], ...money, provider: 'visa', items: [] },
      { ...bare[5], ...money, items: [] },
      { ...bare[6], ...money, items: [line] },
      { ...bare[7], items: [] },
    ]);
  });

  test('stand by place, whatever order they are put in', () => {
    for (const order of [PARTS.toReversed(), [...PARTS.slice(4), ...PARTS.slice(0, 4)]]) {
      const other = partsOf(order);
      expect(other).toEqual(parts);
    }
    expect(parts.indexOf(placeOf(3))).toBe(3);
    expect(parts.indexOf(placeOf(3) + 1)).toBe(4);
    expect(parts.indexOf(placeOf(EVENTS.length))).toBe(EVENTS.length);
  });

  test('precede one another by time, and at one time by id', () => {
    const at = (event_id: string, place: number): OrderPart => ({ place, event: { ...EVENTS[7]!, event_id } });
    const same = new OpenedParts(partsOf([at('b', 1), at('a', 2)]), 1, at('a', 2).event);
    expect([same.precedes(0, 1), same.precedes(1, 0), same.precedes(1, 1)]).toEqual([false, true, false]);
    expect([opened(parts, 1).precedes(0, 1), opened(parts, 1).precedes(1, 0)]).toEqual([true, false]);
  });

  test('have an item in a line only, not where its id stands for something else', () => {
    const seen = opened(parts, 7);
    expect(indexes.filter((i) => seen.hasItem(i, 'i1'))).toEqual([0, 6]);
    expect(indexes.filter((i) => seen.hasItem(i, 'tea\n☕'))).toEqual([0, 2]);
    for (const elsewhere of ['card', 'e1', 'visa', 'i', '1']) {
      expect(indexes.filter((i) => seen.hasItem(i, elsewhere))).toEqual([]);
    }
  });

  test('have an item among very many lines', () => {
    const items = Array.from({ length: 300 }, (_, i) => ({ item_id: `i${i}`, quantity: 1 }));
    const long = partsOf([{ place: 1, event: { ...EVENTS[2]!, event_type: 'order_item_added', items } as OrderEvent }]);
    const seen = new OpenedParts(long, -1, EVENTS[7]!);
    expect(long.linesAt(0)).toBe(300);
    expect([seen.hasItem(0, 'i299'), seen.hasItem(0, 'i300')]).toEqual([true, false]);
  });
});

describe('an order', () => {
  const put: Put = { index: 0, isNew: false };

  test('is the same from its rows as from its events', () => {
    const live = new OrderState('acme', 'o1', 'north');
    for (const part of PARTS) live.put(part, put);
    const rows = PARTS.map(({ place, event }) => live.row(1, 2, place, JSON.stringify(event), 'entry'));
    const read = rows.map((row) => ({ ...row, part: (row['part'] as JsonText).toJSON() }));
    const loaded = new OrderState('acme', 'o1', 'north', read);
    loaded.toWrite = true;
    expect(loaded).toEqual(live);
    expect(read.map((row) => partOf(row))).toEqual(PARTS);
    expect(rows.map((row) => partOf(row))).toEqual(PARTS);
  });

  test('takes a part again that it has, and no other in its place', () => {
    const order = new OrderState('acme', 'o1', 'north');
    for (const part of PARTS) order.put(part, put);
    order.put(PARTS[2]!, put);
    expect(put).toEqual({ index: 2, isNew: false });
    expect(() => order.put({ place: placeOf(2), event: EVENTS[3]! }, put)).toThrow('another event');
  });
});
