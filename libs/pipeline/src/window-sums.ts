/**
 * Sums over windows that are asked for again and again, kept up as rows change: a figure of the last hour costs a look at each
 * member and not at each of its minutes.
 */

import { grown, type KeptList } from '@ticketrail/core';

/** What a window is made of. */
export interface Summand {
  /** Position of each row by member number; 0 where there is none. */
  readonly applied: Float64Array;
  /** By column, then member number. */
  readonly values: readonly Float64Array[];
}

export interface RunningWindow {
  from: number;
  to: number;
  /** By column, then member number. */
  readonly sums: Float64Array[];
  /** Rows behind each member. */
  rowCounts: Float64Array;
  /** For the list that is made from it. */
  readonly kept: KeptList;
  /** Times it was tended since somebody asked for it. */
  idle: number;
}

/** Windows that are kept up at a time, those that were asked for last. */
const WINDOWS_MAX = 6;

/** A window is let go when it is tended this often without being asked for. */
const IDLE_MAX = 60;

export class WindowSums {
  private windows: RunningWindow[] = [];

  /** @param columns how many columns there are, from the first on, that are added up */
  constructor(
    private readonly columns: number,
    private readonly keep: () => KeptList,
  ) {}

  /** The windows that a change of a row of this bucket goes into. */
  covering(bucket: number): RunningWindow[] {
    return this.windows.filter(({ from, to }) => bucket >= from && bucket < to);
  }

  /** Sums over from ≤ bucket < to. They are kept up from now on: whoever asks reads them at once. */
  of(from: number, to: number, buckets: ReadonlyMap<number, Summand>, members: number): RunningWindow {
    let window = this.windows.find((one) => one.from === from && one.to === to);
    if (window === undefined) {
      // The one that was asked for a moment ago needs only what entered and left since.
      window = this.windows.find(
        (one) => one.to - one.from === to - from && one.from < from && from - one.from <= (to - from) / 2,
      );
      if (window === undefined) {
        window = { from, to, sums: [], rowCounts: new Float64Array(members), kept: this.keep(), idle: 0 };
        for (let column = 0; column < this.columns; column++) window.sums.push(new Float64Array(members));
        for (const [start, bucket] of buckets) if (start >= from && start < to) addTo(window, bucket, 1);
      } else {
        for (const [start, bucket] of buckets) {
          if (start >= window.from && start < from) addTo(window, bucket, -1);
          else if (start >= window.to && start < to) addTo(window, bucket, 1);
        }
        window.from = from;
        window.to = to;
      }
    }
    widen(window, members);
    window.idle = 0;
    this.windows = [window, ...this.windows.filter((one) => one !== window)].slice(0, WINDOWS_MAX);
    return window;
  }

  /** Buckets before this one are gone. To be called every second or so. */
  tend(from: number): void {
    this.windows = this.windows.filter((window) => window.from >= from && ++window.idle < IDLE_MAX);
  }

  /** Member numbers changed. */
  clear(): void {
    this.windows = [];
  }
}

/** Makes room for every member. */
export function widen(window: RunningWindow, members: number): void {
  if (window.rowCounts.length >= members) return;
  const length = Math.max(members, window.rowCounts.length * 2);
  window.rowCounts = grown(window.rowCounts, length);
  window.sums.forEach((column, i) => (window.sums[i] = grown(column, length)));
}

function addTo(window: RunningWindow, { applied, values }: Summand, sign: 1 | -1): void {
  widen(window, applied.length);
  const { rowCounts, sums } = window;
  for (let number = 0; number < applied.length; number++) if (applied[number] !== 0) rowCounts[number]! += sign;
  sums.forEach((sum, i) => {
    const column = values[i]!;
    if (sign === 1) for (let number = 0; number < column.length; number++) sum[number]! += column[number]!;
    else for (let number = 0; number < column.length; number++) sum[number]! -= column[number]!;
  });
}
