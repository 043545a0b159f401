/**
 * What was settled lately, by identity: the part of the dedupe decision that is answered from memory.
 *
 * Holds the identity of every event settled in entries after `coversAfterSeq`, each with the position of its first entry.
 * Slices of log time are dropped whole, the oldest first, when they are old or when there are too many identities: that only
 * moves `coversAfterSeq` forward, and what it no longer covers is looked up in the first_seen table. See IdentityTable for what
 * an identity costs.
 */
import type { Hash64 } from '../hash.js';
import { IdentityTable } from './identity-table.js';

/** How many slices are kept: the window covers between (SLICES − 1) / SLICES and all of its length. */
const SLICES = 3;

/** The answer of `find` for an identity marked since the last `commit`. */
export const IN_THIS_ENTRY = -1;

/** Identities settled over one stretch of log time. */
interface Slice {
  /** Log time of its first entry. */
  readonly openedAt: number;
  readonly marks: IdentityTable;
  /** Position of its last entry. */
  end: number;
}

export class DedupeWindow {
  private readonly slices: Slice[] = [];
  /** Marks of the entry that is being settled, which has no position yet. */
  private readonly current = new IdentityTable();
  /** Highest position in each dropped slice or before the first: marks at or below are not here. */
  private coveredAfter: number;
  private coveredSince: number;

  /**
   * @param coversAfterSeq position of the last entry before the ones this window will be told of; 0 at the beginning of an epoch
   * @param coversSince that entry's log time; −Infinity at the beginning of an epoch
   * @param windowMs how long identities are kept, in log time
   * @param identitiesMax how many are kept at most
   */
  constructor(
    coversAfterSeq: number,
    coversSince: number,
    private readonly windowMs: number,
    private readonly identitiesMax: number,
  ) {
    this.coveredAfter = coversAfterSeq;
    this.coveredSince = coversSince;
  }

  /** Every event settled in an entry after this position is in the window. */
  get coversAfterSeq(): number {
    return this.coveredAfter;
  }

  /** Whether an event of this time, had it been settled before, would be in the window: it cannot be older than its log time. */
  decides(eventTime: number, skewMs: number): boolean {
    return this.coveredSince === Number.NEGATIVE_INFINITY || eventTime - skewMs > this.coveredSince;
  }

  get size(): number {
    return this.slices.reduce((sum, slice) => sum + slice.marks.size, 0);
  }

  /**
   * Position of the entry in which the identity was first settled; IN_THIS_ENTRY when that is the one being settled now; 0 when
   * it is not in the window.
   */
  find(identity: Hash64): number {
    if (this.current.find(identity.hi, identity.lo) !== 0) return IN_THIS_ENTRY;
    for (let i = this.slices.length - 1; i >= 0; i--) {
      const seq = this.slices[i]!.marks.find(identity.hi, identity.lo);
      if (seq !== 0) return seq;
    }
    return 0;
  }

  /** Marks an identity as settled in the entry that `commit` will give its position. */
  add(identity: Hash64): void {
    this.current.add(identity.hi, identity.lo, 1);
  }

  /** The entry is in the log. Positions ascend and log times do not go back. */
  commit(seq: number, logTime: number): void {
    let newest = this.slices[this.slices.length - 1];
    if (
      newest === undefined ||
      logTime - newest.openedAt >= this.windowMs / SLICES ||
      newest.marks.size >= this.identitiesMax / SLICES
    ) {
      newest = { openedAt: logTime, marks: new IdentityTable(), end: seq };
      this.slices.push(newest);
    }
    newest.end = seq;
    if (this.current.size > 0) {
      const { marks } = newest;
      this.current.each((hi, lo) => marks.add(hi, lo, seq));
      this.current.clear();
    }
    while (this.slices.length > SLICES) {
      this.coveredAfter = this.slices.shift()!.end;
      // Entries of the dropped slice were settled no later than the next slice was opened.
      this.coveredSince = this.slices[0]!.openedAt;
    }
  }
}
