/**
 * First-seen marks of single minutes of event time, loaded from the table: for events too old for the window in memory.
 *
 * The marks of a minute hold every event of it that was settled up to the position through which they are loaded, so that together
 * with a window that covers everything after that position, or after an earlier one, they hold all. Once the window has let go
 * of more, only what was settled since has to be read and added: rows of the table never change, and their key is the minute
 * and the position.
 *
 * Takes `bytesMax` at most, or one minute if that is more: minutes that were used least recently are let go. See IdentityTable
 * for what a mark costs; a minute takes 4 KiB at least.
 */
import { readMarks } from '../folds/history-index.js';
import type { Hash64 } from '../hash.js';
import { IdentityTable } from './identity-table.js';

export interface MarksRow {
  readonly seq: number;
  readonly marks: Uint8Array;
}

interface MinuteMarks {
  readonly firsts: IdentityTable;
  /** Every mark up to this position is here; −1 before they were loaded for the first time. */
  loadedThrough: number;
  /** Rows up to this position need not be read again. */
  certainThrough: number;
}

export class OldMarks {
  /** By the start of the minute; those used last are at the end. */
  private readonly minutes = new Map<number, MinuteMarks>();
  private held = 0;

  /** @param bytesMax what all minutes together may take up */
  constructor(private readonly bytesMax: number) {}

  get bytes(): number {
    return this.held;
  }

  /** Whether the marks of the minute and a window that covers everything after this position hold every mark between them. */
  isLoaded(minute: number, coversAfterSeq: number): boolean {
    const marks = this.minutes.get(minute);
    return marks !== undefined && marks.loadedThrough >= coversAfterSeq;
  }

  /** Rows of the minute after this position have to be read for it to be loaded; 0 for all. */
  readAfter(minute: number): number {
    return this.minutes.get(minute)?.certainThrough ?? 0;
  }

  /** Adds some rows of the minute. They come in the order of their positions; rows that were added before change nothing. */
  add(minute: number, rows: Iterable<MarksRow>): void {
    const { firsts } = this.at(minute);
    const before = firsts.bytes;
    for (const { seq, marks } of rows) {
      readMarks(marks, (hi, lo) => {
        if (firsts.find(hi, lo) === 0) firsts.add(hi, lo, seq);
      });
    }
    this.held += firsts.bytes - before;
  }

  /**
   * All rows of the minute were added, through a position that is not below these two.
   *
   * @param certain nothing can have been missing through this position
   * @param needed nor through this one, as far as anybody can tell: from where the window covers everything
   */
  complete(minute: number, certain: number, needed: number): void {
    const marks = this.at(minute);
    marks.certainThrough = certain;
    marks.loadedThrough = Math.max(certain, needed);
  }

  /** Looks the identities up among the marks of their minute, and adds those that are there to `found`. */
  lookUp(minute: number, identities: readonly Hash64[], found: IdentityTable): void {
    const { firsts } = this.at(minute);
    for (const { hi, lo } of identities) {
      const first = firsts.find(hi, lo);
      if (first !== 0 && found.find(hi, lo) === 0) found.add(hi, lo, first);
    }
  }

  /** Lets minutes go until the rest is within `bytesMax`, but for the one used last. */
  forget(): void {
    for (const [minute, { firsts }] of this.minutes) {
      if (this.held <= this.bytesMax || this.minutes.size === 1) return;
      this.minutes.delete(minute);
      this.held -= firsts.bytes;
    }
  }

  /** The marks of the minute, which are from now on those used last. */
  private at(minute: number): MinuteMarks {
    let marks = this.minutes.get(minute);
    if (marks === undefined) {
      marks = { firsts: new IdentityTable(), loadedThrough: -1, certainThrough: 0 };
      this.held += marks.firsts.bytes;
    } else {
      this.minutes.delete(minute);
    }
    this.minutes.set(minute, marks);
    return marks;
  }
}
