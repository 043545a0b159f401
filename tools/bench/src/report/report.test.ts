import { expect, test } from '@jest/globals';
import type { CurveRun } from '../growth.js';
import type { PeerResult } from '../peers/peer-result.js';
import type { RunResult } from '../run.js';
import { sayCeilings, sayFound, sayGrowth, sayPeers, sayPrototypes, sayRun, sayShares, sayUsage } from './report.js';

const latencies = { count: 3, p50: 1.25, p95: 20, p99: 30, max: 31 };
const result = {
  options: { rate: 10_000, batch: 100 },
  achievedRate: 9_998.7,
  httpMs: latencies,
  queryableMs: { ...latencies, count: 0 },
  generatorLagMs: latencies,
  usage: [
    {
      role: 'collector',
      cpuMicrosecondsPerEvent: 10,
      writtenBytesPerEvent: 5,
      residentMegabytes: 100,
      residentPeakMegabytes: 120,
    },
    {
      role: 'generator',
      cpuMicrosecondsPerEvent: 2,
      writtenBytesPerEvent: 0,
      residentMegabytes: 90,
      residentPeakMegabytes: 90,
    },
  ],
  backlog: { unansweredRequests: 1, inFlightEvents: 2, drainMs: 3, growthPerSecond: 0 },
  underLoadSeconds: 90,
  deviceBytesPerEvent: 5,
  stolenShare: 0.031,
  slices: [
    { fromSeconds: 0, ...latencies },
    { fromSeconds: 10, ...latencies, p99: 29.6 },
  ],
  halves: { firstP95Ms: 30, secondP95Ms: 20, secondP99Ms: 29, trend: 'falling' },
  timeline: [],
  minutes: [],
  faults: [],
  void: undefined,
  shortfalls: [],
  isSustained: true,
} as unknown as RunResult;

test('a run is one row that tells the product from the generator', () => {
  expect(sayRun(result)).toBe(
    '| 10000 | 100 | 9999 | 1.3 / 20 / 30 / 31 | – | 30 30 | 30 → 20, falling | 90 | 10.0, 2.0 | 100, 120 | 5 | 1, 2, 3 | 3.1 | 30.0 | sustained; books close, nothing lost or doubled |',
  );
  expect(sayUsage([result])).toContain('| collector | 10.0 | 100 | 120 | 5 |');
});

test('a run in which a process was killed says how far figures fell behind', () => {
  const outage = { atSeconds: 20, worstMs: 12_340, behindMs: 15_600 };
  const lost = { ...result, options: { ...result.options, kill: { afterSeconds: 20, fate: 'lost' as const } }, outage };
  expect(sayRun(lost)).toContain(
    '20 s into the run an aggregator was killed and not started again: some figures were behind for 15.6 s, at worst by 12.3 s',
  );
});

test('a void run and a faulty one say so, and a fault comes first', () => {
  const late = { ...result, void: 'the generator fell behind', isSustained: false };
  expect(sayRun(late)).toContain('VOID: the generator fell behind');
  expect(sayRun({ ...late, faults: ['applied: 1 instead of 2'] })).toContain('FAULTS: applied: 1 instead of 2');
});

test('a stage is told as a share of its ceiling, and what could not be measured is named', () => {
  const ceiling = (id: 'node-http-100' | 'normalise' | 'jetstream-publish') => ({
    id,
    name: id,
    perSecond: 1,
    cpuMicroseconds: 1,
  });
  const ceilings = {
    measured: [ceiling('node-http-100'), ceiling('normalise'), ceiling('jetstream-publish')],
    unmeasured: [{ name: 'CQL', reason: 'there are no engines' }],
  };
  expect(sayShares([result], ceilings)).toContain('| collector | 10.0 | 3.0 | 30 % |');
  expect(sayCeilings(ceilings)).toContain('not measured: CQL: there are no engines');
});

test('a peer that could not be installed is named with the reason, and the others stand in the table', () => {
  const peer = (name: string, p95: number, problem?: string): PeerResult => ({
    name,
    problem,
    loadPerSecond: 1_000,
    freshness: { p50: 1, p95: 2 },
    behindEvents: 0,
    queries: problem === undefined ? [{ name: 'revenue', p50: 3, p95, p99: 5, count: 9, bytes: 77 }] : [],
    unasked: 6,
    countsOnce: true,
  });
  const peers = [peer('A', 40), peer('B', 4), peer('C', 0, 'no Python here')];
  const said = sayPeers({ events: 9, rate: 5, asks: 4, peers });
  expect(said).toContain('| A | 1000 | 1.0 / 2.0 | 0 | 6 | yes |');
  // Where a peer is the quickest, the table says so.
  expect(said).toContain('| revenue | 3.0 / 40.0 / 5.0 (77) | 3.0 / 4.0 / 5.0 (77) | B, ×10.0 |');
  expect(said).toContain('not measured: C: no Python here');
  expect(said).not.toContain('| C |');
});

