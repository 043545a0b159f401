import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Sketch } from '../sketch.js';
import { FEEDBACK, FUNNEL, ITEM_SALES, LEDGER, PAYMENT_MIX, REVENUE, WAIT_TIMES } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { ledgerByMinute, ledgerTotals } from './books.js';
import { rowOf } from './rows.fixture.js';
import { hourTotalsOf } from './hour-totals.js';
import { paymentMix, revenueByLocation, revenueByMinute, trendingItems } from './sales.js';
import { feedbackByLocation, funnelByLocation, percentiles, turnover } from './service.js';
import { totalsOf } from './totals.js';

const MINUTE = 60_000;
const cents = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });
const place = fc.constantFrom('a', 'b', 'c', 'd', '');
const label_time = fc.integer({ min: 0, max: 3 });
const name = fc.constantFrom('North', 'South', null);

const revenueRows = fc.array(
  fc
    .record({
      location_id: place,
      minute: fc.integer({ min: 0, max: 9 }).map((n) => n * MINUTE),
      location_name: name,
      label_time,
      revenue_minor: cents,
      net_sales_minor: cents,
      tax_minor: cents,
      tips_minor: cents,
      payments: fc.nat(5),
      order_count: fc.nat(5),
    })
    .map((values) => rowOf(REVENUE, values)),
  { maxLength: 40 },
);

/** Major units as text, made from digits alone. */
function decimal(minor: bigint): string {
  const digits = String(minor < 0n ? -minor : minor).padStart(3, '0');
  const text = `${digits.slice(0, -2)}.${digits.slice(-2)}`.replace(/\.?0+$/, '');
  return minor < 0n ? `-${text}` : text;
}

function sumOf(rows: readonly Row[], column: string): bigint {
  return rows.reduce((sum, row) => sum + BigInt(row[column] as number), 0n);
}

function shuffledBy<Member>(members: readonly Member[], key: number): Member[] {
  return members
    .map((member, i) => [Math.imul(i + 1, key | 1) >>> 0, member] as const)
    .sort(([a], [b]) => a - b)
    .map(([, member]) => member);
}

function revenueOf(rows: readonly Row[], limit?: number) {
  const { list, rowCount, totals } = revenueByLocation(totalsOf(REVENUE, rows), limit);
  return { rows: list.rows(), count: rowCount, totals };
}

describe('revenue', () => {
  test('is the plain sum per place, exact to the cent, and so are its totals', () => {
    fc.assert(
      fc.property(revenueRows, (rows) => {
        const { list, totals } = revenueByLocation(totalsOf(REVENUE, rows));
        for (const line of list.rows()) {
          const own = rows.filter((row) => row['location_id'] === line.location_id);
          expect(String(line.revenue)).toBe(decimal(sumOf(own, 'revenue_minor')));
          expect(String(line.net_sales)).toBe(decimal(sumOf(own, 'net_sales_minor')));
          expect(String(line.tax)).toBe(decimal(sumOf(own, 'tax_minor')));
          expect(String(line.tips)).toBe(decimal(sumOf(own, 'tips_minor')));
          expect(line.order_count).toBe(Number(sumOf(own, 'order_count')));
        }
        expect(String(totals?.revenue)).toBe(decimal(sumOf(rows, 'revenue_minor')));
        expect(String(totals?.tips)).toBe(decimal(sumOf(rows, 'tips_minor')));
        expect(totals?.order_count).toBe(Number(sumOf(rows, 'order_count')));
      }),
    );
  });

  test('is the same report, names and order included, whatever order its rows are in', () => {
    fc.assert(
      fc.property(revenueRows, fc.integer(), (rows, key) => {
        expect(revenueOf(shuffledBy(rows, key))).toEqual(revenueOf(rows));
      }),
    );
  });

  test('puts the highest first and equal ones by id, and leaves out places where all was voided', () => {
    const rows = ['d', 'b', 'a', 'c'].map((location_id, i) =>
      rowOf(REVENUE, {
        location_id,
        minute: 0,
        revenue_minor: i === 0 ? 500 : i === 3 ? 0 : 100,
        payments: i === 3 ? 0 : 1,
      }),
    );
    expect(revenueOf(rows).rows.map(({ location_id }) => location_id)).toEqual(['d', 'a', 'b']);
    expect(revenueOf([])).toEqual({
      rows: [],
      count: 0,
      totals: { revenue: 0, order_count: 0, net_sales: 0, tax: 0, tips: 0 },
    });
  });

  test('calls a place by its name, else its id, and what is no place online', () => {
    const rows = [
      rowOf(REVENUE, { location_id: 'a', minute: 0, location_name: 'Old', label_time: 1, payments: 1 }),
      rowOf(REVENUE, { location_id: 'a', minute: MINUTE, location_name: 'New', label_time: 2, payments: 1 }),
      rowOf(REVENUE, { location_id: 'b', minute: 0, label_time: Number.MIN_SAFE_INTEGER, payments: 1 }),
      rowOf(REVENUE, { location_id: '', minute: 0, label_time: Number.MIN_SAFE_INTEGER, payments: 1 }),
    ];
    expect(
      revenueOf(rows)
        .rows.map(({ location_name }) => location_name)
        .sort(),
    ).toEqual(['New', 'Online', 'b']);
  });

  test('by minute has every minute of the window once, zeros included', () => {
    fc.assert(
      fc.property(revenueRows, fc.nat(9), fc.nat(9), (rows, from, length) => {
        const window = { from: from * MINUTE, to: (from + length) * MINUTE };
        const series = revenueByMinute(rows, window);
        expect(series.map(({ minute }) => Date.parse(minute))).toEqual(
          Array.from({ length }, (_, i) => (from + i) * MINUTE),
        );
        for (const line of series) {
          const own = rows.filter((row) => row['minute'] === Date.parse(line.minute));
          expect(String(line.revenue)).toBe(decimal(sumOf(own, 'revenue_minor')));
        }
      }),
    );
  });
});

