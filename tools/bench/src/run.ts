/** One run: load for some seconds, then the books; and whether the product can be said to sustain that rate. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { backlogGrowth, BacklogWatch, isGrowing } from './backlog.js';
import { LoadHistory } from './load-history.js';
import { OpenLoop, type Load } from './load/open-loop.js';
import { requestSizes } from './load/request-sizes.js';
import type { Halves } from './load/slices.js';
import { minutesOf, type Minute } from './minutes.js';
import { outageOf, type Outage } from './outage.js';
import { booksClose, checkBooks, inFlight } from './product/books.js';
import { deviceWrites } from './product/device-writes.js';
import { diskUsageOfAll } from './product/disk-usage.js';
import type { Fate, Product } from './product/product.js';
import { machineTime, stolenShare } from './product/stolen-time.js';
import { snapshotOf, usageBetween, type MeteredProcess, type RoleUsage } from './product/usage-meter.js';
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
  /** A load that is so far behind is ended early; never when undefined. */
  readonly givenUpBehindSeconds: number | undefined;
  /** What the p99 of the second half may be of a rate that is called sustained; anything when undefined. */
  readonly p99MaxMs: number | undefined;
  /** A process that counts is killed so long after the warm-up; none when undefined. */
  readonly kill: { readonly afterSeconds: number; readonly fate: Fate } | undefined;
}

export interface RunResult extends Pick<
  Load,
  | 'achievedRate'
  | 'httpMs'
  | 'queryableMs'
  | 'slices'
  | 'halves'
  | 'markerQueryMs'
  | 'markers'
  | 'generatorLagMs'
  | 'refusals'
> {
  readonly options: RunOptions;
  /** How long the product had been under load when the measuring began: its warm-up and the runs before. */
  readonly underLoadSeconds: number;
  /** Of each role from the end of the warm-up until everything was counted, per event due in that time. */
  readonly usage: readonly RoleUsage[];
  readonly backlog: {
    readonly unansweredRequests: number;
    readonly inFlightEvents: number;
    readonly drainMs: number;
    /** Events a second by which it grew in the second half; not a number of a run that was too short for it. */
    readonly growthPerSecond: number;
  };
  /** By which what is kept grew from the start to the end, per event sent in that time; by name. Megabytes are given out in advance, so a short run says little. */
  readonly diskBytesPerEvent: Readonly<Record<string, number>>;
  /** What the disk was given to write in the time of `usage`, by everything on the machine; undefined where it is not known. */
  readonly deviceBytesPerEvent: number | undefined;
  /** Share of the machine's time that its host gave to others in the time of `usage`; undefined where it is not known. */
  readonly stolenShare: number | undefined;
  readonly timeline: readonly Moment[];
  /** Of a run in which a process was killed. */
  readonly outage: Outage | undefined;
  /** Of a run whose moments were noted. */
  readonly minutes: readonly Minute[];
  /** Lost, doubled, refused or unbalanced, in words. */
  readonly faults: readonly string[];
  /** Not undefined when the run says nothing about the product, and why. */
  readonly void: string | undefined;
  /** Why the rate is not one that the product keeps up with, in words. */
  readonly shortfalls: readonly string[];
  readonly isSustained: boolean;
}

/** The generator may send 1 % of its requests later than this; beyond, a latency may be its own. */
const generatorLagMaxMs = 20;
/** What is still unanswered or uncounted when the load ends must be the work of a moment, or it had been growing. */
const drainMaxMs = 2_000;

export type OnProgress = (share: number, text: string) => void;

