/** How memory, lag and latency move in the course of a long run: what is flat stays, what grows ends somewhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Latencies } from './load/latencies.js';
import { readBooks } from './product/books.js';
import type { Product } from './product/product.js';
import { usageOf } from './product/process-usage.js';

export interface Moment {
  /** Since the warm-up ended. */
  readonly seconds: number;
  readonly residentMegabytes: Readonly<Record<string, number>>;
  readonly inFlightEvents: number;
  /** Of the markers seen since the moment before. */
  readonly queryableP99Ms: number;
}

export interface Drift {
  readonly what: string;
  /** Median of the middle third and of the last third. */
  readonly middle: number;
  readonly last: number;
  readonly isFlat: boolean;
}

/** The last third may be this much above the middle one, or this much in absolute terms: megabytes or events. */
const growthMax = 0.1;
const slack = { megabytes: 32, events: 20_000 };

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
      const residentMegabytes: Record<string, number> = {};
      for (const { role, pid } of this.product.processes) {
        residentMegabytes[role] = (residentMegabytes[role] ?? 0) + (await usageOf(pid)).residentBytes / 1_048_576;
      }
      const from = this.#seen;
      this.#seen = this.queryable.count;
      this.moments.push({
        seconds: (performance.now() - started) / 1_000,
        residentMegabytes,
        inFlightEvents: (await readBooks(this.product)).in_flight,
        queryableP99Ms: this.queryable.summary(from).p99,
      });
    }
  }
}

/** What grew between the middle and the end of a run; nothing of fewer than six moments. */
export function driftOf(moments: readonly Moment[]): Drift[] {
  if (moments.length < 6) return [];
  const third = Math.floor(moments.length / 3);
  const drift = (what: string, valueOf: (moment: Moment) => number, slackOf: number): Drift => {
    const values = moments.map(valueOf);
    const middle = median(values.slice(third, 2 * third));
    const last = median(values.slice(-third));
    return { what, middle, last, isFlat: last <= middle + Math.max(middle * growthMax, slackOf) };
  };
  const roles = Object.keys((moments[0] as Moment).residentMegabytes);
  return [
    ...roles.map((role) =>
      drift(`memory of ${role}, MB`, (moment) => moment.residentMegabytes[role] ?? 0, slack.megabytes),
    ),
    drift('events in flight', (moment) => moment.inFlightEvents, slack.events),
  ];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}