describe('items and payments', () => {
  test('trending items add up quantities and orders, the most sold first, and none that sold nothing', () => {
    const row = (item_id: string, quantity: number, orders: number, more: Row = {}): Row =>
      rowOf(ITEM_SALES, { item_id, minute: 0, quantity, orders, ...more });
    const report = trendingItems(
      totalsOf(ITEM_SALES, [
        row('tea', 2, 1),
        row('soup', 5, 3, { item_name: 'Soup', category: 'starters', label_time: 5 }),
        row('tea', 3, 2),
        row('voided', 0, 0),
        row('cake', 5, 3),
      ]),
    );
    expect(report.list.rows()).toEqual([
      { item_id: 'cake', item_name: 'cake', category: '', total_quantity: 5, order_count: 3 },
      { item_id: 'soup', item_name: 'Soup', category: 'starters', total_quantity: 5, order_count: 3 },
      { item_id: 'tea', item_name: 'tea', category: '', total_quantity: 5, order_count: 3 },
    ]);
  });

  test('the shares of the payment mix are of what was paid, between 0 and 1 and 1 together, also when more was given back', () => {
    const mixRows = fc.array(
      fc
        .record({
          payment_method: fc.constantFrom('card', 'cash'),
          provider: fc.constantFrom('', 'visa'),
          paid: fc.nat(9_999),
          back: fc.nat(9_999),
        })
        .map(({ payment_method, provider, paid, back }) =>
          rowOf(PAYMENT_MIX, {
            location_id: 'a',
            day: 0,
            payment_method,
            provider,
            payments: 1,
            amount_minor: paid - back,
            refunds_minor: back,
          }),
        ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(mixRows, (rows) => {
        const report = paymentMix(rows);
        const shares = report.map(({ share }) => share).filter((share) => share !== null);
        for (const share of shares) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        if (shares.length > 0) expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
        expect(report.reduce((sum, line) => sum + Math.round(line.amount * 100), 0)).toBe(
          Number(sumOf(rows, 'amount_minor')),
        );
      }),
    );
    expect(
      paymentMix([rowOf(PAYMENT_MIX, { location_id: 'a', day: 0, payment_method: 'cash', provider: '', payments: 1 })]),
    ).toEqual([{ payment_method: 'cash', provider: '', payments: 1, amount: 0, tips: 0, refunds: 0, share: null }]);
  });
});

describe('service', () => {
  test('the funnel adds up, and a rate is null exactly where its base is zero', () => {
    const counts = fc.record({
      location_id: place,
      minute: fc.constant(0),
      tables_seated: fc.nat(2),
      orders_placed: fc.nat(2),
      orders_completed: fc.nat(2),
      payments: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 20 }), (values) => {
        const rows = values.map((one) => rowOf(FUNNEL, one));
        const { list, totals } = funnelByLocation(totalsOf(FUNNEL, rows));
        const report = list.rows();
        for (const line of [...report, totals!]) {
          const own = 'location_id' in line ? rows.filter((row) => row['location_id'] === line.location_id) : rows;
          expect(line.tables_seated).toBe(Number(sumOf(own, 'tables_seated')));
          expect(line.orders_placed).toBe(Number(sumOf(own, 'orders_placed')));
          const { tables_seated: seated, orders_placed: placed } = line;
          expect(line.conversion_rate_seated_to_order).toBe(seated === 0 ? null : placed / seated);
          expect(line.conversion_rate_order_to_completed).toBe(placed === 0 ? null : line.orders_completed / placed);
          expect(line.conversion_rate_order_to_payment).toBe(placed === 0 ? null : line.payments / placed);
        }
        const order = report.map((line) => line.tables_seated + line.orders_placed);
        expect(order).toEqual(order.toSorted((a, b) => b - a));
      }),
    );
  });

  const sketch = (...minutes: number[]): readonly number[] => {
    const made = new Sketch();
    for (const value of minutes) made.add(value, 1);
    return made.encode();
  };
  const hour = (location_id: string, hour_of_day: number, values: Row): Row =>
    rowOf(WAIT_TIMES, { location_id, day: 0, hour: hour_of_day * 3_600_000, hour_of_day, ...values });

  test('percentiles merge the days of one local hour, the slowest first, and leave out hours without samples', () => {
    const rows = [
      hour('a', 12, { visits: 2, wait_minutes: sketch(10, 20), kitchen_minutes: sketch(5) }),
      hour('a', 12, { day: 1, visits: 1, wait_minutes: sketch(30) }),
      hour('b', 18, { visits: 1, wait_minutes: sketch(40) }),
      hour('c', 18, { visits: 1 }),
    ];
    const times = (sketch: string) => percentiles(hourTotalsOf(WAIT_TIMES, rows, sketch)).list.rows();
    expect(times('wait_minutes').map((row) => [row.location_id, row.hour_of_day, row.samples])).toEqual([
      ['b', 18, 1],
      ['a', 12, 3],
    ]);
    const slow = times('wait_minutes')[1]!;
    expect(Math.abs(slow.p50_minutes! - 20)).toBeLessThanOrEqual(0.21);
    expect(Math.abs(slow.p99_minutes! - 30)).toBeLessThanOrEqual(0.31);
    expect(times('kitchen_minutes').map((row) => [row.location_id, row.samples])).toEqual([['a', 1]]);
    const held = turnover(hourTotalsOf(WAIT_TIMES, rows, 'visit_minutes')).list.rows();
    expect(held.map((row) => [row.location_id, row.visits, row.samples, row.p50_minutes])).toEqual([
      ['a', 3, 0, null],
      ['b', 1, 0, null],
      ['c', 1, 0, null],
    ]);
  });

  test('the net promoter score and the average are null without scores and ratings', () => {
    const rows = [
      rowOf(FEEDBACK, {
        location_id: 'a',
        day: 0,
        responses: 3,
        ratings: 3,
        rating_sum: 13,
        scores: 3,
        promoters: 2,
        detractors: 1,
      }),
      rowOf(FEEDBACK, { location_id: 'b', day: 0, responses: 1 }),
    ];
    expect(feedbackByLocation(totalsOf(FEEDBACK, rows)).list.rows()).toEqual([
      {
        location_id: 'a',
        location_name: 'a',
        responses: 3,
        average_rating: 4.33,
        nps: 33.3,
        promoters: 2,
        passives: 0,
        detractors: 1,
      },
      {
        location_id: 'b',
        location_name: 'b',
        responses: 1,
        average_rating: null,
        nps: null,
        promoters: 0,
        passives: 0,
        detractors: 0,
      },
    ]);
  });
});

describe('the books', () => {
  test('close minute by minute and together, and hold nothing from outside the window', () => {
    const row = (minute: number, shard: number): Row =>
      rowOf(LEDGER, {
        day: 0,
        minute: minute * MINUTE,
        shard,
        events_accepted: 10,
        events_applied: 7,
        events_duplicate: 2,
        events_rejected: 1,
      });
    const lines = ledgerByMinute(totalsOf(LEDGER, [row(3, 0), row(2, 0), row(2, 1), row(4, 0), row(1, 0)]), {
      from: 2 * MINUTE,
      to: 4 * MINUTE,
    });
    expect(lines.map(({ minute, accepted }) => [Date.parse(minute) / MINUTE, accepted])).toEqual([
      [2, 20],
      [3, 10],
    ]);
    const totals = ledgerTotals(lines);
    expect(totals).toEqual({ accepted: 30, applied: 21, duplicates: 6, rejected: 3 });
    expect(totals.accepted).toBe(totals.applied + totals.duplicates + totals.rejected);
  });
});
