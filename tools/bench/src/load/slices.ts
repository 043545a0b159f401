/** A run in the course of time: whether what was measured had warmed up can be seen only there. */
import type { Latencies, LatencySummary } from './latencies.js';

export interface Slice extends LatencySummary {
  /** When it begins, since the warm-up ended. */
  readonly fromSeconds: number;
}

export interface Halves {
  readonly firstP95Ms: number;
  readonly secondP95Ms: number;
  readonly secondP99Ms: number;
  /** Falling means that the product was still warming up, rising that something piles up or grows. */
  readonly trend: 'falling' | 'steady' | 'rising' | 'too few to say';
}

const sliceSeconds = 10;
/** Of two halves that differ by less than this, in ratio, none is the slower one: a p95 is a matter of a few values. */
const steadyWithin = 1.25;
/** Fewer markers have no p95 to speak of. */
const countMin = 20;

/** @param startMs when the first was due, on the clock of the latencies; @param seconds how long the run was measured */
export function slicesOf(latencies: Latencies, startMs: number, seconds: number): Slice[] {
  return Array.from({ length: Math.ceil(seconds / sliceSeconds) }, (_, index) => {
    const fromSeconds = index * sliceSeconds;
    const from = startMs + fromSeconds * 1_000;
    return { fromSeconds, ...latencies.dueBetween(from, from + sliceSeconds * 1_000) };
  }).filter(({ count }) => count > 0);
}

export function halvesOf(latencies: Latencies, startMs: number, seconds: number): Halves {
  const middle = startMs + seconds * 500;
  const first = latencies.dueBetween(startMs, middle);
  const second = latencies.dueBetween(middle, Number.POSITIVE_INFINITY);
  const ratio = second.p95 / first.p95;
  const isEnough = Math.min(first.count, second.count) >= countMin;
  return {
    firstP95Ms: first.p95,
    secondP95Ms: second.p95,
    secondP99Ms: second.p99,
    trend: isEnough ? trendOf(ratio) : 'too few to say',
  };
}

function trendOf(ratio: number): Halves['trend'] {
  if (ratio > steadyWithin) return 'rising';
  return ratio < 1 / steadyWithin ? 'falling' : 'steady';
}
