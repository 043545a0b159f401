/** How CPU, memory, lag, disk and latency move in the course of a long run: what is flat stays, what grows ends somewhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenLoop } from './load/open-loop.js';
import { inFlight } from './product/books.js';
import { diskUsageOfAll } from './product/disk-usage.js';
import type { Product } from './product/product.js';
import { snapshotOf } from './product/usage-meter.js';
import { median, slopeOf } from './slope.js';

export interface Moment {
  /** Since the warm-up ended. */
  readonly seconds: number;
  /** Sent since the moment before. */
  readonly events: number;
  /** Used since the moment before, by role. */
  readonly cpuMicroseconds: Readonly<Record<string, number>>;
  readonly residentMegabytes: Readonly<Record<string, number>>;
  /** JavaScript's, of the processes that tell it. */
  readonly heapMegabytes: Readonly<Record<string, number>>;
  /** Longest time that a process did nothing else since the moment before, of the processes that tell it. */
  readonly longestStopMs: Readonly<Record<string, number>>;
  readonly diskMegabytes: Readonly<Record<string, number>>;
  readonly inFlightEvents: number;
  /** Of the markers seen since the moment before. */
  readonly queryableP99Ms: number;
}

export interface Drift {
  readonly what: string;
  /** Median of the second half of the run, and the growth in it, by Theil and Sen. */
  readonly level: number;
  readonly growthPerHour: number;
  readonly verdict: 'flat' | 'GROWS' | 'too short to say' | 'is meant to grow';
}

/** In an hour something may grow by this share of its level, or by this much: megabytes or events. */
const growthPerHourMax = 0.05;
const slackPerHour = { megabytes: 16, events: 2_000 };
const momentsMin = 6;
/** What comes and goes within minutes, as garbage does, is no growth an hour. Seconds. */
const judgedFrom = 600;
const megabyte = 1_048_576;
const heapMetric = 'nodejs_heap_size_used_bytes';
/** Since it was asked for the last time. */
const stopMetric = 'nodejs_eventloop_lag_max_seconds';

export class Timeline {
  readonly moments: Moment[] = [];
  readonly #ending = new AbortController();
  #noting: Promise<void> = Promise.resolve();
  #seen = 0;
  #sent = 0;
  #cpu: Readonly<Record<string, number>> = {};

  constructor(
    private readonly product: Product,
    private readonly load: Pick<OpenLoop, 'queryable' | 'sentLines'>,
    private readonly everySeconds: number,
  ) {}

  begin(): void {
    if (this.everySeconds > 0) this.#noting = this.#note(performance.now());
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#noting;
  }

