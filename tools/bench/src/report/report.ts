/** What the bench says of runs, ceilings and peers, in Markdown. */
import type { Ceiling, Ceilings } from '../ceilings/ceiling.js';
import { sharesOf, type Share } from '../ceilings/shares.js';
import type { PeerResult, PeersResult, QueryTimes } from '../peers/peer-result.js';
import type { RunResult } from '../run.js';
import { driftOf } from '../timeline.js';
import { driftColumns, figure, rowOf, runColumns, tableOf, usageColumns, type Columns } from './table.js';

/** The row of a run, and after a long one what moved in the course of it. */
export function sayRun(result: RunResult): string {
  const drifts = driftOf(result.timeline);
  return [rowOf(runColumns, result), ...(drifts.length === 0 ? [] : ['', tableOf(driftColumns, drifts)])].join('\n');
}

/** What each process of each run used. */
export function sayUsage(results: readonly RunResult[]): string {
  return results
    .map(({ options, usage }) => `\nat ${options.rate} events/s\n\n${tableOf(usageColumns, usage)}`)
    .join('\n');
}

const ceilingColumns: Columns<Ceiling> = [
  ['ceiling', ({ name }) => name],
  ['events a second', ({ perSecond }) => perSecond.toFixed(0)],
  ['CPU µs an event', ({ cpuMicroseconds }) => figure(cpuMicroseconds)],
  ["of the engine's", ({ engineCpuMicroseconds }) => figure(engineCpuMicroseconds)],
];

export function sayCeilings({ measured, prototype, unmeasured }: Ceilings): string {
  const lines = [tableOf(ceilingColumns, measured), ''];
  if (prototype !== undefined) {
    const cpu = Object.entries(prototype.cpuMicrosecondsPerEvent).map(([role, value]) => `${role} ${value.toFixed(1)}`);
    lines.push(
      `prototype at ${prototype.rate} events/s: p50 / p95 / p99 ${prototype.p50} / ${prototype.p95} / ${prototype.p99} ms; CPU µs an event: ${cpu.join(', ')}`,
      '',
    );
  }
  for (const { name, reason } of unmeasured) lines.push(`not measured: ${name}: ${reason}`, '');
  return lines.join('\n');
}

const shareColumns: Columns<Share> = [
  ['stage', ({ stage }) => stage],
  ['CPU µs an event', ({ cpuMicroseconds }) => figure(cpuMicroseconds)],
  ['its ceiling', ({ ceilingMicroseconds }) => figure(ceilingMicroseconds)],
  [
    'share',
    ({ cpuMicroseconds, ceilingMicroseconds }) => `${figure((ceilingMicroseconds / cpuMicroseconds) * 100, 0)} %`,
  ],
  ['which is', ({ madeOf }) => madeOf],
];

export function sayShares(results: readonly RunResult[], ceilings: Ceilings): string {
  return results
    .map(
      (result) =>
        `\nstages as a share of their ceilings, at ${result.options.rate} events/s\n\n${tableOf(shareColumns, sharesOf(result, ceilings))}`,
    )
    .join('\n');
}

export function sayPeers({ peers, events, rate }: PeersResult): string {
  const times = (found: QueryTimes | undefined): string =>
    found === undefined ? '–' : `${figure(found.p50)} / ${figure(found.p95)}`;
  const names = [...new Set(peers.flatMap((peer) => peer.queries.map(({ name }) => name)))];
  const columns: Columns<PeerResult> = [
    ['', ({ name }) => name],
    ['load, events/s', ({ loadPerSecond }) => figure(loadPerSecond, 0)],
    ['freshness p50 / p95 ms', ({ freshness }) => times(freshness)],
    ['late at the end, events', ({ behindEvents }) => figure(behindEvents, 0)],
    ...names.map(
      (name) => [name, (peer: PeerResult) => times(peer.queries.find((query) => query.name === name))] as const,
    ),
    ['counts each event once', ({ countsOnce }) => (countsOnce ? 'yes' : 'no')],
  ];
  const there = peers.filter(({ problem }) => problem === undefined);
  return [
    `\n${events} events held, ${rate} events/s coming in, which the databases are given every 100 ms; queries p50 / p95 ms\n`,
    tableOf(columns, there),
    ...peers
      .filter(({ problem }) => problem !== undefined)
      .map(({ name, problem }) => `not measured: ${name}: ${problem}`),
  ].join('\n');
}
