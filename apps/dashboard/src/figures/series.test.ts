import { describe, expect, test } from '@jest/globals';
import { certaintyOf, lastWhole, toColumns, toPoints } from './series.js';

const row = (minute: string, revenue: number, orders = 1) => ({
  minute: `2026-11-20T${minute}:00Z`,
  revenue,
  order_count: orders,
});

/** At 19:04:31 of log time, with ten minutes for late events. */
const report = {
  window: { from: '2026-11-20T18:50:00Z', to: '2026-11-20T19:05:00Z' },
  as_of: { log_time: '2026-11-20T19:04:31Z', positions: {} },
  completeness: { state: 'provisional' as const, settles_at: '2026-11-20T19:15:00Z', in_flight: 3 },
  rows: [row('18:53', 10.1), row('18:54', 20.2), row('19:03', 30.3), row('19:04', 4.4)],
};

describe('a series of minutes', () => {
  test('tells settled, provisional and still filling minutes apart by log time', () => {
    expect(toPoints(report).map((point) => point.certainty)).toEqual([
      'settled',
      'provisional',
      'provisional',
      'filling',
    ]);
  });

  test('is settled as a whole when the server says so', () => {
    const settled = { ...report, completeness: { ...report.completeness, state: 'settled' as const } };
    expect(certaintyOf(Date.parse('2026-11-20T19:05:00Z'), settled)).toBe('settled');
  });

  test('adds up by buckets to the cent, each as sure as its least sure minute', () => {
    const points = toPoints({ ...report, rows: [row('18:45', 0.1), row('18:50', 0.2), row('18:59', 0.3)] }, 15);
    expect(points).toMatchObject([{ revenue: 0.6, orders: 3, certainty: 'provisional' }]);
  });

  test('draws lines that meet, and the filling minute apart', () => {
    expect(toColumns(toPoints(report)).slice(1)).toEqual([
      [10.1, null, null, null],
      [10.1, 20.2, 30.3, null],
      [null, null, null, 4.4],
    ]);
  });

  test('reads out the last whole minute', () => {
    const points = toPoints(report);
    expect(lastWhole(points)).toBe(2);
    expect(lastWhole(points.slice(3))).toBe(0);
    expect(lastWhole([])).toBe(-1);
  });
});
