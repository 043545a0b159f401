/** A run as lines of a Markdown table, ready for a page of measurements. */
import type { LatencySummary } from './latencies.js';
import type { RunResult } from './run.js';

const milliseconds = (summary: LatencySummary): string =>
  summary.count === 0
    ? '–'
    : [summary.p50, summary.p95, summary.p99, summary.max]
        .map((value) => value.toFixed(value < 10 ? 1 : 0))
        .join(' / ');
const optional = (value: number | undefined, places: number): string =>
  value === undefined ? '–' : value.toFixed(places);

const columns: readonly (readonly [name: string, cell: (result: RunResult) => string])[] = [
  ['events/s asked', ({ options }) => String(options.rate)],
  ['batch', ({ options }) => String(options.batch)],
  ['events/s taken', ({ achievedRate }) => achievedRate.toFixed(0)],
  ['HTTP p50 / p95 / p99 / max ms', ({ httpMs }) => milliseconds(httpMs)],
  ['queryable p50 / p95 / p99 / max ms', ({ queryableMs }) => milliseconds(queryableMs)],
  [
    'CPU µs an event: product, generator',
    (result) =>
      `${optional(result.productCpuMicrosecondsPerEvent, 1)}, ${result.generatorCpuMicrosecondsPerEvent.toFixed(1)}`,
  ],
  [
    'RSS, peak MB',
    (result) => `${optional(result.residentMegabytes, 0)}, ${optional(result.residentPeakMegabytes, 0)}`,
  ],
  [
    'unanswered, in flight, drained in ms',
    ({ backlog }) => `${backlog.unansweredRequests}, ${backlog.inFlightEvents}, ${backlog.drainMs.toFixed(0)}`,
  ],
  ['generator late p99 ms', ({ generatorLagMs }) => generatorLagMs.p99.toFixed(1)],
  ['verdict', verdict],
];

export const tableHead = `| ${columns.map(([name]) => name).join(' | ')} |\n|${'---|'.repeat(columns.length)}`;

export function tableRow(result: RunResult): string {
  return `| ${columns.map(([, cell]) => cell(result)).join(' | ')} |`;
}

function verdict(result: RunResult): string {
  if (result.faults.length > 0) return `FAULTS: ${result.faults.join('; ')}`;
  if (result.void !== undefined) return `VOID: ${result.void}`;
  return result.isSustained
    ? 'sustained; books close, nothing lost or doubled'
    : 'not sustained; books close, nothing lost or doubled';
}
