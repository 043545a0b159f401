/**
 * Notices rows that were made from another log than the one that is folded.
 *
 * A log that lost its end, as after a loss of power, gives its positions out a second time. Rows that were durable ahead of
 * the checkpoint then hold entries that no longer exist, and would be taken to hold the new ones. So the entry that a row
 * names must be the one that stands in the log at the row's position. Rows at or below the checkpoint are vouched for by the
 * chain, whose id was compared at the start.
 */
import type { Row } from '../tables/spec.js';
import { FoldMismatch } from './fold-mismatch.js';
import { positionOf } from './sources.js';

/** Ids of so many entries after the start are kept: a run that was replaced cannot have been further ahead of its checkpoint. */
const ENTRIES_KEPT_MAX = 20_000;

export class EntryFence {
  /** Position of the first entry folded; 0 before. */
  private first = 0;
  private last = 0;
  private readonly ids = new Map<number, string>();
  /** Position of the last entry whose id is kept. */
  private kept = 0;
  /** What rows say of entries that are still to come. */
  private readonly awaited = new Map<number, string>();

  /** Compares a row that was read. */
  admit(row: Row | undefined): void {
    if (row === undefined) return;
    const applied = positionOf(row);
    const entry = row['entry'] as string;
    if (applied > this.last) {
      compare(applied, entry, this.awaited.get(applied) ?? entry);
      this.awaited.set(applied, entry);
    } else if (applied >= this.first && applied <= this.kept) {
      compare(applied, entry, this.ids.get(applied));
    }
  }

  /** The entry that is folded next. */
  pass(seq: number, id: string): void {
    if (this.first === 0) {
      this.first = seq;
      for (const applied of this.awaited.keys()) if (applied < seq) this.awaited.delete(applied);
    }
    this.last = seq;
    if (this.ids.size < ENTRIES_KEPT_MAX) {
      this.ids.set(seq, id);
      this.kept = seq;
    }
    for (const [applied, entry] of this.awaited) {
      if (applied > seq) continue;
      compare(applied, entry, applied === seq ? id : undefined);
      this.awaited.delete(applied);
    }
  }
}

function compare(position: number, entry: string, inLog: string | undefined): void {
  if (entry === inLog) return;
  throw new FoldMismatch(
    `a row was made from entry ${entry} at position ${position}, where the log has ${inLog ?? 'none'}: it was made from another log`,
  );
}
