/**
 * Rows of one tenant in one table by minute and one member (a location, an item), as columns of numbers: the shape of what a
 * dashboard asks for. A window over 20,000 locations is a sum over a few arrays, and a row costs a few dozen bytes.
 *
 * Each member (with its shard, since a row belongs to one) has a number; each minute has an array per column, indexed by it.
 */
import type { AggregateTable, Row, Value } from '@ticketrail/core';

interface Minute {
  /** Position of each row; 0 where there is none. */
  applied: Float64Array;
  /** By column, then member number; empty while every value is 0, as most are in a table of what rarely happens. */
  readonly values: Float64Array<ArrayBuffer>[];
}

/** A member's number stays taken until this many are, then those without rows are let go. */
const COMPACT_FROM = 10_000;

export class MinuteColumns {
  private numbers = new Map<string, number>();
  private members: { readonly member: string | number; readonly shard: number; labels: Value[]; labelTime: number }[] =
    [];
  private readonly minutes = new Map<number, Minute>();
  private shardMax = 0;
  /** The table's sums, then the log times of which the latest stays. */
  private readonly columns: readonly string[];

  constructor(private readonly table: AggregateTable) {
    this.columns = [...table.sums, ...table.latest];
  }

  /** Rows held: members times minutes. */
  get size(): number {
    return this.members.length * this.minutes.size;
  }

  /** Keeps the row unless a later one of the same key is here. */
  take(row: Row): void {
    const number = this.numberOf(row);
    const minute = this.minuteAt(row[this.table.bucket] as number);
    const applied = row['applied'] as number;
    if (applied < minute.applied[number]!) return;
    minute.applied[number] = applied;
    for (let i = 0; i < this.columns.length; i++) {
      const value = row[this.columns[i]!] as number;
      const column = minute.values[i]!;
      if (number < column.length) column[number] = value;
      else if (value !== 0) (minute.values[i] = grown(column, minute.applied.length))[number] = value;
    }
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
      const totals = minute.values.map((column, i) => {
        const own = numbers === undefined ? column : numbers.map((number) => column[number] ?? 0);
        return this.isSum(i) ? sumOf(own) : greatestOf(own);
      });
      yield this.toRow({ [this.table.bucket]: start }, totals);
    }
  }

  /** Lets go of the minutes that begin before `from`. */
  forgetBefore(from: number): void {
    for (const start of this.minutes.keys()) if (start < from) this.minutes.delete(start);
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
    const { member, shard, labels, labelTime } = this.members[number]!;
    const columns: Record<string, Value> = { [this.table.bucket]: bucket, shard, [this.table.members[0]!]: member };
    this.table.labels.forEach((label, i) => (columns[label] = labels[i]!));
    columns['label_time'] = labelTime;
    return this.toRow(columns, values);
  }

  private toRow(row: Record<string, Value>, values: readonly number[]): Row {
    this.columns.forEach((column, i) => (row[column] = values[i]!));
    return row;
  }

  private within(from: number, to: number): [number, Minute][] {
    return [...this.minutes].filter(([start]) => start >= from && start < to);
  }

  /** The member's numbers: one for each shard that has rows of it, which is one but for events of no place. */
  private numbersOf(member: string): number[] {
    const numbers: number[] = [];
    for (let shard = 0; shard <= this.shardMax; shard++) {
      const number = this.numbers.get(`${shard}\u0000${member}`);
      if (number !== undefined) numbers.push(number);
    }
    return numbers;
  }

  private numberOf(row: Row): number {
    const member = row[this.table.members[0]!] as string | number;
    const shard = row['shard'] as number;
    const key = `${shard}\u0000${member}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.members.length;
      this.shardMax = Math.max(this.shardMax, shard);
      this.numbers.set(key, number);
      this.members.push({
        member,
        shard,
        labels: this.table.labels.map(() => null),
        labelTime: Number.MIN_SAFE_INTEGER,
      });
    }
    const known = this.members[number]!;
    const labelTime = (row['label_time'] ?? Number.MIN_SAFE_INTEGER) as number;
    if (labelTime >= known.labelTime && this.table.labels.length > 0) {
      known.labelTime = labelTime;
      known.labels = this.table.labels.map((label) => row[label]!);
    }
    return number;
  }

  private minuteAt(start: number): Minute {
    let minute = this.minutes.get(start);
    if (minute === undefined) {
      const length = Math.max(64, this.members.length);
      minute = {
        applied: new Float64Array(length),
        values: this.columns.map(() => new Float64Array(0)),
      };
      this.minutes.set(start, minute);
    }
    if (minute.applied.length < this.members.length) {
      const length = Math.max(this.members.length, minute.applied.length * 2);
      minute.applied = grown(minute.applied, length);
      minute.values.forEach((column, i) => {
        if (column.length > 0) minute.values[i] = grown(column, length);
      });
    }
    return minute;
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
    this.numbers = new Map(this.members.map(({ member, shard }, number) => [`${shard}\u0000${member}`, number]));
  }
}

// Loops, since calling a function for each of some million values takes ten times as long.
function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

function greatestOf(values: ArrayLike<number>): number {
  let greatest = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > greatest) greatest = values[i]!;
  return greatest;
}

function grown(column: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(column);
  return larger;
}
