/**
 * First-seen marks of one hour of event time, loaded from the table: for events too old for the window in memory.
 *
 * Valid as long as the window covers everything after the checkpoint at which it was loaded, so that the two together hold
 * every mark.
 */
import { readMarks } from '../folds/history-index.js';
import type { Hash64 } from '../hash.js';
import { IdentityTable } from './identity-table.js';

export interface MarksRow {
  readonly seq: number;
  readonly marks: Uint8Array;
}

export class OldMarks {
  private readonly firsts = new IdentityTable();

  /**
   * @param loadedAt the aggregator's checkpoint before the rows were read: they hold every mark up to it
   * @param rows of the hour, in any order
   * @param through marks beyond this position, the last that was settled, are ignored: they are from a log that was rolled
   *   back. A duplicate is an event whose first position is lower.
   */
  constructor(
    readonly loadedAt: number,
    rows: Iterable<MarksRow>,
    through: number,
  ) {
    // Rows lie by minute; the first position of an identity is the lowest.
    for (const { seq, marks } of [...rows].sort((a, b) => a.seq - b.seq)) {
      if (seq > through) continue;
      readMarks(marks, (hi, lo) => {
        if (this.firsts.find(hi, lo) === 0) this.firsts.add(hi, lo, seq);
      });
    }
  }

  get size(): number {
    return this.firsts.size;
  }

  /** Position of the entry in which the identity was first settled, or 0. */
  find(identity: Hash64): number {
    return this.firsts.find(identity.hi, identity.lo);
  }
}
