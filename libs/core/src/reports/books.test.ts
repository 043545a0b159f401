import { describe, expect, test } from '@jest/globals';
import { FUNNEL, PAYMENT_MIX, RESTATEMENTS, REVENUE, WAIT_TIMES } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time.js';
import { deviceReport, GONE_AFTER_MS, silentSince } from './devices.js';
import { messageFigures } from './messages.js';
import { restatedIn, restatementList, restatementTotals } from './restatements.js';
import { rowOf } from './rows.fixture.js';
import { completenessOf } from './standing.js';

const NOON = Date.UTC(2025, 0, 15, 12);
const iso = (time: number): string => new Date(time).toISOString();

function restated(minute: number, restated_at: number, values: Row): Row {
  const row = { minute, restated_at, location_id: 'north', events: 1, applied: 7, ...values };
  return rowOf(RESTATEMENTS, row);
}

describe('completeness', () => {
  const window = { from: NOON, to: NOON + 5 * MINUTE_MS };
  const settles = NOON + 10 * MINUTE_MS;

  test('is provisional until log time passes the end of the window by the lateness, and settled since then', () => {
    expect(completenessOf(window, settles - 1, 5 * MINUTE_MS, undefined)).toEqual({
      state: 'provisional',
      settles_at: iso(settles),
    });
    expect(completenessOf(window, settles, 5 * MINUTE_MS, undefined)).toEqual({
      state: 'settled',
      settles_at: iso(settles),
      settled_since: iso(settles),
    });
  });

  test('a restatement moves the since, but not before the window was settled', () => {
    const since = (last: number): string | undefined =>
      completenessOf(window, NOON + DAY_MS, 5 * MINUTE_MS, { events: 1, last_at: iso(last) }).settled_since;
    expect(since(NOON + HOUR_MS)).toBe(iso(NOON + HOUR_MS));
    // A minute of the window was restated while the window as a whole was still provisional.
    expect(since(settles - MINUTE_MS)).toBe(iso(settles));
  });
});

describe('restatements', () => {
  const rows = [
    restated(NOON, NOON + HOUR_MS, { revenue_minor: 10_000, payments: 1, events: 2 }),
    restated(NOON + MINUTE_MS, NOON + 2 * HOUR_MS, { revenue_minor: 11_200, payments: 1 }),
    restated(NOON + MINUTE_MS, NOON + 3 * HOUR_MS, { tables_seated: 1 }),
    restated(NOON + 2 * MINUTE_MS, NOON + HOUR_MS, { revenue_minor: 99 }),
  ];
  const window = { from: NOON, to: NOON + 2 * MINUTE_MS };

  test('of a figure are those of its minutes that touch what it is made of', () => {
    expect(restatedIn(REVENUE, rows, window, 5 * MINUTE_MS)).toEqual({
      events: 3,
      amount: 212,
      last_at: iso(NOON + 2 * HOUR_MS),
    });
    expect(restatedIn(FUNNEL, rows, window, 5 * MINUTE_MS)).toEqual({ events: 1, last_at: iso(NOON + 3 * HOUR_MS) });
    // The day was not over when its minutes were restated.
    expect(restatedIn(PAYMENT_MIX, rows, window, 5 * MINUTE_MS)).toBeUndefined();
    const nextDay = [...rows, restated(NOON, NOON + DAY_MS, { revenue_minor: 1 })];
    expect(restatedIn(PAYMENT_MIX, nextDay, window, 5 * MINUTE_MS)?.events).toBe(1);
    expect(restatedIn(WAIT_TIMES, rows, window, 5 * MINUTE_MS)).toBeUndefined();
    expect(restatedIn(REVENUE, [], window, 5 * MINUTE_MS)).toBeUndefined();
  });

  test('are listed the newest first, with sums exact to the cent', () => {
    const list = restatementList(rows);
    expect(list.map(({ restated_at }) => restated_at)).toEqual(
      [3, 2, 1, 1].map((hours) => iso(NOON + hours * HOUR_MS)),
    );
    expect(list.at(-1)).toMatchObject({ location_name: 'north', revenue: 0.99, position: { shard: 0, seq: 7 } });
    expect(restatementTotals(rows)).toEqual({ restatements: 4, events: 5, revenue: 212.99 });
  });
});

describe('devices', () => {
  const device = (values: Row): Row => ({
    generation: 1,
    tenant: 'acme',
    shard: 0,
    location_id: 'north',
    device_id: 'd1',
    events: 3,
    runs: [{ started: NOON, latest: NOON, first: 880, last: 885, missing: [[881, 884]] }],
    missing_beyond: 0,
    usual_gap_ms: 30_000,
    last_event_at: NOON,
    last_seen_at: NOON,
    ...values,
  });

  test('say which numbers are missing, of the numbering before as well', () => {
    const runs = [
      { started: NOON, latest: NOON, first: 880, last: 885, missing: [[881, 884]] },
      { started: NOON, latest: NOON, first: 1, last: 4, missing: [[2, 2]] },
    ];
    expect(deviceReport([device({ runs, missing_beyond: 3 })], () => NOON)[0]).toMatchObject({
      last_seq: 4,
      missing: [
        { from: 881, to: 884 },
        { from: 2, to: 2 },
      ],
      missing_count: 8,
      silent_since: null,
    });
  });

  test('are silent after ten times their usual gap, at least a quarter of an hour, at most a day', () => {
    const since = (usualGapMs: number, quietMs: number, afterMs?: number): number | undefined =>
      silentSince({ lastSeenAt: NOON, usualGapMs }, NOON + quietMs, afterMs);
    expect(since(30_000, 15 * MINUTE_MS)).toBeUndefined();
    expect(since(30_000, 15 * MINUTE_MS + 1)).toBe(NOON);
    expect(since(10 * MINUTE_MS, 100 * MINUTE_MS)).toBeUndefined();
    expect(since(10 * MINUTE_MS, 100 * MINUTE_MS + 1)).toBe(NOON);
    expect(since(DAY_MS, DAY_MS + 1)).toBe(NOON);
    expect(since(DAY_MS, 5 * MINUTE_MS + 1, 5 * MINUTE_MS)).toBe(NOON);
    expect(since(30_000, GONE_AFTER_MS + 1)).toBeUndefined();
  });

  test('are judged by how far the log of their own shard has come', () => {
    const rows = [device({ shard: 0 }), device({ shard: 1, device_id: 'd2' })];
    const report = deviceReport(rows, (shard) => (shard === 0 ? NOON : NOON + HOUR_MS));
    expect(report.map(({ silent_since }) => silent_since)).toEqual([null, iso(NOON)]);
  });
});

test('messages that never came are counted with those that are not listed, and apart from those given up', () => {
  const row = { shard: 2, collector: 'c', boot: 'b', missing: [[3, 4]], given_up: [[6, 8]], missing_beyond: 5 };
  expect(messageFigures([row])).toEqual({
    lost: 7,
    given_up: 3,
    holes: [{ partition: 2, collector: 'c', boot: 'b', from: 3, to: 4 }],
  });
});
