import { describe, expect, test } from '@jest/globals';
import type { FeedbackRow, FunnelRow } from '../contract.js';
import { readBooks } from './books.js';
import { standingOf } from './completeness.js';
import { feelingOf, unhappiest } from './feedback.js';
import { stagesOf, worstBy } from './funnel.js';
import { median, slowestFirst } from './waits.js';

describe('the books', () => {
  const ledger = {
    accepted: 12_403,
    applied: 12_110,
    duplicates: 242,
    rejected: 12,
    in_flight: 39,
    difference: 0,
    rows: [],
  };

  test('close in one sentence', () => {
    expect(readBooks(ledger)).toEqual({
      closes: true,
      sentence: '12,403 accepted = 12,110 counted + 242 duplicates + 12 rejected + 39 in flight',
      alarm: undefined,
    });
  });

  test('raise an alarm for a single event, either way', () => {
    expect(readBooks({ ...ledger, difference: 1 }).alarm).toBe(
      'The books do not close: 1 accepted event is not accounted for.',
    );
    expect(readBooks({ ...ledger, difference: -2 }).alarm).toBe(
      'The books do not close: 2 more accounted for than were accepted.',
    );
  });

  test('raise an alarm for a message that never came, but not for one that was given up and sent again', () => {
    expect(readBooks({ ...ledger, lost_messages: 1 })).toMatchObject({
      closes: false,
      alarm: '1 message of collectors never came: events that were accepted are missing.',
    });
    expect(readBooks({ ...ledger, lost_messages: 0, given_up_messages: 2 }).closes).toBe(true);
  });
});

describe('the badges', () => {
  const report = {
    window: { from: '2026-11-20T19:00:00Z', to: '2026-11-20T19:05:00Z' },
    as_of: { log_time: '2026-11-20T19:04:31Z', positions: {} },
    completeness: { state: 'provisional' as const, settles_at: '2026-11-20T19:14:00Z', in_flight: 39 },
  };

  test('say until when late events count', () => {
    const standing = standingOf(report, false, 'UTC');
    expect(standing.asOf).toBe('19:04:31');
    expect(standing.stateWhy).toBe(
      'Provisional: late events can still change this until 19:14. 39 events are in flight.',
    );
  });

  test('say when it is settled, and when nothing is known', () => {
    const settled = standingOf({ ...report, completeness: { ...report.completeness, state: 'settled' } }, false, 'UTC');
    expect(settled.stateWhy).toContain('19:00–19:05 is over');
    expect(standingOf({}, false).state).toBe('unknown');
  });

  test('say that the connection is down', () => {
    expect(standingOf(report, true, 'UTC').asOfWhy).toContain('connection is down');
  });
});

describe('the funnel', () => {
  const totals = {
    tables_seated: 80,
    orders_placed: 100,
    orders_completed: 60,
    payments: 50,
    conversion_rate_seated_to_order: 1.25,
    conversion_rate_order_to_completed: 0.6,
    conversion_rate_order_to_payment: 0.5,
  };
  const row = (id: string, placed: number, rate: number | null): FunnelRow => ({
    ...totals,
    location_id: id,
    location_name: id,
    orders_placed: placed,
    conversion_rate_order_to_completed: rate,
  });

  test('scales to its widest stage, which need not be the first', () => {
    expect(stagesOf(totals).map((stage) => stage.share)).toEqual([0.8, 1, 0.6, 0.5]);
  });

  test('finds the worst among those busy enough', () => {
    const rows = [row('quiet', 4, 0), row('none', 9, null), row('good', 50, 0.9), row('bad', 50, 0.2)];
    expect(worstBy(rows, 'conversion_rate_order_to_completed', 2).map((worst) => worst.row.location_id)).toEqual([
      'bad',
      'good',
    ]);
  });

  test('does not blame a place whose tills do not tell of completions', () => {
    const silent = { ...row('silent', 50, 0), orders_completed: 0, payments: 45 };
    const stuck = { ...row('stuck', 50, 0), orders_completed: 0, payments: 0 };
    const worst = worstBy([silent, stuck], 'conversion_rate_order_to_completed', 5);
    expect(worst.map(({ row: found }) => found.location_id)).toEqual(['stuck']);
  });
});

describe('waits', () => {
  const row = (id: string, p90: number, samples = 50) => ({
    location_id: id,
    location_name: id,
    hour_of_day: 19,
    samples,
    p50_minutes: 1,
    p90_minutes: p90,
    p99_minutes: 99,
  });

  test('are slowest first; few samples come last and are never called slow', () => {
    const waits = slowestFirst([row('a', 20), row('b', 30), row('c', 20), row('few', 90, 3)]);
    expect(waits.map((wait) => [wait.row.location_id, wait.slow])).toEqual([
      ['b', true],
      ['a', false],
      ['c', false],
      ['few', false],
    ]);
  });

  test('have a median', () => {
    expect(median([])).toBeUndefined();
    expect(median([3, 1])).toBe(2);
    expect(median([3, 1, 9])).toBe(3);
  });
});

describe('feedback', () => {
  const row = (id: string, promoters: number, passives: number, detractors: number): FeedbackRow => ({
    location_id: id,
    location_name: id,
    responses: promoters + passives + detractors,
    average_rating: 4,
    nps: Math.round(((promoters - detractors) / (promoters + passives + detractors)) * 100),
    promoters,
    passives,
    detractors,
  });

  test('is the server’s total where it gives one, and says when it is only the sum of the rows', () => {
    const rows = [row('a', 6, 2, 2), row('b', 0, 5, 5)];
    expect(feelingOf(rows, undefined)).toMatchObject({ responses: 20, nps: -5, rating: 4, whole: false });
    const totals = { responses: 900, promoters: 500, passives: 300, detractors: 100, nps: 44, average_rating: 4.4 };
    expect(feelingOf(rows, totals)).toMatchObject({ responses: 900, nps: 44, rating: 4.4, whole: true });
    expect(feelingOf([], undefined)).toMatchObject({ responses: 0, nps: null, rating: null });
  });

  test('names the unhappiest that enough guests spoke about', () => {
    expect(unhappiest([row('a', 6, 2, 2), row('b', 0, 5, 5), row('c', 0, 0, 2)], 5).map((r) => r.location_id)).toEqual([
      'b',
      'a',
    ]);
  });
});
