/** What a process that was killed did to the figures: how far they fell behind, and for how long. */
import type { Latencies } from './load/latencies.js';

export interface Outage {
  /** When it was killed, since the warm-up ended. */
  readonly atSeconds: number;
  /** The longest way to an answer of those that were on it then, or came later. */
  readonly worstMs: number;
  /** From the kill until every figure was within a second again; 0 when none was ever later. */
  readonly behindMs: number;
}

/** A figure that is later than this is behind. */
const behindFromMs = 1_000;

/** @param latencies of markers; @param startMs when the warm-up ended, @param killedAt both on the clock of the latencies */
export function outageOf(latencies: Latencies, startMs: number, killedAt: number): Outage {
  let worstMs = 0;
  let behindMs = 0;
  for (const [due, value] of latencies.entries()) {
    const seenAt = due + value;
    if (seenAt < killedAt) continue;
    worstMs = Math.max(worstMs, value);
    if (value > behindFromMs) behindMs = Math.max(behindMs, seenAt - killedAt);
  }
  return { atSeconds: (killedAt - startMs) / 1_000, worstMs, behindMs };
}
