/** What the sets of orders and of tables have in common: where their rows lie, and what putting an element into one does. */
import type { Key, TableSpec } from '../tables/spec.js';
import { seqOf } from './delta.js';
import { FoldMismatch } from './fold-mismatch.js';

/** Where the rows of a set lie: all of a partition whose clustering keys begin in one way. */
export interface SetRows {
  readonly table: TableSpec;
  readonly partition: Key;
  /** The first columns of the clustering key, at least one. */
  readonly prefix: readonly string[];
}

/** A set that must be in memory before the entry can be folded. */
export interface WantedSet extends SetRows {
  readonly text: string;
  /** What the set is of, by name. */
  readonly key: Key;
}

/** The bounds on the clustering key between which the rows of a set lie. */
export function rangeOf({ prefix }: Pick<SetRows, 'prefix'>): { from: readonly string[]; before: readonly string[] } {
  return { from: prefix, before: [...prefix.slice(0, -1), behind(prefix.at(-1)!)] };
}

/** The first text behind this one. No id holds a NUL, so nothing lies between an id and the same with one behind it. */
export function behind(text: string): string {
  return `${text}\u0000`;
}

export function assertSame(isSame: boolean, place: number): void {
  if (isSame) return;
  throw new FoldMismatch(`the row holds another event at position ${seqOf(place)}, so it was made from another log`);
}

/** What putting an element did: its index, −1 when it is beyond the set, and whether there has to be a row for it that is not. */
export interface Put {
  index: number;
  isNew: boolean;
}
