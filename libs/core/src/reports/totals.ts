/**
 * What the rows of a table come to by member (a location, an item), as columns of numbers. Reports by location begin here,
 * whether the rows come from memory or from the tables.
 */
import type { AggregateTable } from '../tables/aggregate.js';
import type { Row } from '../tables/spec.js';
import { groupRows } from './groups.js';
import type { KeptList } from './kept-lists.js';
import { rank, rankByKey } from './ranking.js';

export interface Totals {
  readonly members: readonly string[];
  /** By index of the label in the table. */
  readonly labelOf: (label: number, member: number) => string | null;
  /** By sum of the table, then member. */
  readonly sums: readonly Float64Array[];
  /** Rows behind each member; one without any has nothing to show. */
  readonly rowCounts: Float64Array;
  /** The place of each member among all of them, sorted by code unit. */
  readonly places: Int32Array;
  /** For the lists made from them, where they are kept up to date. */
  readonly kept?: KeptList;
}

/** Adds rows up by the table's first member. */
export function totalsOf(table: AggregateTable, rows: Iterable<Row>): Totals {
  const groups = groupRows(table, rows, [table.members[0]!]);
  const members = groups.map(({ by }) => by[0] as string);
  return {
    members,
    labelOf: (label, member) => groups[member]!.labels[label]!,
    sums: table.sums.map((_, i) => Float64Array.from(groups, ({ sums }) => sums[i]!)),
    rowCounts: new Float64Array(groups.length).fill(1),
    places: placesOf(members),
  };
}

/** The place of each text among all of them, sorted by code unit: the same everywhere, whatever the locale. No two are equal. */
export function placesOf(texts: readonly string[]): Int32Array {
  const places = new Int32Array(texts.length);
  rank(texts.length, (a, b) => (texts[a]! < texts[b]! ? -1 : 1)).forEach((index, place) => (places[index] = place));
  return places;
}

/** The column of the sum named. */
export function sumsOf(table: AggregateTable, totals: Totals, name: string): Float64Array {
  return totals.sums[table.sums.indexOf(name)]!;
}

/** The label named, by member. */
export function labelsOf(table: AggregateTable, totals: Totals, name: string): (member: number) => string | null {
  const label = table.labels.indexOf(name);
  return (member) => totals.labelOf(label, member);
}

/** What to call a member that is a place: its name, or its id, or that it has none. */
export function placeNames(table: AggregateTable, totals: Totals): (member: number) => string {
  const names = labelsOf(table, totals, 'location_name');
  return (member) => names(member) ?? nameOfNone(totals.members[member]!);
}

/** What to call a place that has no name. */
export function nameOfNone(id: string): string {
  return id === '' ? 'Online' : id;
}

/** The values of a column at the indexes chosen. */
export function pick(column: Float64Array, chosen: Int32Array): Float64Array {
  const picked = new Float64Array(chosen.length);
  for (let i = 0; i < chosen.length; i++) picked[i] = column[chosen[i]!]!;
  return picked;
}

/** The members that have rows, and of which `isShown` is true. */
export function membersWith(totals: Totals, isShown: (member: number) => boolean = () => true): Int32Array {
  const shown = new Int32Array(totals.members.length);
  let count = 0;
  for (let member = 0; member < shown.length; member++) {
    if (totals.rowCounts[member] !== 0 && isShown(member)) shown[count++] = member;
  }
  return shown.subarray(0, count);
}

/** Of the members given the first `limit`, the greatest key first, of equal ones by their text. */
export function greatest(
  totals: Totals,
  members: Int32Array,
  keys: Float64Array,
  limit: number | undefined,
): Int32Array {
  const ties = new Int32Array(members.length);
  for (let i = 0; i < members.length; i++) ties[i] = totals.places[members[i]!]!;
  const ranked = rankByKey(pick(keys, members), ties, limit);
  return ranked.map((index) => members[index]!);
}

/** Adds a column up over the members given. */
export function sumOver(column: Float64Array, members: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < members.length; i++) sum += column[members[i]!]!;
  return sum;
}