/** @param history what the product was sent before; nothing when it is not given */
export async function run(
  product: Product,
  options: RunOptions,
  onProgress?: OnProgress,
  history?: LoadHistory,
): Promise<RunResult> {
  const past = history ?? (await LoadHistory.of(product));
  const underLoadSeconds = past.underLoadSeconds + options.warmupSeconds;
  const diskBefore = await diskUsageOfAll(product.directories);
  // One that is killed is another one from then on.
  const processes = (): MeteredProcess[] => [...product.processes, { role: 'generator', pid: process.pid }];
  const [directory = ''] = Object.values(product.directories);
  let warm = snapshotOf(processes());
  let warmDevice = deviceWrites(directory);
  let warmMachine = machineTime();
  const firstStarted = past.begin();
  const started = performance.now();
  const sizes = requestSizes(options.batch);
  const loop = new OpenLoop(product, { ...options, sizes, tag: randomBytes(4).toString('hex') });
  const timeline = new Timeline(product, loop, options.momentEverySeconds);
  const behindMax = options.rate * (options.givenUpBehindSeconds ?? Number.POSITIVE_INFINITY);
  let isGivenUp = false;
  let killing: Promise<number> | undefined;
  const backlog = new BacklogWatch(
    async () => (await inFlight(product)) + loop.unansweredLines,
    ({ events }) => {
      if (events <= behindMax) return;
      isGivenUp = true;
      loop.stop();
    },
  );
  const lasts = options.warmupSeconds + options.seconds;
  const load = await loop.run({
    onWarm: () => {
      warm = snapshotOf(processes());
      warmDevice = deviceWrites(directory);
      warmMachine = machineTime();
      timeline.begin();
      backlog.begin();
      if (options.kill !== undefined) {
        killing = killLater(product, options.kill);
        // It is waited for at the end.
        killing.catch(() => undefined);
      }
    },
    onSent: () => void backlog.end(),
    onProgress: (seconds, answered, unanswered) =>
      onProgress?.(seconds / lasts, `${options.rate} events/s: ${answered} taken, ${unanswered} requests unanswered`),
  });
  const [killedAt] = await Promise.all([killing, timeline.end(), backlog.end()]);
  const inFlightEvents = await inFlight(product);
  const endedAt = performance.now();

  onProgress?.(1, 'waiting for the books to close');
  const sent = past.add(load.expected, (endedAt - started) / 1_000);
  const drainMs = await booksClose(product, sent);
  const usage = usageBetween(await warm, await snapshotOf(processes()), load.measuredLines);
  const [deviceBefore, deviceAfter] = [await warmDevice, await deviceWrites(directory)];
  const stolen = stolenShare(await warmMachine, await machineTime());
  const diskAfter = await diskUsageOfAll(product.directories);
  const faults = await checkBooks(product, sent, performance.now() - firstStarted);
  if (load.markers.lost > 0) faults.push(`${load.markers.lost} markers were never seen`);
  for (const [status, count] of Object.entries(load.refusals))
    faults.push(`${count} requests were answered with ${status}`);
  const growthPerSecond = backlogGrowth(backlog.points);
  const overtimeMs = endedAt - started - lasts * 1_000;
  const shortfalls = shortfallsOf(options, { isGivenUp, overtimeMs, drainMs, growthPerSecond, halves: load.halves });
  const isLate = load.generatorLagMs.p99 > generatorLagMaxMs;
  // A product that did not keep up with what a late generator sent would not have kept up with more.
  const isVoid = isLate && shortfalls.length === 0;
  const { achievedRate, httpMs, queryableMs, slices, halves, markerQueryMs, markers, generatorLagMs, refusals } = load;
  return {
    options,
    underLoadSeconds,
    achievedRate,
    httpMs,
    queryableMs,
    slices,
    halves,
    markerQueryMs,
    markers,
    generatorLagMs,
    usage,
    backlog: { unansweredRequests: load.unansweredAtEnd, inFlightEvents, drainMs, growthPerSecond },
    diskBytesPerEvent: Object.fromEntries(
      Object.entries(diskAfter).map(([name, bytes]) => [name, (bytes - (diskBefore[name] ?? 0)) / load.lines]),
    ),
    deviceBytesPerEvent:
      deviceBefore === undefined || deviceAfter === undefined
        ? undefined
        : (deviceAfter - deviceBefore) / load.measuredLines,
    stolenShare: stolen,
    timeline: timeline.moments,
    outage: killedAt === undefined ? undefined : outageOf(loop.queryable, load.measuredAt, killedAt),
    minutes: minutesOf(timeline.moments, loop.queryable, load.measuredAt),
    refusals,
    faults,
    void: isVoid ? `the generator fell behind its schedule (p99 ${generatorLagMs.p99.toFixed(0)} ms late)` : undefined,
    shortfalls,
    isSustained: !isVoid && faults.length === 0 && shortfalls.length === 0,
  };
}

/** Answers when it was killed, on the performance clock. */
async function killLater(product: Product, { afterSeconds, fate }: NonNullable<RunOptions['kill']>): Promise<number> {
  await sleep(afterSeconds * 1_000);
  const killedAt = performance.now();
  await product.kill?.(fate);
  return killedAt;
}

/** Everything by which a product did not keep up, in words. */
function shortfallsOf(
  { rate, seconds, givenUpBehindSeconds, p99MaxMs = Number.POSITIVE_INFINITY }: RunOptions,
  found: {
    readonly isGivenUp: boolean;
    readonly overtimeMs: number;
    readonly drainMs: number;
    readonly growthPerSecond: number;
    readonly halves: Halves;
  },
): string[] {
  const { isGivenUp, overtimeMs, drainMs, growthPerSecond, halves } = found;
  const shortfalls: string[] = [];
  if (isGivenUp) shortfalls.push(`given up ${givenUpBehindSeconds} s behind`);
  if (overtimeMs >= drainMaxMs) shortfalls.push(`answered ${(overtimeMs / 1_000).toFixed(1)} s after the end`);
  if (drainMs >= drainMaxMs) shortfalls.push(`counted ${(drainMs / 1_000).toFixed(1)} s after the end`);
  if (isGrowing(growthPerSecond, rate, seconds))
    shortfalls.push(`backlog grows by ${growthPerSecond.toFixed(0)} events/s`);
  if (halves.secondP99Ms > p99MaxMs)
    shortfalls.push(`p99 of the second half ${halves.secondP99Ms.toFixed(0)} ms, more than ${p99MaxMs}`);
  return shortfalls;
}
