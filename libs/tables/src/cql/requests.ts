import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing, TablesRefused, TablesUnavailable } from './failures.js';

export interface RequestLimits {
  /** Requests on their way at the same time. */
  readonly inFlightMax: number;
  /** How often one request is sent before it has failed. */
  readonly attemptsMax: number;
  /** Pause before the second attempt, milliseconds; doubles with each further one. */
  readonly backoffMs: number;
}

export interface RequestStats {
  /** Requests that were repeated, each time counted. */
  readonly retries: number;
  /** Requests given up. */
  readonly failures: number;
  readonly inFlight: number;
  readonly waiting: number;
  /** The slowest request of the last one to two minutes, milliseconds, its repetitions included. */
  readonly slowestMs: number;
}

const SLOWEST_WINDOW_MS = 60_000;
const BACKOFF_MS_MAX = 2_000;

/** Sends requests: so many at a time, in the order in which they came, each several times before it has failed. */
export class Requests {
  private readonly queue: (() => void)[] = [];
  private inFlight = 0;
  private retries = 0;
  private failures = 0;
  private slowestMs = 0;
  private slowestBeforeMs = 0;
  private windowBegan = performance.now();
  private failingSince: Date | undefined;
  private lastFailure = '';

  constructor(private readonly limits: RequestLimits) {}

  /** Throws TablesUnavailable or TablesRefused, with what the driver said as their cause. */
  async send<Result>(what: string, request: () => Promise<Result>): Promise<Result> {
    if (this.inFlight >= this.limits.inFlightMax) {
      await new Promise<void>((resolve) => this.queue.push(resolve));
    } else {
      this.inFlight += 1;
    }
    const began = performance.now();
    try {
      return await this.attempt(what, request);
    } finally {
      this.took(performance.now() - began);
      // Whoever waits longest takes this place over.
      const next = this.queue.shift();
      if (next === undefined) this.inFlight -= 1;
      else next();
    }
  }

  stats(): RequestStats {
    this.took(0);
    return {
      retries: this.retries,
      failures: this.failures,
      inFlight: this.inFlight,
      waiting: this.queue.length,
      slowestMs: Math.max(this.slowestMs, this.slowestBeforeMs),
    };
  }

  /** What is wrong, as a sentence, since the last request that was given up; undefined once one has succeeded. */
  problem(): string | undefined {
    if (this.failingSince === undefined) return undefined;
    return `The tables have not answered since ${this.failingSince.toISOString()}: ${this.lastFailure}`;
  }

  private async attempt<Result>(what: string, request: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await request();
        this.failingSince = undefined;
        return result;
      } catch (cause) {
        if (!isPassing(cause)) throw new TablesRefused(`${what} was refused: ${textOf(cause)}`, { cause });
        this.failingSince ??= new Date();
        this.lastFailure = textOf(cause);
        if (attempt >= this.limits.attemptsMax) {
          this.failures += 1;
          throw new TablesUnavailable(`${what} failed ${attempt} times: ${textOf(cause)}`, { cause });
        }
        this.retries += 1;
        await sleep(Math.min(BACKOFF_MS_MAX, this.limits.backoffMs * 2 ** (attempt - 1)));
      }
    }
  }

  private took(ms: number): void {
    const now = performance.now();
    if (now - this.windowBegan > SLOWEST_WINDOW_MS) {
      this.slowestBeforeMs = now - this.windowBegan > 2 * SLOWEST_WINDOW_MS ? 0 : this.slowestMs;
      this.slowestMs = 0;
      this.windowBegan = now;
    }
    this.slowestMs = Math.max(this.slowestMs, ms);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
