import { describe, expect, test } from '@jest/globals';
import type { Receipt, ReceiptEvent } from '../contract.js';
import { receiptQuery } from '../api/receipt-query.js';
import { restatedWhy, standingOf } from './completeness.js';
import { contributionOf, equationOf, markOf, missingText, positionOf, restatementText } from './receipt.js';

const event: ReceiptEvent = {
  event_id: 'evt_1',
  event_type: 'payment',
  time: '2026-11-20T19:01:00Z',
  location_id: 'loc_1',
  order_id: 'ord_1',
  how: 'applied',
  contribution: { revenue: 65.55, order_count: 1, net_sales: 50 },
  log_time: '2026-11-20T19:01:00Z',
  position: { shard: 3, seq: 1204, index: 7 },
  entry: 'abc',
  first: null,
};

const receipt: Receipt = {
  report: 'revenue',
  window: { from: '2026-11-20T19:00:00Z', to: '2026-11-20T19:05:00Z' },
  as_of: { log_time: '2026-11-20T19:06:00Z' },
  figure: { revenue: 65.55, order_count: 1 },
  recounted: { revenue: 65.55, order_count: 1 },
  equal: true,
  problems: [],
  event_count: 1,
  totals: { duplicate: 0, rejected: 0 },
  events: [event],
  next_cursor: null,
};

describe('a receipt', () => {
  test('is one equation, and says whether the recount agrees', () => {
    expect(equationOf('revenue', receipt)).toEqual({
      verdict: 'equal',
      sentence: '$65.55 = sum of 1 event. Recounted: equal.',
      lines: [
        { name: 'Revenue', stored: '$65.55', recounted: '$65.55', equal: true },
        { name: 'Orders', stored: '1', recounted: '1', equal: true },
      ],
    });
  });

  test('that does not agree by a cent says so, and by which column', () => {
    const equation = equationOf('revenue', { ...receipt, equal: false, recounted: { revenue: 65.54, order_count: 1 } });
    expect(equation.verdict).toBe('different');
    expect(equation.sentence).toBe('$65.55 = sum of 1 event? A recount gives $65.54.');
    expect(equation.lines.map(({ equal }) => equal)).toEqual([false, true]);
  });

  test('does not count duplicates among the events of the sum, and says that they came', () => {
    const repeated = { ...receipt, event_count: 3, totals: { duplicate: 2, rejected: 0 } };
    expect(equationOf('revenue', repeated).sentence).toBe(
      '$65.55 = sum of 1 event (and 2 not counted again). Recounted: equal.',
    );
  });

  test('of what was known earlier, or of a history with a gap, claims no agreement', () => {
    expect(equationOf('revenue', { ...receipt, equal: null }).verdict).toBe('gone-on');
    expect(equationOf('revenue', { ...receipt, problems: ['a page is missing'] }).verdict).toBe('incomplete');
  });

  test('says what each event contributed, where it stands, and what is to be remarked of it', () => {
    expect(contributionOf('revenue', event)).toBe('+$65.55, +1 order');
    expect(contributionOf('revenue', { ...event, contribution: { revenue: -12.5 } })).toBe('-$12.50');
    expect(contributionOf('items', { ...event, contribution: { quantity: 2, orders: 1 } })).toBe('+2 sold, +1 order');
    expect(contributionOf('revenue', { ...event, contribution: {} })).toBe('–');
    expect(positionOf(event)).toBe('3:1204.7');
    expect(markOf(event)).toBeUndefined();
    const first = { shard: 3, seq: 1100, index: 2 };
    expect(markOf({ ...event, how: 'duplicate', first })?.why).toBe(
      'Not counted again: the first of it stands at 3:1100.',
    );
    expect((['late', 'void', 'refund', 'rejected'] as const).map((how) => markOf({ ...event, how })?.mark)).toEqual([
      'late',
      'void',
      'refund',
      'rejected',
    ]);
  });

  test('is asked for exactly the window that is shown', () => {
    expect(receiptQuery({ report: 'revenue', key: 'loc_1', window: receipt.window })).toEqual({
      location_id: 'loc_1',
      window: '5m',
      at: '2026-11-20T19:04:59.999Z',
    });
    expect(receiptQuery({ report: 'items', key: 'i1', window: receipt.window, asOf: 'then' })).toMatchObject({
      item_id: 'i1',
      as_of: 'then',
    });
  });
});

describe('what came late', () => {
  const dated = {
    window: receipt.window,
    as_of: { log_time: '2026-11-20T19:30:00Z', positions: {} },
    completeness: {
      state: 'settled' as const,
      settles_at: '2026-11-20T19:10:00Z',
      settled_since: '2026-11-20T19:20:00Z',
      in_flight: 0,
    },
  };

  test('is told with its amount and its time', () => {
    const restated = { events: 3, amount: 212, last_at: '2026-11-20T19:20:00Z' };
    expect(restatedWhy({ ...dated, restated }, 'UTC')).toBe(
      'Restated by +$212.00 through 3 events that came after their minutes were settled; the last at 19:20.',
    );
    expect(restatedWhy(dated)).toBeUndefined();
    const since = '2026-11-20T18:00:00Z';
    expect(restatedWhy({ ...dated, restated: { ...restated, since } }, 'UTC')).toContain(
      'before 18:00 was not looked at',
    );
    expect(restatedWhy({ ...dated, restated: { events: 0, amount: 0, last_at: null, since } })).toBeUndefined();
    expect(standingOf(dated, false, 'UTC').stateWhy).toMatch(/^Settled since 19:20:/);
  });

  test('is listed by what it changed', () => {
    const none = {
      revenue: 0,
      tables_seated: 0,
      orders_placed: 0,
      orders_completed: 0,
      payments: 0,
      item_quantity: 0,
      samples_moved: 0,
      feedback_responses: 0,
    };
    expect(restatementText({ ...none, revenue: -18.4, payments: -1 })).toBe('-$18.40');
    expect(restatementText({ ...none, tables_seated: 2 })).toBe('+2 seated');
    expect(restatementText({ ...none, samples_moved: 1 })).toBe('waits moved');
  });
});

test('missing numbers are named, as far as they can be read', () => {
  const missing = [
    { from: 881, to: 884 },
    { from: 890, to: 890 },
  ];
  expect(missingText({ missing, missing_count: 5 })).toBe('881–884, 890');
  expect(missingText({ missing, missing_count: 17 })).toBe('881–884, 890 and 12 more');
  expect(missingText({ missing: [], missing_count: 3 })).toBe('3 numbers');
});