  async #note(started: number): Promise<void> {
    this.#sent = this.load.sentLines;
    this.#cpu = (await this.#usage()).cpuMicroseconds;
    // What stopped a process before is told once, and now.
    await this.#told();
    for (;;) {
      await sleep(this.everySeconds * 1_000, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      if (this.#ending.signal.aborted) return;
      this.moments.push(await this.#moment((performance.now() - started) / 1_000));
    }
  }

  async #moment(seconds: number): Promise<Moment> {
    const { queryable, sentLines } = this.load;
    const [from, sent, cpu] = [this.#seen, this.#sent, this.#cpu];
    const { cpuMicroseconds, residentMegabytes } = await this.#usage();
    this.#seen = queryable.count;
    this.#sent = sentLines;
    this.#cpu = cpuMicroseconds;
    return {
      seconds,
      events: sentLines - sent,
      cpuMicroseconds: Object.fromEntries(
        Object.entries(cpuMicroseconds).map(([role, used]) => [role, used - (cpu[role] ?? 0)]),
      ),
      residentMegabytes,
      ...(await this.#told()),
      diskMegabytes: await this.#disk(),
      inFlightEvents: await inFlight(this.product).catch(() => Number.NaN),
      queryableP99Ms: queryable.summary(from).p99,
    };
  }

  /** What the kernel says of the processes. */
  async #usage(): Promise<Pick<Moment, 'cpuMicroseconds' | 'residentMegabytes'>> {
    const cpuMicroseconds: Record<string, number> = {};
    const residentMegabytes: Record<string, number> = {};
    for (const { role, usage } of await snapshotOf(this.product.processes)) {
      cpuMicroseconds[role] = (cpuMicroseconds[role] ?? 0) + usage.cpuMicroseconds;
      residentMegabytes[role] = (residentMegabytes[role] ?? 0) + usage.residentBytes / megabyte;
    }
    return { cpuMicroseconds, residentMegabytes };
  }

  /** What the processes tell of themselves. */
  async #told(): Promise<Pick<Moment, 'heapMegabytes' | 'longestStopMs'>> {
    const heapMegabytes: Record<string, number> = {};
    const longestStopMs: Record<string, number> = {};
    for (const { role, url } of this.product.metrics) {
      const text = await fetch(url).then(
        (response) => response.text(),
        () => '',
      );
      // A process may have several threads, each with a heap and stops of its own.
      const [heaps, stops] = [samplesIn(text, heapMetric), samplesIn(text, stopMetric)];
      for (const heap of heaps) heapMegabytes[role] = (heapMegabytes[role] ?? 0) + heap / megabyte;
      for (const stop of stops) longestStopMs[role] = Math.max(longestStopMs[role] ?? 0, stop * 1_000);
    }
    return { heapMegabytes, longestStopMs };
  }

  async #disk(): Promise<Record<string, number>> {
    const sizes = await diskUsageOfAll(this.product.directories);
    return Object.fromEntries(Object.entries(sizes).map(([name, bytes]) => [name, bytes / megabyte]));
  }
}

/** The samples of a metric as a process tells it, in its own unit; none where it tells none. */
export function samplesIn(text: string, name: string): number[] {
  return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))].map(([, value]) => Number(value));
}

/** What grew in the second half of a run; nothing of fewer than six moments. */
export function driftOf(moments: readonly Moment[]): Drift[] {
  if (moments.length < momentsMin) return [];
  const half = moments.slice(moments.length >> 1);
  const drift = (what: string, valueOf: (moment: Moment) => number | undefined, slack: number | undefined): Drift => {
    const points = half.flatMap((moment) => {
      const value = valueOf(moment);
      return value === undefined || Number.isNaN(value) ? [] : [[moment.seconds / 3_600, value] as const];
    });
    const level = median(points.map(([, value]) => value));
    const growthPerHour = slopeOf(points);
    return { what, level, growthPerHour, verdict: verdictOf(level, growthPerHour, slack) };
  };
  const verdictOf = (level: number, growthPerHour: number, slack: number | undefined): Drift['verdict'] => {
    if (slack === undefined) return 'is meant to grow';
    if ((moments.at(-1)?.seconds ?? 0) < judgedFrom) return 'too short to say';
    return growthPerHour <= Math.max(level * growthPerHourMax, slack) ? 'flat' : 'GROWS';
  };
  const [first] = moments as [Moment];
  const each = (names: Readonly<Record<string, number>>, driftBy: (name: string) => Drift): Drift[] =>
    Object.keys(names).map(driftBy);
  return [
    ...each(first.residentMegabytes, (role) =>
      drift(`memory of ${role}, MB`, (moment) => moment.residentMegabytes[role], slackPerHour.megabytes),
    ),
    ...each(first.heapMegabytes, (role) =>
      drift(`heap of ${role}, MB`, (moment) => moment.heapMegabytes[role], slackPerHour.megabytes),
    ),
    drift('events in flight', (moment) => moment.inFlightEvents, slackPerHour.events),
    ...each(first.diskMegabytes, (name) =>
      drift(`disk of ${name}, MB`, (moment) => moment.diskMegabytes[name], undefined),
    ),
  ];
}
