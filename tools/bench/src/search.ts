/**
 * The highest rate that is sustained: doubled until one is not, then halving the distance. A first one that is not sustained is
 * halved until one is.
 */
import type { RunResult } from './run.js';

/** The answer is below the highest sustained rate by at most this share. */
const resolution = 0.1;
const rateMax = 2_000_000;
/** Beyond this no further probe begins. */
export const searchMinutesMax = 15;
/** A probe that is so far behind is lost. */
export const probeBehindSeconds = 5;

export interface Found {
  /** The last probe that was sustained, which is the highest; undefined when none was. */
  readonly best: RunResult | undefined;
  /** The lowest rate that was not sustained; undefined when there was none. */
  readonly firstBeyond: number | undefined;
  /** Whether time was up before the two were near each other. */
  readonly isCutShort: boolean;
}

export interface SearchOptions {
  /** Events a second to begin with. */
  readonly first: number;
  /** Rates are multiples of this, so that what is asked for is what is sent. */
  readonly whole: number;
  readonly isTimeUp: () => boolean;
}

/** @param runAt answers undefined for a run that could not go on, which is one that was not sustained */
export async function search(
  { first, whole, isTimeUp }: SearchOptions,
  runAt: (rate: number) => Promise<RunResult | undefined>,
): Promise<Found> {
  const rounded = (rate: number): number => Math.max(whole, Math.round(rate / whole) * whole);
  let best: RunResult | undefined;
  let low = 0;
  let high: number | undefined;
  let next: number | undefined = rounded(first);
  while (next !== undefined && !isTimeUp()) {
    const result: RunResult | undefined = await runAt(next);
    if (result?.isSustained === true) {
      best = result;
      low = next;
    } else high = next;
    next = nextRate(low, high, rounded);
  }
  return { best, firstBeyond: high, isCutShort: next !== undefined };
}

/** @param low sustained, 0 when none is known; @param high not sustained */
function nextRate(low: number, high: number | undefined, rounded: (rate: number) => number): number | undefined {
  if (high === undefined) return low * 2 > rateMax ? undefined : low * 2;
  if (low > 0 && (high - low) / low <= resolution) return undefined;
  const middle = rounded((low + high) / 2);
  return middle > low && middle < high ? middle : undefined;
}
