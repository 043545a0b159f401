/**
 * Rows of one tenant in one table by minute and one member (a location, an item), as columns of numbers: the shape of what a
 * dashboard asks for. A window over 20,000 locations is a sum over a few arrays, and a row costs a few dozen bytes.
 *
 * Each member (with its shard, since a row belongs to one) has a number; each minute has an array per column, indexed by it.
 */
import {
  type AggregateTable,
  grown,
  KeptList,
  type KeptLists,
  packedLayout,
  type PackedLayout,
  type PackedRow,
  type Row,
  type Totals,
  type Value,
} from '@ticketrail/core';
import { greatestOf, sumOf } from './columns.js';
import { Labels } from './labels.js';
import { MemberGroups } from './member-groups.js';
import { type RunningWindow, widen, WindowSums } from './window-sums.js';

interface Minute {
  /** Position of each row; 0 where there is none. */
  applied: Float64Array;
  /** By column, then member number; empty while every value is 0, as most are in a table of what rarely happens. */
  readonly values: Float64Array<ArrayBuffer>[];
  /** By column: what it comes to over all members. */
  readonly totals: Float64Array;
}

type Member = string | number;

interface Known {
  readonly member: Member;
  readonly shard: number;
}

/** A member's number stays taken until this many are, then those without rows are let go. */
const COMPACT_FROM = 10_000;

export class MinuteColumns {
  /** By shard, then member. */
  private numbers: Map<Member, number>[] = [];
  private members: Known[] = [];
  private labels: Labels;
  private readonly minutes = new Map<number, Minute>();
  /** The table's sums, then the log times of which the latest stays. */
  private readonly columns: readonly string[];

  private readonly layout: PackedLayout;
  private readonly windows: WindowSums;
  private groups = new MemberGroups();

  constructor(
    private readonly table: AggregateTable,
    kept: KeptLists,
  ) {
    this.windows = new WindowSums(table.sums.length, () => new KeptList(kept, table.index));
    this.labels = new Labels(table);
    this.columns = [...table.sums, ...table.latest];
    this.layout = packedLayout(table);
  }

  /** Rows held: members times minutes. */
  get size(): number {
    return this.members.length * this.minutes.size;
  }

  /** Keeps each of the minute's rows unless a later one of the same key is here. */
  take(shard: number, start: number, rows: readonly PackedRow[]): void {
    const minute = this.minuteAt(start);
    const windows = this.windows.covering(start);
    const numbers = (this.numbers[shard] ??= new Map());
    for (const row of rows) {
      const number = numbers.get(row[0] as Member) ?? this.join(shard, row[0] as Member);
      if (number >= minute.applied.length) this.widen(minute);
      for (const window of windows) widen(window, number + 1);
      this.labels.take(number, start, row);
      const applied = row[this.layout.applied] as number;
      if (applied < minute.applied[number]!) continue;
      if (minute.applied[number] === 0) for (const { rowCounts } of windows) rowCounts[number]! += 1;
      minute.applied[number] = applied;
      this.write(minute, number, row, windows);
    }
  }

  /**
   * Sums by member over from ≤ minute < to, of a table without `latest`. They change with the next row that comes in: whoever
   * asks reads them at once.
   */
  totals(from: number, to: number): Totals {
    return this.groups.totals(this.labels, this.windows.of(from, to, this.minutes, this.members.length));
  }

  /** One row a member: its sums over from ≤ minute < to. With `member`, that one alone. */
  *byMember(from: number, to: number, member?: string): Iterable<Row> {
    const minutes = this.within(from, to).map(([, minute]) => minute);
    if (member !== undefined) {
      for (const number of this.numbersOf(member)) yield* this.memberRow(number, minutes, from);
      return;
    }
    const count = this.members.length;
    const totals = this.columns.map(() => new Float64Array(count));
    const isThere = new Uint8Array(count);
    for (const minute of minutes) {
      for (let number = 0; number < Math.min(count, minute.applied.length); number++) {
        if (minute.applied[number] !== 0) isThere[number] = 1;
      }
      minute.values.forEach((column, i) => {
        const total = totals[i]!;
        const length = Math.min(count, column.length);
        if (this.isSum(i)) for (let number = 0; number < length; number++) total[number]! += column[number]!;
        else for (let number = 0; number < length; number++) total[number] = Math.max(total[number]!, column[number]!);
      });
    }
    for (let number = 0; number < count; number++) {
      if (isThere[number] === 1)
        yield this.row(
          number,
          from,
          totals.map((total) => total[number]!),
        );
    }
  }

  /** One row a minute: the sums over all members, or over `member` alone. */
  *byMinute(from: number, to: number, member?: string): Iterable<Row> {
    const numbers = member === undefined ? undefined : this.numbersOf(member);
    for (const [start, minute] of this.within(from, to)) {
      const totals =
        numbers === undefined
          ? minute.totals
          : minute.values.map((column, i) => {
              const own = numbers.map((number) => column[number] ?? 0);
              return this.isSum(i) ? sumOf(own) : greatestOf(own);
            });
      yield this.toRow({ [this.table.bucket]: start }, totals);
    }
  }

