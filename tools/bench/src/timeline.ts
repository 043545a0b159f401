/** How memory, lag, disk and latency move in the course of a long run: what is flat stays, what grows ends somewhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Latencies } from './load/latencies.js';
import { inFlight } from './product/books.js';
import { diskUsageOfAll } from './product/disk-usage.js';
import type { Product } from './product/product.js';
import { usageOf } from './product/process-usage.js';
import { median, slopeOf } from './slope.js';

export interface Moment {
  /** Since the warm-up ended. */
  readonly seconds: number;
  readonly residentMegabytes: Readonly<Record<string, number>>;
  /** JavaScript's, of the processes that tell it. */
  readonly heapMegabytes: Readonly<Record<string, number>>;
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

export class Timeline {
  readonly moments: Moment[] = [];
  readonly #ending = new AbortController();
  #noting: Promise<void> = Promise.resolve();
  #seen = 0;

  constructor(
    private readonly product: Product,
    private readonly queryable: Latencies,
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
    for (;;) {
      await sleep(this.everySeconds * 1_000, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      if (this.#ending.signal.aborted) return;
      const from = this.#seen;
      this.#seen = this.queryable.count;
      this.moments.push({
        seconds: (performance.now() - started) / 1_000,
        residentMegabytes: await this.#resident(),
        heapMegabytes: await this.#heaps(),
        diskMegabytes: await this.#disk(),
        inFlightEvents: await inFlight(this.product).catch(() => Number.NaN),
        queryableP99Ms: this.queryable.summary(from).p99,
      });
    }
  }

  async #resident(): Promise<Record<string, number>> {
    const resident: Record<string, number> = {};
    for (const { role, pid } of this.product.processes) {
      resident[role] = (resident[role] ?? 0) + (await usageOf(pid)).residentBytes / megabyte;
    }
    return resident;
  }

  async #heaps(): Promise<Record<string, number>> {
    const heaps: Record<string, number> = {};
    for (const [role, url] of Object.entries(this.product.metrics)) {
      const text = await fetch(url).then(
        (response) => response.text(),
        () => '',
      );
      const bytes = heapIn(text);
      if (bytes !== undefined) heaps[role] = bytes / megabyte;
    }
    return heaps;
  }

  async #disk(): Promise<Record<string, number>> {
    const sizes = await diskUsageOfAll(this.product.directories);
    return Object.fromEntries(Object.entries(sizes).map(([name, bytes]) => [name, bytes / megabyte]));
  }
}

/** The heap in use, as a process's metrics tell it; bytes. */
export function heapIn(metrics: string): number | undefined {
  const found = /^nodejs_heap_size_used_bytes(?:\{[^}]*\})? (\S+)/m.exec(metrics)?.[1];
  return found === undefined ? undefined : Number(found);
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
