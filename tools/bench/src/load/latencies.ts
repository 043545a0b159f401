import { grown } from '@ticketrail/core';

/** Every latency of a run, kept one by one: percentiles are then values that were really measured. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export class Latencies {
  #values = new Float64Array(1_024);
  #dues = new Float64Array(1_024);
  #count = 0;

  /** Milliseconds. @param due when what took so long had been due, on any clock, for those who ask for a stretch of time */
  record(value: number, due = 0): void {
    if (this.#count === this.#values.length) {
      this.#values = grown(this.#values, 2 * this.#values.length);
      this.#dues = grown(this.#dues, 2 * this.#dues.length);
    }
    this.#dues[this.#count] = due;
    this.#values[this.#count++] = value;
  }

  get count(): number {
    return this.#count;
  }

  /** Nearest rank; not a number where nothing was measured. @param from leaves out the ones recorded before this many */
  summary(from = 0): LatencySummary {
    return summaryOf(this.#values.slice(from, this.#count));
  }

  /** Each with when it had been due, in the order in which they were recorded. */
  *entries(): Iterable<readonly [due: number, value: number]> {
    for (let i = 0; i < this.#count; i++) yield [this.#dues[i] as number, this.#values[i] as number];
  }

  /** Of those that were due from `from` on and before `before`. */
  dueBetween(from: number, before: number): LatencySummary {
    const values = this.#values.subarray(0, this.#count);
    return summaryOf(
      values.filter((_, index) => (this.#dues[index] as number) >= from && (this.#dues[index] as number) < before),
    );
  }
}

function summaryOf(values: Float64Array): LatencySummary {
  const sorted = values.sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
