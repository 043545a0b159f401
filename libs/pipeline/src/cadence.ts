/** When it is time to write something again. */
export class Cadence {
  /** When something was folded last, as far as was looked. */
  private changedAt: number;

  /**
   * @param quietMs once nothing has changed for so long everything is written
   * @param phase where among its intervals one ends, 0 … 1: not all partitions of a process are to write at once
   * @param seq position of the last entry folded
   */
  constructor(
    private readonly quietMs: number,
    private readonly phase: number,
    private seq: number,
    now: number,
  ) {
    this.changedAt = now;
  }

  /** To be called often. */
  look(seq: number, now: number): void {
    if (seq === this.seq) return;
    this.seq = seq;
    this.changedAt = now;
  }

  /**
   * Whether the time has come since `last`: once nothing has changed for a moment, or when an interval has ended that is longer
   * the more changes. Intervals double, so that one ends where another does.
   *
   * @param load what changes in a second, as a share of what is so much that the interval is `msMax`
   */
  isDue(now: number, last: number, load: number, msMin: number, msMax: number): boolean {
    if (now - last < msMin) return false;
    if (now - this.changedAt >= this.quietMs) return true;
    let intervalMs = msMin;
    while (intervalMs * 2 <= msMax && intervalMs < load * msMax) intervalMs *= 2;
    const phaseMs = this.phase * intervalMs;
    return Math.floor((now - phaseMs) / intervalMs) > Math.floor((last - phaseMs) / intervalMs);
  }
}

/** Rows a second. */
export function rateOf(rows: number, ms: number): number {
  return (rows * 1_000) / Math.max(1, ms);
}
