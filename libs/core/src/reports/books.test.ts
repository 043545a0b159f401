import { describe, expect, test } from '@jest/globals';
import { FUNNEL, PAYMENT_MIX, RESTATED, RESTATEMENT_SUMS, REVENUE, WAIT_TIMES } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time.js';
import { deviceReport, GONE_AFTER_MS, silentSince } from './devices.js';
import { messageFigures } from './messages.js';
import { restatedIn, restatementList, restatementTotals } from './restatements.js';
import { rowOf } from './rows.fixture.js';
import { completenessOf } from './standing.js';

const NOON = Date.UTC(2025, 0, 15, 12);
const iso = (time: number): string => new Date(time).toISOString();

/** A row of RESTATEMENTS; each change by its minute, location, events and sums. */
function restatement(at: number, changes: [number, string, number, Record<string, number>][], values: Row = {}): Row {
  const total = (name: string): number => changes.reduce((sum, [, , , sums]) => sum + (sums[name] ?? 0), 0);
  return {
    generation: 1,
    tenant: 'acme',
    shard: 0,
    at,
    seq: 7,
    events: changes.reduce((sum, [, , events]) => sum + events, 0),
    ...Object.fromEntries(RESTATEMENT_SUMS.map((name) => [name, total(name)])),
    changes: changes.map(([minute, location, events, sums]) => [
      minute,
      location,
      null,
      events,
      ...RESTATEMENT_SUMS.map((name) => sums[name] ?? 0),
    ]),
    changes_beyond: 0,
    ...values,
  };
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
  test('of a figure are those that touch what it is made of', () => {
    const rows = [
      rowOf(RESTATED, {
        minute: NOON,
        revenue_minor: 10_000,
        revenue_events: 2,
        revenue_restated_at: NOON + HOUR_MS,
      }),
      rowOf(RESTATED, {
        minute: NOON + MINUTE_MS,
        revenue_minor: 11_200,
        revenue_events: 1,
        revenue_restated_at: NOON + 2 * HOUR_MS,
        funnel_events: 1,
        funnel_restated_at: NOON + 3 * HOUR_MS,
      }),
    ];
    expect(restatedIn(REVENUE, rows)).toEqual({ events: 3, amount: 212, last_at: iso(NOON + 2 * HOUR_MS) });
    expect(restatedIn(FUNNEL, rows)).toEqual({ events: 1, last_at: iso(NOON + 3 * HOUR_MS) });
    // The day was not over when its minutes were restated.
    expect(restatedIn(PAYMENT_MIX, rows)).toBeUndefined();
    const mix = { payment_mix_events: 1, payment_mix_restated_at: NOON + DAY_MS };
    expect(restatedIn(PAYMENT_MIX, [...rows, rowOf(RESTATED, { minute: NOON, ...mix })])?.events).toBe(1);
    expect(restatedIn(WAIT_TIMES, rows)).toBeUndefined();
    expect(restatedIn(REVENUE, [])).toBeUndefined();
  });

  test('of a part of a window say from where on, also when there are none; and they do not move the since', () => {
    const none = restatedIn(REVENUE, [], NOON);
    expect(none).toEqual({ events: 0, amount: 0, last_at: null, since: iso(NOON) });
    const window = { from: NOON - DAY_MS, to: NOON };
    expect(completenessOf(window, NOON + HOUR_MS, 0, none)).toMatchObject({ settled_since: iso(NOON) });
  });

  const rows = [
    restatement(NOON + HOUR_MS, [
      [NOON + 2 * MINUTE_MS, 'north', 1, { revenue_minor: 99 }],
      [NOON, 'north', 2, { revenue_minor: 10_000, payments: 1 }],
    ]),
    restatement(NOON + 3 * HOUR_MS, [[NOON + MINUTE_MS, 'south', 1, { tables_seated: 1 }]]),
    restatement(NOON + 2 * HOUR_MS, [[NOON + MINUTE_MS, 'north', 1, { revenue_minor: 11_200, payments: 1 }]]),
  ];

  test('are listed the newest first, with sums exact to the cent', () => {
    const list = restatementList(rows);
    expect(list.map(({ restated_at }) => restated_at)).toEqual(
      [3, 2, 1, 1].map((hours) => iso(NOON + hours * HOUR_MS)),
    );
    expect(list.at(-1)).toMatchObject({ location_name: 'north', revenue: 0.99, position: { shard: 0, seq: 7 } });
    expect(list[0]).toMatchObject({
      location_id: 'south',
      minute: iso(NOON + MINUTE_MS),
      tables_seated: 1,
      revenue: 0,
    });
    expect(restatementTotals(rows)).toEqual({ restatements: 4, events: 5, revenue: 212.99 });
  });

  test('of one location are its changes alone', () => {
    expect(restatementList(rows, 'south')).toHaveLength(1);
    expect(restatementTotals(rows, 'south')).toEqual({ restatements: 1, events: 1, revenue: 0 });
    expect(restatementTotals(rows, 'north')).toEqual({ restatements: 3, events: 4, revenue: 212.99 });
  });

  test('that a row does not list are in the sums all the same', () => {
    const beyond = restatement(NOON, [[NOON, 'north', 1, { revenue_minor: 1 }]], {
      events: 11,
      revenue_minor: 1_001,
      changes_beyond: 10,
    });
    expect(restatementList([beyond])).toHaveLength(1);
    expect(restatementTotals([beyond])).toEqual({ restatements: 11, events: 11, revenue: 10.01 });
    expect(restatementTotals([beyond], 'north')).toEqual({ restatements: 1, events: 1, revenue: 0.01 });
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
