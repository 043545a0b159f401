/** What the bench says of runs, ceilings and peers, in Markdown. */
import { besideOf, type Beside } from '../ceilings/beside.js';
import type { Ceiling, Ceilings, Prototype } from '../ceilings/ceiling.js';
import { sharesOf, type Share } from '../ceilings/shares.js';
import { axes, runsOver, type CurveRun } from '../growth.js';
import type { PeerResult, PeersResult, QueryResult } from '../peers/peer-result.js';
import { productCpu } from '../product/usage-meter.js';
import type { Outage } from '../outage.js';
import type { Fate } from '../product/product.js';
import type { RunResult } from '../run.js';
import { driftOf } from '../timeline.js';
import type { FoundRate } from './kept-results.js';
import {
  driftColumns,
  figure,
  milliseconds,
  minuteColumns,
  rowOf,
  runColumns,
  tableOf,
  usageColumns,
  verdict,
  type Columns,
} from './table.js';

/** The row of a run, and after a long one its minutes and what moved in the course of them. */
export function sayRun(result: RunResult): string {
  const drifts = driftOf(result.timeline);
  const { minutes, outage, options } = result;
  return [
    rowOf(runColumns, result),
    ...(outage === undefined ? [] : ['', sayOutage(outage, options.kill?.fate)]),
    ...(minutes.length === 0 ? [] : ['', tableOf(minuteColumns(minutes), minutes)]),
    ...(drifts.length === 0 ? [] : ['', tableOf(driftColumns, drifts)]),
  ].join('\n');
}

function sayOutage({ atSeconds, worstMs, behindMs }: Outage, fate: Fate | undefined): string {
  const killed = `${figure(atSeconds, 0)} s into the run an aggregator was killed and ${fate === 'lost' ? 'not started again' : 'started again at once'}`;
  const behind =
    behindMs === 0 ? 'no figure was a second late' : `some figures were behind for ${figure(behindMs / 1_000)} s`;
  return `${killed}: ${behind}, at worst by ${figure(worstMs / 1_000)} s`;
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

export function sayCeilings({ measured, unmeasured }: Ceilings): string {
  const lines = [tableOf(ceilingColumns, measured), ''];
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

const besideColumns: Columns<Beside> = [
  ['CPU µs an event', ({ what }) => what],
  ['product', ({ product }) => figure(product)],
  ['prototype', ({ prototype }) => figure(prototype)],
  ['ratio', ({ product = Number.NaN, prototype = Number.NaN }) => figure(product / prototype, 2)],
];

/** Each run beside the prototype's at the same rate, where there is one. */
export function sayPrototypes(results: readonly RunResult[], prototypes: readonly Prototype[]): string {
  return results
    .flatMap((result) => {
      const prototype = prototypes.find(({ asked }) => asked === result.options.rate);
      if (prototype === undefined) return [];
      const { rate, p50, p95, p99 } = prototype;
      return [
        `\nbeside the prototype, at ${result.options.rate} events/s: queryable p50 / p95 / p99 / max ${milliseconds(result.queryableMs)} ms, ` +
          `the prototype p50 / p95 / p99 ${p50} / ${p95} / ${p99} ms at ${figure(rate, 0)} events/s\n\n` +
          tableOf(besideColumns, besideOf(result, prototype)),
      ];
    })
    .join('\n');
}

/** What an event costs over each thing that grew. */
export function sayGrowth(results: readonly CurveRun[]): string {
  const roles = [...new Set(results.flatMap(({ usage }) => usage.map(({ role }) => role)))];
  return axes
    .map((axis) => {
      const columns: Columns<RunResult> = [
        [axis.name, ({ options }) => String(options[axis.option])],
        ['product', ({ usage }) => figure(productCpu(usage))],
        ...roles.map(
          (role) =>
            [
              role,
              ({ usage }: RunResult) => figure(usage.find((one) => one.role === role)?.cpuMicrosecondsPerEvent),
            ] as const,
        ),
        ['queryable p50 / p95 / p99 / max ms', ({ queryableMs }) => milliseconds(queryableMs)],
        ['verdict', verdict],
      ];
      return `\nCPU µs an event over ${axis.name}\n\n${tableOf(columns, runsOver(axis, results))}`;
    })
    .join('\n');
}

export function sayFound({ highest, firstBeyond, isCutShort }: FoundRate): string {
  const text = highest === undefined ? 'no rate was sustained' : `highest sustained rate: ${highest} events/s`;
  const beyond = firstBeyond === undefined ? '' : `, ${firstBeyond} is not sustained`;
  return `\n${text}${beyond}${isCutShort ? '; time was up before it was narrowed down' : ''}\n`;
}

export function sayPeers({ peers, events, rate, asks }: PeersResult): string {
  const there = peers.filter(({ problem }) => problem === undefined);
  const names = [...new Set(there.flatMap((peer) => peer.queries.map(({ name }) => name)))];
  const queryOf = (peer: PeerResult, name: string): QueryResult | undefined =>
    peer.queries.find((query) => query.name === name);
  const times = ({ p50, p95 }: { readonly p50: number; readonly p95: number }): string =>
    `${figure(p50)} / ${figure(p95)}`;
  const columns: Columns<PeerResult> = [
    ['', ({ name }) => name],
    ['load, events/s', ({ loadPerSecond }) => figure(loadPerSecond, 0)],
    ['freshness p50 / p95 ms', ({ freshness }) => times(freshness)],
    ['late at the end, events', ({ behindEvents }) => figure(behindEvents, 0)],
    ['questions not asked in time', ({ unasked }) => figure(unasked, 0)],
    ['counts each event once', ({ countsOnce }) => (countsOnce ? 'yes' : 'no')],
  ];
  const answers: Columns<string> = [
    ['question, p50 / p95 / p99 ms (bytes)', (name) => name],
    ...there.map(
      (peer) =>
        [
          peer.name,
          (name: string) => {
            const query = queryOf(peer, name);
            if (query === undefined) return '–';
            const size = query.bytes === null ? '' : ` (${query.bytes})`;
            return `${times(query)} / ${figure(query.p99)}${size}`;
          },
        ] as const,
    ),
    ...(there.length < 2 ? [] : [['quickest at p95', (name: string) => quickest(there, name)] as const]),
  ];
  return [
    `\n${events} events held, ${rate} events/s coming in, which the databases are given every 100 ms; ${asks} questions a second, timed from when they were due\n`,
    tableOf(columns, there),
    '',
    tableOf(answers, names),
    ...peers
      .filter(({ problem }) => problem !== undefined)
      .map(({ name, problem }) => `not measured: ${name}: ${problem}`),
  ].join('\n');
}

/** Who answers first, and by how much, whoever it is. */
function quickest(peers: readonly PeerResult[], question: string): string {
  const ranked = peers
    .flatMap(({ name, queries }) => {
      const p95 = queries.find((query) => query.name === question)?.p95;
      return typeof p95 === 'number' && Number.isFinite(p95) ? [{ name, p95 }] : [];
    })
    .sort((a, b) => a.p95 - b.p95);
  const [first, second] = ranked;
  if (first === undefined) return '–';
  return second === undefined ? first.name : `${first.name}, ×${figure(second.p95 / first.p95)}`;
}
