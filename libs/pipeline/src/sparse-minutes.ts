/**
 * Rows by minute and one member of a table in which most members have none, such as what was restated: each minute has room
 * for its own rows alone, in columns of numbers. About 200 bytes a row, and nothing where there is none; columns over every
 * member would take half of that for each of them, with a row or without.
 */
import {
  type AggregateTable,
  grown,
  packedLayout,
  type PackedLayout,
  type PackedRow,
  type Row,
  type Value,
} from '@ticketrail/core';
import { greatestOf } from './columns.js';

type Member = string | number;

interface Minute {
  /** By shard, then member: where its row stands in the columns. */
  readonly places: Map<Member, number>[];
  size: number;
  applied: Float64Array;
  /** By column; empty while every value is 0. */
  readonly values: Float64Array[];
  /** By column: what it comes to over all members. Every answer asks for it, and after a flood of late events the rows are millions. */
  readonly totals: number[];
}

/** Rows a minute has room for when it gets its first. */
const ROOM_MIN = 8;

export class SparseMinutes {
  private readonly minutes = new Map<number, Minute>();
  /** The table's sums, then the log times of which the latest stays. */
  private readonly columns: readonly string[];
  private readonly layout: PackedLayout;

  /** @param table has one member and no labels */
  constructor(private readonly table: AggregateTable) {
    this.columns = [...table.sums, ...table.latest];
    this.layout = packedLayout(table);
  }

  /** Rows held. */
  get size(): number {
    let sum = 0;
    for (const { size } of this.minutes.values()) sum += size;
    return sum;
  }

  /** Keeps each of the minute's rows unless a later one of the same key is here. */
  take(shard: number, start: number, rows: readonly PackedRow[]): void {
    let minute = this.minutes.get(start);
    if (minute === undefined) {
      const values = this.columns.map(() => new Float64Array(0));
      const totals = this.columns.map(() => 0);
      this.minutes.set(start, (minute = { places: [], size: 0, applied: new Float64Array(ROOM_MIN), values, totals }));
    }
    const places = (minute.places[shard] ??= new Map());
    for (const row of rows) {
      let place = places.get(row[0] as Member);
      if (place === undefined) places.set(row[0] as Member, (place = newPlace(minute)));
      const applied = row[this.layout.applied] as number;
      if (applied >= minute.applied[place]!) this.write(minute, place, applied, row);
    }
  }

  /** One row a member: its sums over from ≤ minute < to. With `member`, that one alone. */
  *byMember(from: number, to: number, member?: string): Iterable<Row> {
    const totals = new Map<Member, number[]>();
    for (const [, minute] of this.within(from, to)) {
      for (const [of, place] of placesOf(minute, member)) {
        let total = totals.get(of);
        if (total === undefined) totals.set(of, (total = this.columns.map(() => 0)));
        this.addTo(total, minute, place);
      }
    }
    for (const [of, total] of totals) {
      yield this.row({ [this.table.bucket]: from, [this.table.members[0]!]: of }, total);
    }
  }

  /** One row a minute: the sums over all members, or over `member` alone. */
  *byMinute(from: number, to: number, member?: string): Iterable<Row> {
    for (const [start, minute] of this.within(from, to)) {
      let { totals } = minute;
      if (member !== undefined) {
        totals = this.columns.map(() => 0);
        for (const [, place] of placesOf(minute, member)) this.addTo(totals, minute, place);
      }
      yield this.row({ [this.table.bucket]: start }, totals);
    }
  }

  /** Lets go of the minutes that begin before `from`. */
  forgetBefore(from: number): void {
    for (const start of this.minutes.keys()) if (start < from) this.minutes.delete(start);
  }

  private write(minute: Minute, place: number, applied: number, row: PackedRow): void {
    minute.applied[place] = applied;
    for (let i = 0; i < this.columns.length; i++) {
      const value = row[this.layout.numbers + i] as number;
      let column = minute.values[i]!;
      if (place >= column.length) {
        if (value === 0) continue;
        minute.values[i] = column = grown(column, minute.applied.length);
      }
      const before = column[place]!;
      column[place] = value;
      if (this.isSum(i)) minute.totals[i]! += value - before;
      else if (value >= before) minute.totals[i] = Math.max(minute.totals[i]!, value);
      else minute.totals[i] = greatestOf(column);
    }
  }

  private addTo(total: number[], minute: Minute, place: number): void {
    for (let i = 0; i < total.length; i++) {
      const value = minute.values[i]![place] ?? 0;
      if (this.isSum(i)) total[i]! += value;
      else total[i] = Math.max(total[i]!, value);
    }
  }

  private isSum(column: number): boolean {
    return column < this.table.sums.length;
  }

  private row(row: Record<string, Value>, values: readonly number[]): Row {
    this.columns.forEach((column, i) => (row[column] = values[i]!));
    return row;
  }

  private within(from: number, to: number): [number, Minute][] {
    return [...this.minutes].filter(([start]) => start >= from && start < to);
  }
}

function newPlace(minute: Minute): number {
  if (minute.size === minute.applied.length) minute.applied = grown(minute.applied, minute.size * 2);
  return minute.size++;
}

/** The rows of the minute, or those of one member: one for each shard that has some, which is one but for events of no place. */
function* placesOf({ places }: Minute, member: Member | undefined): Iterable<readonly [Member, number]> {
  for (const ofShard of places) {
    if (member === undefined) {
      yield* ofShard ?? [];
      continue;
    }
    const place = ofShard?.get(member);
    if (place !== undefined) yield [member, place];
  }
}
