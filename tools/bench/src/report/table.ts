/** Results as Markdown tables, ready for a page of measurements. */
import type { LatencySummary } from '../load/latencies.js';
import type { Minute } from '../minutes.js';
import { productCpu, type RoleUsage } from '../product/usage-meter.js';
import type { RunResult } from '../run.js';
import type { Drift } from '../timeline.js';

export type Columns<Item> = readonly (readonly [name: string, cell: (item: Item) => string])[];

/** The head of a table, and a row of it. */
export const headOf = <Item>(columns: Columns<Item>): string =>
  `| ${columns.map(([name]) => name).join(' | ')} |\n|${'---|'.repeat(columns.length)}`;
export const rowOf = <Item>(columns: Columns<Item>, item: Item): string =>
  `| ${columns.map(([, cell]) => cell(item)).join(' | ')} |`;
export const tableOf = <Item>(columns: Columns<Item>, items: readonly Item[]): string =>
  [headOf(columns), ...items.map((item) => rowOf(columns, item))].join('\n');

export const milliseconds = (summary: LatencySummary): string =>
  summary.count === 0
    ? '–'
    : [summary.p50, summary.p95, summary.p99, summary.max]
        .map((value) => value.toFixed(value < 10 ? 1 : 0))
        .join(' / ');

/** What was not measured, also as JSON tells it, is a dash. */
export const figure = (value: number | null | undefined, places = 1): string =>
  value === undefined || value === null || !Number.isFinite(value) ? '–' : value.toFixed(places);

const ofProduct = ({ usage }: RunResult): readonly RoleUsage[] => usage.filter(({ role }) => role !== 'generator');
const sumOf = (usage: readonly RoleUsage[], valueOf: (usage: RoleUsage) => number): number | undefined =>
  usage.length === 0 ? undefined : usage.reduce((sum, one) => sum + valueOf(one), 0);
const generatorCpu = ({ usage }: RunResult): number | undefined =>
  usage.find(({ role }) => role === 'generator')?.cpuMicrosecondsPerEvent;

export const runColumns: Columns<RunResult> = [
  ['events/s asked', ({ options }) => String(options.rate)],
  ['batch', ({ options }) => String(options.batch)],
  ['events/s taken', ({ achievedRate }) => achievedRate.toFixed(0)],
  ['HTTP p50 / p95 / p99 / max ms', ({ httpMs }) => milliseconds(httpMs)],
  ['queryable p50 / p95 / p99 / max ms', ({ queryableMs }) => milliseconds(queryableMs)],
  ['p99 of each 10 s', ({ slices }) => slicesIn(slices)],
  [
    'p95 of the first and second half',
    ({ halves }) => `${figure(halves.firstP95Ms, 0)} → ${figure(halves.secondP95Ms, 0)}, ${halves.trend}`,
  ],
  ['under load before, s', ({ underLoadSeconds }) => figure(underLoadSeconds, 0)],
  [
    'CPU µs an event: product, generator',
    (result) =>
      `${figure(ofProduct(result).length === 0 ? undefined : productCpu(result.usage))}, ${figure(generatorCpu(result))}`,
  ],
  [
    'RSS, peak MB',
    (result) =>
      [
        sumOf(ofProduct(result), (one) => one.residentMegabytes),
        sumOf(ofProduct(result), (one) => one.residentPeakMegabytes),
      ]
        .map((value) => figure(value, 0))
        .join(', '),
  ],
  ['bytes to the disk an event', ({ deviceBytesPerEvent }) => figure(deviceBytesPerEvent, 0)],
  [
    'unanswered, in flight, drained in ms',
    ({ backlog }) => `${backlog.unansweredRequests}, ${backlog.inFlightEvents}, ${backlog.drainMs.toFixed(0)}`,
  ],
  [
    'taken by others of the host, %',
    ({ stolenShare }) => figure(stolenShare === undefined ? undefined : stolenShare * 100),
  ],
  ['generator late p99 ms', ({ generatorLagMs }) => generatorLagMs.p99.toFixed(1)],
  ['verdict', verdict],
];

/** Of a longer run they are in the JSON, and in its minutes. */
const slicesMax = 12;
const slicesIn = (slices: RunResult['slices']): string =>
  slices.length === 0 || slices.length > slicesMax ? '–' : slices.map(({ p99 }) => figure(p99, 0)).join(' ');

/** A column of several processes names them once, in its head. */
export function minuteColumns([first]: readonly Minute[]): Columns<Minute> {
  const each = (
    name: string,
    kind: 'cpuMicrosecondsPerEvent' | 'residentMegabytes' | 'heapMegabytes' | 'longestStopMs',
    places = 0,
  ): Columns<Minute> => {
    const roles = Object.keys(first?.[kind] ?? {});
    if (roles.length === 0) return [];
    const cell = (minute: Minute): string => roles.map((role) => figure(minute[kind][role], places)).join(' / ');
    return [[`${name}: ${roles.join(' / ')}`, cell]];
  };
  return [
    ['until, s', ({ untilSeconds }) => figure(untilSeconds, 0)],
    [
      'queryable p50 / p95 / p99 ms',
      ({ queryableMs: { p50, p95, p99 } }) => [p50, p95, p99].map((value) => figure(value, 0)).join(' / '),
    ],
    ...each('CPU µs an event', 'cpuMicrosecondsPerEvent', 1),
    ...each('RSS MB', 'residentMegabytes'),
    ...each('heap MB', 'heapMegabytes'),
    ...each('longest stop ms', 'longestStopMs'),
  ];
}

export const usageColumns: Columns<RoleUsage> = [
  ['process', ({ role }) => role],
  ['CPU µs an event', (usage) => figure(usage.cpuMicrosecondsPerEvent)],
  ['RSS MB', (usage) => figure(usage.residentMegabytes, 0)],
  ['peak MB', (usage) => figure(usage.residentPeakMegabytes, 0)],
  ['charged as written, bytes an event', (usage) => figure(usage.writtenBytesPerEvent, 0)],
];

export const driftColumns: Columns<Drift> = [
  ['in the second half of the run', ({ what }) => what],
  ['level', ({ level }) => figure(level, 0)],
  ['growth an hour', ({ growthPerHour }) => figure(growthPerHour, 0)],
  ['', (drift) => drift.verdict],
];

export function verdict(result: RunResult): string {
  if (result.faults.length > 0) return `FAULTS: ${result.faults.join('; ')}`;
  if (result.void !== undefined) return `VOID: ${result.void}`;
  return result.isSustained
    ? 'sustained; books close, nothing lost or doubled'
    : `not sustained (${result.shortfalls.join('; ')}); books close, nothing lost or doubled`;
}
