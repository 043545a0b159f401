/** One run: load for some seconds, then the books; and whether the product can be said to sustain that rate. */
import { randomBytes } from 'node:crypto';
import { readBooks, verify } from './books.js';
import { runLoad, type Load } from './open-loop.js';
import { ownCpuMicroseconds, usageOf } from './process-usage.js';
import type { Product } from './product.js';

export interface RunOptions {
  readonly rate: number;
  readonly seconds: number;
  readonly batch: number;
  readonly locations: number;
  readonly duplicates: number;
  readonly markersPerSecond: number;
}

export interface RunResult extends Pick<
  Load,
  'achievedRate' | 'httpMs' | 'queryableMs' | 'markerQueryMs' | 'markers' | 'generatorLagMs' | 'refusals'
> {
  readonly options: RunOptions;
  /** Of the product's process, until everything was counted; undefined when its process is not known. */
  readonly productCpuMicrosecondsPerEvent: number | undefined;
  readonly generatorCpuMicrosecondsPerEvent: number;
  readonly residentMegabytes: number | undefined;
  readonly residentPeakMegabytes: number | undefined;
  readonly backlog: { readonly unansweredRequests: number; readonly inFlightEvents: number; readonly drainMs: number };
  /** Lost, doubled, refused or unbalanced, in words. */
  readonly faults: readonly string[];
  /** Not undefined when the run says nothing about the product, and why. */
  readonly void: string | undefined;
  readonly isSustained: boolean;
}

/** The generator may send 1 % of its requests later than this; beyond, it measures itself. */
const generatorLagMaxMs = 20;
/** What is still unanswered or uncounted when the load ends must be the work of a moment, or it had been growing. */
const drainMaxMs = 1_500;

export async function run(product: Product, options: RunOptions): Promise<RunResult> {
  const before = await readBooks(product);
  const usageBefore = product.pid === undefined ? undefined : await usageOf(product.pid);
  const ownBefore = ownCpuMicroseconds();
  const started = performance.now();
  const load = await runLoad(product, { ...options, tag: randomBytes(4).toString('hex') });
  const inFlight = (await readBooks(product)).in_flight;
  const ownCpu = ownCpuMicroseconds() - ownBefore;
  const lastedMs = performance.now() - started;

  const { drainMs, faults } = await verify(product, before, { lines: load.lines, ...load.expected });
  const usage = product.pid === undefined ? undefined : await usageOf(product.pid);
  const perEvent = (microseconds: number): number => microseconds / load.lines;
  const isLate = load.generatorLagMs.p99 > generatorLagMaxMs;
  const found = [...faults];
  if (load.markers.lost > 0) found.push(`${load.markers.lost} markers were never seen`);
  for (const [status, count] of Object.entries(load.refusals))
    found.push(`${count} requests were answered with ${status}`);
  const overtimeMs = lastedMs - options.seconds * 1_000;
  return {
    options,
    achievedRate: load.achievedRate,
    httpMs: load.httpMs,
    queryableMs: load.queryableMs,
    markerQueryMs: load.markerQueryMs,
    markers: load.markers,
    generatorLagMs: load.generatorLagMs,
    productCpuMicrosecondsPerEvent:
      usage === undefined || usageBefore === undefined
        ? undefined
        : perEvent(usage.cpuMicroseconds - usageBefore.cpuMicroseconds),
    generatorCpuMicrosecondsPerEvent: perEvent(ownCpu),
    residentMegabytes: usage === undefined ? undefined : usage.residentBytes / 1_048_576,
    residentPeakMegabytes: usage === undefined ? undefined : usage.residentPeakBytes / 1_048_576,
    backlog: { unansweredRequests: load.unansweredAtEnd, inFlightEvents: inFlight, drainMs },
    refusals: load.refusals,
    faults: found,
    void: isLate
      ? `the generator fell behind its schedule (p99 ${load.generatorLagMs.p99.toFixed(0)} ms late)`
      : undefined,
    isSustained: !isLate && found.length === 0 && overtimeMs < drainMaxMs && drainMs < drainMaxMs,
  };
}
