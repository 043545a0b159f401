import { expect, test } from '@jest/globals';
import type { PeerResult } from '../peers/peer-result.js';
import type { RunResult } from '../run.js';
import { sayCeilings, sayPeers, sayRun, sayShares, sayUsage } from './report.js';

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
  backlog: { unansweredRequests: 1, inFlightEvents: 2, drainMs: 3 },
  timeline: [],
  faults: [],
  void: undefined,
  isSustained: true,
} as unknown as RunResult;

test('a run is one row that tells the product from the generator', () => {
  expect(sayRun(result)).toBe(
    '| 10000 | 100 | 9999 | 1.3 / 20 / 30 / 31 | – | 10.0, 2.0 | 100, 120 | 5 | 1, 2, 3 | 30.0 | sustained; books close, nothing lost or doubled |',
  );
  expect(sayUsage([result])).toContain('| collector | 10.0 | 100 | 120 | 5 |');
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
    prototype: undefined,
    unmeasured: [{ name: 'CQL', reason: 'there are no engines' }],
  };
  expect(sayShares([result], ceilings)).toContain('| collector | 10.0 | 3.0 | 30 % |');
  expect(sayCeilings(ceilings)).toContain('not measured: CQL: there are no engines');
});

test('a peer that could not be installed is named with the reason, and the others stand in the table', () => {
  const peer = (name: string, problem: string | undefined): PeerResult => ({
    name,
    problem,
    loadPerSecond: 1_000,
    freshness: { p50: 1, p95: 2 },
    behindEvents: 0,
    queries: problem === undefined ? [{ name: 'revenue', p50: 3, p95: 4 }] : [],
    countsOnce: true,
  });
  const said = sayPeers({ events: 9, rate: 5, peers: [peer('A', undefined), peer('B', 'no Python here')] });
  expect(said).toContain('| A | 1000 | 1.0 / 2.0 | 0 | 3.0 / 4.0 | yes |');
  expect(said).toContain('not measured: B: no Python here');
  expect(said).not.toContain('| B |');
});