test('what a peer could not time, which JSON tells as null, is a dash', () => {
  const times = { p50: null, p95: null, p99: null } as unknown as { p50: number; p95: number; p99: number };
  const slow: PeerResult = {
    name: 'slow',
    problem: undefined,
    loadPerSecond: 1,
    freshness: times,
    behindEvents: 9,
    queries: [{ name: 'all', ...times, count: 0, bytes: null }],
    unasked: 3,
    countsOnce: false,
  };
  expect(sayPeers({ events: 9, rate: 5, asks: 4, peers: [slow] })).toContain('| all | – / – / – |');
});

test('the prototype stands beside the run at its rate, with the ratio of each process', () => {
  const prototype = {
    asked: 10_000,
    rate: 9_990,
    p50: 17,
    p95: 36,
    p99: 58,
    cpuMicrosecondsPerEvent: { collector: 5 },
  };
  const said = sayPrototypes([result, { ...result, options: { ...result.options, rate: 5 } }], [prototype]);
  expect(said).toContain('| collector | 10.0 | 5.0 | 2.00 |');
  expect(said).toContain('| generator | 2.0 | – | – |');
  expect(said).not.toContain('at 5 events/s');
});

test('growth is told by axis, also for a run that was not sustained', () => {
  const over = (rate: number, isSustained: boolean): CurveRun => ({
    ...result,
    options: { ...result.options, rate, locations: 1, tenants: 1 },
    curve: 'events a second',
    isSustained,
  });
  const said = sayGrowth([over(40_000, false), over(1_000, true)]);
  expect(said).toMatch(/\| 1000 \| 10\.0 .* sustained;[\s\S]*\| 40000 \| 10\.0 .*not sustained/);
});

test('what grew in a long run is said after its row', () => {
  const timeline = Array.from({ length: 20 }, (_, index) => ({
    seconds: index * 60,
    events: 60_000,
    cpuMicroseconds: { api: 1 },
    longestStopMs: {},
    residentMegabytes: { api: 100 + index * 10 },
    heapMegabytes: {},
    diskMegabytes: { cassandra: index },
    inFlightEvents: 1,
    queryableP99Ms: 9,
  }));
  const said = sayRun({ ...result, timeline });
  expect(said).toContain('| memory of api, MB | 245 | 600 | GROWS |');
  expect(said).toContain('| events in flight | 1 | 0 | flat |');
  expect(said).toContain('| disk of cassandra, MB | 15 | 60 | is meant to grow |');
});

test('a long run is told by minutes, a column of several processes naming them in its head', () => {
  const minute = (untilSeconds: number, collector: number) => ({
    untilSeconds,
    queryableMs: { p50: 10, p95: 20, p99: Number.NaN },
    cpuMicrosecondsPerEvent: { collector, cassandra: 90 },
    residentMegabytes: { collector: 100, cassandra: 2_000 },
    heapMegabytes: { collector: 50 },
    longestStopMs: {},
  });
  const said = sayRun({ ...result, minutes: [minute(60, 12), minute(120, 11)] });
  expect(said).toContain(
    '| until, s | queryable p50 / p95 / p99 ms | CPU µs an event: collector / cassandra | RSS MB: collector / cassandra | heap MB: collector |',
  );
  expect(said).toContain('| 120 | 10 / 20 / – | 11.0 / 90.0 | 100 / 2000 | 50 |');
});

test('a rate that was not sustained is told with the reasons', () => {
  const said = sayRun({ ...result, isSustained: false, shortfalls: ['given up 5 s behind', 'backlog grows'] });
  expect(said).toContain('| not sustained (given up 5 s behind; backlog grows); books close');
});

test('what a search found is told with what is beyond it', () => {
  expect(sayFound({ highest: 8_000, firstBeyond: 8_500, isCutShort: false })).toBe(
    '\nhighest sustained rate: 8000 events/s, 8500 is not sustained\n',
  );
  expect(sayFound({ highest: undefined, firstBeyond: 100, isCutShort: true })).toMatch(/no rate .* time was up/);
});
