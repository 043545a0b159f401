import { describe, expect, test } from '@jest/globals';
import { placeOf } from '../folds/delta.js';
import type { OrderEvent } from '../folds/order-parts.js';
import type { Row } from '../tables/spec.js';
import { orderReports, type OrderReport } from './order.js';

const NOON = Date.UTC(2025, 0, 15, 12);
const paid = { subtotal_minor: 1_999, tax_minor: 260, tip_minor: 300, payment_method: 'card', provider: 'visa' };
const shared = { location_id: 'north', order_id: 'o1' };
const EVENTS: OrderEvent[] = [
  {
    event_type: 'order_placed',
    event_id: 'a',
    time: NOON,
    ...shared,
    table_id: 't1',
    items: [{ item_id: 'tea', quantity: 2 }],
  },
  { event_type: 'order_completed', event_id: 'b', time: NOON + 60_000, ...shared, kitchen_time_minutes: 7 },
  {
    event_type: 'payment',
    event_id: 'c',
    time: NOON + 120_000,
    ...shared,
    total_minor: 2_559,
    ...paid,
    location_name: 'North',
  },
  { event_type: 'payment_refunded', event_id: 'd', time: NOON + 180_000, ...shared, total_minor: 1_005, ...paid },
  { event_type: 'order_voided', event_id: 'e', time: NOON + 180_000, ...shared },
];

/** The row of the event at a position. */
function rowOf(event: OrderEvent, seq: number): Row {
  return { location_id: event.location_id, place: placeOf(seq, 3), part: JSON.parse(JSON.stringify(event)) };
}

function reportOf(...events: OrderEvent[]): OrderReport {
  return orderReports(events.map((event, i) => rowOf(event, i + 1)))[0]!;
}

describe('the report of an order', () => {
  test.each([
    [1, 'placed', 0],
    [2, 'completed', 0],
    [3, 'paid', 25.59],
    [4, 'refunded', 15.54],
    [5, 'voided', 0],
  ])('after %i events is %s', (count, status, revenue) => {
    const report = reportOf(...EVENTS.slice(0, count));
    expect([report.status, report.revenue]).toEqual([status, revenue]);
  });

  test('is the same whatever order the events came in, but for their positions', () => {
    const strip = (report: OrderReport): unknown => ({
      ...report,
      events: report.events.map(({ event_id, event_type, at }) => [event_id, event_type, at]),
    });
    for (let turn = 0; turn < EVENTS.length; turn++) {
      const turned = [...EVENTS.slice(turn), ...EVENTS.slice(0, turn)].reverse();
      expect(strip(reportOf(...turned))).toEqual(strip(reportOf(...EVENTS)));
    }
  });

  test('is one for each location that uses the id, and there is none without an event', () => {
    const elsewhere = EVENTS.map((event) => ({ ...event, location_id: 'east' }));
    const rows = [...EVENTS, ...elsewhere].map((event, i) => rowOf(event, i + 1));
    const full: Row = { location_id: 'west', place: 1, part: null };
    const reports = orderReports([...rows, full]);
    expect(reports.map(({ location_id, events }) => [location_id, events.length])).toEqual([
      ['east', EVENTS.length],
      ['north', EVENTS.length],
    ]);
    expect(orderReports([])).toEqual([]);
  });

  test('tells what is known, and null for what is not', () => {
    const report = reportOf(...EVENTS.slice(0, 3));
    expect(report).toMatchObject({
      location_name: 'North',
      table_id: 't1',
      server_id: null,
      placed_at: '2025-01-15T12:00:00.000Z',
      completed_at: '2025-01-15T12:01:00.000Z',
      first_paid_at: '2025-01-15T12:02:00.000Z',
      voided_at: null,
      kitchen_time_minutes: 7,
      items: [{ item_id: 'tea', item_name: null, category: null, price: null, quantity: 2 }],
    });
    expect(report.events.map(({ event_id, position }) => [event_id, position])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
  });
});
