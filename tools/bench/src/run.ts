/** One run: load for some seconds, then the books; and whether the product can be said to sustain that rate. */
import { randomBytes } from 'node:crypto';
import { OpenLoop, type Load } from './load/open-loop.js';
import { requestSizes } from './load/request-sizes.js';
import { booksClose, checkBooks, inFlight, openingBooks } from './product/books.js';
import { diskUsageOfAll } from './product/disk-usage.js';
import type { Product } from './product/product.js';
import { snapshotOf, usageBetween, type RoleUsage } from './product/usage-meter.js';
import { Timeline, type Moment } from './timeline.js';

export interface RunOptions {
  readonly rate: number;
  readonly warmupSeconds: number;
  readonly seconds: number;
  readonly batch: number | 'mixed';
  /** Of all tenants together. */
  readonly locations: number;
  readonly duplicates: number;
  readonly late: number;
  readonly malformed: number;
  readonly stageLagSeconds: number;
  readonly tenants: number;
  readonly markersPerSecond: number;
  /** Memory and lag are noted this often; 0 for never. */
  readonly momentEverySeconds: number;
}

export interface RunResult extends Pick<
  Load,
  'achievedRate' | 'httpMs' | 'queryableMs' | 'markerQueryMs' | 'markers' | 'generatorLagMs' | 'refusals'
> {
  readonly options: RunOptions;
  /** Of each role from the end of the warm-up until everything was counted, per event due in that time. */
  readonly usage: readonly RoleUsage[];
  readonly backlog: { readonly unansweredRequests: number; readonly inFlightEvents: number; readonly drainMs: number };
  /** By which what is kept grew from the start to the end, per event sent in that time; by name. Megabytes are given out in advance, so a short run says little. */
  readonly diskBytesPerEvent: Readonly<Record<string, number>>;
  readonly timeline: readonly Moment[];
  /** Lost, doubled, refused or unbalanced, in words. */
  readonly faults: readonly string[];
  /** Not undefined when the run says nothing about the product, and why. */
  readonly void: string | undefined;
  readonly isSustained: boolean;
}

/** The generator may send 1 % of its requests later than this; beyond, it measures itself. */
const generatorLagMaxMs = 20;
/** What is still unanswered or uncounted when the load ends must be the work of a moment, or it had been growing. */
const drainMaxMs = 2_000;

export type OnProgress = (share: number, text: string) => void;

export async function run(product: Product, options: RunOptions, onProgress?: OnProgress): Promise<RunResult> {
  const before = await openingBooks(product);
  const diskBefore = await diskUsageOfAll(product.directories);
  const processes = [...product.processes, { role: 'generator', pid: process.pid }];
  let warm = snapshotOf(processes);
  const started = performance.now();
  const sizes = requestSizes(options.batch);
  const loop = new OpenLoop(product, { ...options, sizes, tag: randomBytes(4).toString('hex') });
  const timeline = new Timeline(product, loop.queryable, options.momentEverySeconds);
  const lasts = options.warmupSeconds + options.seconds;
  const load = await loop.run({
    onWarm: () => {
      warm = snapshotOf(processes);
      timeline.begin();
    },
    onProgress: (seconds, answered, unanswered) =>
      onProgress?.(seconds / lasts, `${options.rate} events/s: ${answered} taken, ${unanswered} requests unanswered`),
  });
  await timeline.end();
  const inFlightEvents = await inFlight(product);
  const lastedMs = performance.now() - started;

  onProgress?.(1, 'waiting for the books to close');
  const drainMs = await booksClose(product, before, load.expected);
  const usage = usageBetween(await warm, await snapshotOf(processes), load.measuredLines);
  const diskAfter = await diskUsageOfAll(product.directories);
  const faults = await checkBooks(product, before, load.expected, lastedMs);
  const isLate = load.generatorLagMs.p99 > generatorLagMaxMs;
  const found = [...faults];
  if (load.markers.lost > 0) found.push(`${load.markers.lost} markers were never seen`);
  for (const [status, count] of Object.entries(load.refusals))
    found.push(`${count} requests were answered with ${status}`);
  const overtimeMs = lastedMs - lasts * 1_000;
  const { achievedRate, httpMs, queryableMs, markerQueryMs, markers, generatorLagMs, refusals } = load;
  return {
    options,
    achievedRate,
    httpMs,
    queryableMs,
    markerQueryMs,
    markers,
    generatorLagMs,
    usage,
    backlog: { unansweredRequests: load.unansweredAtEnd, inFlightEvents, drainMs },
    diskBytesPerEvent: Object.fromEntries(
      Object.entries(diskAfter).map(([name, bytes]) => [name, (bytes - (diskBefore[name] ?? 0)) / load.lines]),
    ),
    timeline: timeline.moments,
    refusals,
    faults: found,
    void: isLate ? `the generator fell behind its schedule (p99 ${generatorLagMs.p99.toFixed(0)} ms late)` : undefined,
    isSustained: !isLate && found.length === 0 && overtimeMs < drainMaxMs && drainMs < drainMaxMs,
  };
}
