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
  #count = 0;

  /** Milliseconds. */
  record(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = value;
  }

  get count(): number {
    return this.#count;
  }

  /** Nearest rank; not a number where nothing was measured. @param from leaves out the ones recorded before this many */
  summary(from = 0): LatencySummary {
    const sorted = this.#values.slice(from, this.#count).sort();
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
    return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
  }
}