  /** Lets go of the minutes that begin before `from`. */
  forgetBefore(from: number): void {
    for (const start of this.minutes.keys()) if (start < from) this.minutes.delete(start);
    this.windows.tend(from);
    if (this.members.length >= COMPACT_FROM) this.compact();
  }

  private *memberRow(number: number, minutes: readonly Minute[], from: number): Iterable<Row> {
    const own = minutes.filter((minute) => (minute.applied[number] ?? 0) !== 0);
    if (own.length === 0) return;
    yield this.row(
      number,
      from,
      this.columns.map((_, i) =>
        own.reduce((total, minute) => {
          const value = minute.values[i]![number] ?? 0;
          return this.isSum(i) ? total + value : Math.max(total, value);
        }, 0),
      ),
    );
  }

  private isSum(column: number): boolean {
    return column < this.table.sums.length;
  }

  private row(number: number, bucket: number, values: readonly number[]): Row {
    const { member, shard } = this.members[number]!;
    const columns: Record<string, Value> = { [this.table.bucket]: bucket, shard, [this.table.members[0]!]: member };
    this.table.labels.forEach((label, i) => (columns[label] = this.labels.texts[i]![number]!));
    columns['label_time'] = this.labels.times[number]!;
    return this.toRow(columns, values);
  }

  private toRow(row: Record<string, Value>, values: ArrayLike<number>): Row {
    this.columns.forEach((column, i) => (row[column] = values[i]!));
    return row;
  }

  private within(from: number, to: number): [number, Minute][] {
    return [...this.minutes].filter(([start]) => start >= from && start < to);
  }

  /** The member's numbers: one for each shard that has rows of it, which is one but for events of no place. */
  private numbersOf(member: string): number[] {
    const found: number[] = [];
    for (const numbers of this.numbers) {
      const number = numbers?.get(member);
      if (number !== undefined) found.push(number);
    }
    return found;
  }

  private write(minute: Minute, number: number, row: PackedRow, windows: readonly RunningWindow[]): void {
    const first = this.layout.numbers;
    const sums = this.table.sums.length;
    for (let i = 0; i < minute.values.length; i++) {
      const value = row[first + i] as number;
      let column = minute.values[i]!;
      if (number >= column.length) {
        if (value === 0) continue;
        minute.values[i] = column = grown(column, minute.applied.length);
      }
      const difference = value - column[number]!;
      if (difference === 0) continue;
      column[number] = value;
      if (i < sums) {
        minute.totals[i]! += difference;
        for (const window of windows) window.sums[i]![number]! += difference;
      } else if (difference > 0) minute.totals[i] = Math.max(minute.totals[i]!, value);
      else minute.totals[i] = greatestOf(column);
    }
  }

  /** Gives the member a number. */
  private join(shard: number, member: Member): number {
    const number = this.members.length;
    this.numbers[shard]!.set(member, number);
    this.members.push({ member, shard });
    this.labels.join(number);
    this.groups.join(String(member), number);
    return number;
  }

  private minuteAt(start: number): Minute {
    let minute = this.minutes.get(start);
    if (minute === undefined) {
      const length = Math.max(64, this.members.length);
      minute = {
        applied: new Float64Array(length),
        values: this.columns.map(() => new Float64Array(0)),
        totals: new Float64Array(this.columns.length),
      };
      this.minutes.set(start, minute);
    }
    return minute;
  }

  /** Makes room for every member. */
  private widen(minute: Minute): void {
    const length = Math.max(this.members.length, minute.applied.length * 2);
    minute.applied = grown(minute.applied, length);
    minute.values.forEach((column, i) => {
      if (column.length > 0) minute.values[i] = grown(column, length);
    });
  }

  /** Gives the members that still have rows new numbers, when they are fewer than half. */
  private compact(): void {
    const kept: number[] = [];
    for (let number = 0; number < this.members.length; number++) {
      for (const minute of this.minutes.values()) {
        if ((minute.applied[number] ?? 0) !== 0) {
          kept.push(number);
          break;
        }
      }
    }
    if (kept.length * 2 > this.members.length) return;
    const pick = (column: Float64Array): Float64Array<ArrayBuffer> =>
      Float64Array.from(kept, (number) => column[number] ?? 0);
    for (const minute of this.minutes.values()) {
      minute.applied = pick(minute.applied);
      minute.values.forEach((column, i) => {
        if (column.length > 0) minute.values[i] = pick(column);
      });
    }
    this.members = kept.map((number) => this.members[number]!);
    this.labels = this.labels.pick(kept);
    this.numbers = this.numbers.map(() => new Map());
    this.windows.clear();
    this.groups = new MemberGroups();
    this.members.forEach(({ member, shard }, number) => {
      this.numbers[shard]!.set(member, number);
      this.groups.join(String(member), number);
    });
  }
}
