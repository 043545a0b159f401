import { grown } from '@ticketrail/core';
import type { KeySet } from './key-set.js';

/** So many are put in order one by one; longer runs come of merging. */
const shortRun = 16;

/**
 * Numbers of keys in the order of their keys, as they come: in runs, each in order, of which two are merged as soon as
 * they are of one length. So each number is merged a dozen times or so, a little with each that is added, and who looks
 * for some looks in a dozen runs. No two may have the same key.
 */
export class SortedRuns {
  private sorted = new Int32Array(4096);
  private aside = new Int32Array(2048);
  private added = 0;
  /** Where each run begins, but for that which is still short. */
  private readonly starts: number[] = [];
  /** Where the run begins to which numbers are added. */
  private shortStart = 0;

  constructor(private readonly keys: KeySet) {}

  get count(): number {
    return this.added;
  }

  add(number: number): void {
    if (this.added === this.sorted.length) this.sorted = grown(this.sorted, 2 * this.added);
    const { sorted } = this;
    const at = this.firstNotBelow(number, this.shortStart, this.added);
    for (let to = this.added; to > at; to -= 1) sorted[to] = sorted[to - 1] as number;
    sorted[at] = number;
    this.added += 1;
    if (this.added - this.shortStart < shortRun) return;
    let start = this.shortStart;
    let previous = this.starts.at(-1);
    while (previous !== undefined && start - previous <= this.added - start) {
      this.merge(previous, start, this.added);
      start = previous;
      this.starts.pop();
      previous = this.starts.at(-1);
    }
    this.starts.push(start);
    this.shortStart = this.added;
  }

  /** All in one run, in order. Right until the next is added. */
  all(): Int32Array {
    if (this.shortStart < this.added) this.starts.push(this.shortStart);
    for (let start = this.starts.pop(); start !== undefined && start > 0; start = this.starts.pop()) {
      this.merge(this.starts.at(-1) as number, start, this.added);
    }
    if (this.added > 0) this.starts.push(0);
    this.shortStart = this.added;
    return this.sorted.subarray(0, this.added);
  }

  /** The keys that are not below `lower` but below `upper`, in order. */
  between(lower: number, upper: number): number[] {
    const found: number[] = [];
    for (let run = 0; run <= this.starts.length; run += 1) {
      const start = this.starts[run] ?? this.shortStart;
      const end = this.starts[run + 1] ?? (run < this.starts.length ? this.shortStart : this.added);
      const first = this.firstNotBelow(lower, start, end);
      for (let at = first; at < end && this.keys.compare(this.sorted[at] as number, upper) < 0; at += 1) {
        found.push(this.sorted[at] as number);
      }
    }
    return found.sort((a, b) => this.keys.compare(a, b));
  }

  clear(): void {
    this.added = 0;
    this.starts.length = 0;
    this.shortStart = 0;
  }

  /** The first place from `start` to before `end`, where all are in order, whose number is not below `number`, or `end`. */
  private firstNotBelow(number: number, start: number, end: number): number {
    let low = start;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.keys.compare(this.sorted[middle] as number, number) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Makes one run of two that lie beside each other. */
  private merge(start: number, middle: number, end: number): void {
    const { sorted, keys } = this;
    if (keys.compare(sorted[middle - 1] as number, sorted[middle] as number) < 0) return;
    const left = middle - start;
    if (left > this.aside.length) this.aside = new Int32Array(sorted.length);
    const { aside } = this;
    aside.set(sorted.subarray(start, middle));
    let from = 0;
    let right = middle;
    for (let to = start; from < left; to += 1) {
      if (right < end && keys.compare(sorted[right] as number, aside[from] as number) < 0) {
        sorted[to] = sorted[right] as number;
        right += 1;
      } else {
        sorted[to] = aside[from] as number;
        from += 1;
      }
    }
  }
}
