/**
 * What one event adds to, or takes back from, one cell of an aggregate table.
 *
 * Every field is always there, and in this order: reading fields of objects of one shape is much quicker than of several.
 *
 * Aggregates are sums of contributions, so a fold never asks a cell what it holds: it emits deltas, and the cells add them up.
 */
import type { Hash64 } from '../hash.js';
import type { AggregateTable } from '../tables/aggregate.js';

export interface Delta {
  readonly table: AggregateTable;
  readonly tenant: string;
  /** Start of the cell's minute or day, epoch milliseconds. */
  readonly bucket: number;
  /** Values of the table's member columns. */
  readonly members: readonly (string | number)[];
  /** +1 adds an event, −1 takes it back, 0 only changes what it adds (or touches the cell, so that it exists). */
  readonly events: -1 | 0 | 1;
  /** The event's identity, for the fingerprint. */
  readonly hi: number;
  readonly lo: number;
  /** Added to the table's sums, in their order, sign applied. */
  readonly sums: readonly number[];
  /** Log times for the table's `latest` columns, in their order; 0 where it says none. */
  readonly latest: readonly number[] | undefined;
  /** Labels the event knows, in the table's order; undefined where it knows none. */
  readonly labels: readonly (string | undefined)[] | undefined;
  /** Event time of the labels: of several the latest stays. Nothing where there are none. */
  readonly labelTime: number;
  /** A sample added to (count 1) or taken from (−1) one of the table's sketches. */
  readonly sample: { readonly sketch: number; readonly value: number; readonly count: 1 | -1 } | undefined;
}

/** Where folds put their deltas. */
export type Emit = (delta: Delta) => void;

/** An applied event with what its folds need to know about where it stands. */
export interface Placed<Event> {
  readonly tenant: string;
  readonly event: Event;
  /** Position of the event: see placeOf. Positions are unique on a partition and ascend. */
  readonly place: number;
  readonly identity: Hash64;
}

/** Events one entry may hold at most; positions of events are counted in it. */
export const PLACES_PER_ENTRY = 4096;

/** An event's position: its entry's position, and its index among the entry's applied events, as one number. */
export function placeOf(seq: number, index: number): number {
  return seq * PLACES_PER_ENTRY + index;
}

/** The position of the entry in which an event stands. */
export function seqOf(place: number): number {
  return Math.floor(place / PLACES_PER_ENTRY);
}
