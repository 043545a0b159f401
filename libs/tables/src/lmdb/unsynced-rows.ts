/** Rows that were answered and are not on disk yet. */
import { grown, type Row } from '@ticketrail/core';
import { ByteArena } from './byte-arena.js';
import { beyond, keyBytesMax, keyScratch } from './key-format.js';
import { KeySet } from './key-set.js';
import type { RowFormat } from './row-format.js';
import { SortedRuns } from './sorted-runs.js';

/** So many rows fit at first, and again after `clear` what fitted before. */
const rowsAtFirst = 4096;

/**
 * The rows of one sync, each key once, found by key and in the order of their keys.
 *
 * A row is known by a number. Its key lies in a `KeySet`, its value where it was encoded in an arena, and what else is
 * known of it in arrays of numbers; all of this is used again after `clear`. So no row makes an object or has an array
 * buffer of its own, unless its value is larger than a chunk of the arena.
 *
 * Rows are first staged, and found by none before they are admitted, so that of some that belong together all are
 * written or none. A row that another replaced, and a number that it does not need any more, keep their memory until all
 * is cleared.
 */
export class UnsyncedRows {
  /** When the first row was answered, epoch milliseconds. */
  since = 0;
  private readonly keys = new KeySet();
  private readonly order = new SortedRuns(this.keys);
  private readonly values = new ByteArena();
  private readonly columns = new Columns();
  /** The first number that was not admitted. */
  private admitted = 0;
  private valueBytes = 0;

  /** Rows that were admitted. */
  get count(): number {
    return this.order.count;
  }

  /** Taken by keys and values. */
  get bytes(): number {
    return this.keys.bytes + this.valueBytes;
  }

  /** Throws InvalidKey or InvalidRow; then, or if another row of the same write does, `discard` is to be called. */
  stage(format: RowFormat, row: Row, clock: number, expiresAt: number): void {
    const number = this.keys.note(keyScratch, format.writeKey(row));
    if (number === this.columns.capacity) this.columns.double();
    const { columns, values } = this;
    const length = format.writeValue(row, clock, expiresAt, values);
    columns.chunk[number] = values.chunk;
    columns.start[number] = values.start;
    columns.length[number] = length;
    columns.clock[number] = clock;
    this.valueBytes += length;
  }

  /** From now on the rows that were staged count, each unless one of a higher clock is there. */
  admit(): void {
    for (; this.admitted < this.keys.count; this.admitted += 1) {
      const row = this.keys.hold(this.admitted);
      if (row === this.admitted) this.order.add(row);
      else this.columns.replace(row, this.admitted);
    }
  }

  /** Forgets the rows that were staged. */
  discard(): void {
    this.keys.forgetFrom(this.admitted);
    if (this.count === 0) this.clear();
  }

  /** The value of a key. A view, right as long as control is not given up. */
  get(key: Uint8Array): Buffer | undefined {
    const row = this.keys.find(key);
    return row < 0 ? undefined : this.value(row);
  }

  /** The key of a row by its number. */
  key(row: number): Buffer {
    return Buffer.from(this.keyView(row));
  }

  /** The same, right until the next call. */
  keyView(row: number): Buffer {
    const length = this.keys.copyTo(row, keyBytes);
    return (keyViews[length] ??= keyBytes.subarray(0, length));
  }

  clock(row: number): number {
    return this.columns.clock[row] as number;
  }

  /** The value of a row by its number. The view is right until all rows are cleared. */
  value(row: number): Buffer {
    const { chunk, start, length } = this.columns;
    return this.values.at(chunk[row] as number, start[row] as number, length[row] as number);
  }

  /** The rows whose keys are from `lower` to before `upper`, in their order. */
  between(lower: Uint8Array, upper: Uint8Array): number[] {
    const from = this.keys.note(lower, lower.length);
    const found = this.order.between(from, this.keys.note(upper, upper.length));
    this.keys.forgetFrom(from);
    return found;
  }

  /**
   * All rows in the order of their keys, so that those beside each other on disk come together; but first those that
   * begin with one of `beginnings`.
   */
  ordered(beginnings: readonly Buffer[]): Int32Array {
    const all = this.order.all();
    const ahead = beginnings.flatMap((beginning) => this.between(beginning, beyond(beginning)));
    if (ahead.length === 0) return all;
    const isAhead = new Set(ahead);
    return Int32Array.from([...ahead, ...all.filter((row) => !isAhead.has(row))]);
  }

  /** Forgets all rows, whose values nobody may read or store any more. */
  clear(): void {
    this.keys.clear();
    this.order.clear();
    this.values.clear();
    this.admitted = 0;
    this.valueBytes = 0;
  }
}

/** What is known of each row besides its key: where its value is, and its clock. */
class Columns {
  chunk = new Int32Array(rowsAtFirst);
  start = new Uint32Array(rowsAtFirst);
  length = new Uint32Array(rowsAtFirst);
  clock = new Float64Array(rowsAtFirst);

  get capacity(): number {
    return this.chunk.length;
  }

  /** Row `row` becomes what `by` is, unless its clock is higher. */
  replace(row: number, by: number): void {
    if ((this.clock[by] as number) < (this.clock[row] as number)) return;
    this.chunk[row] = this.chunk[by] as number;
    this.start[row] = this.start[by] as number;
    this.length[row] = this.length[by] as number;
    this.clock[row] = this.clock[by] as number;
  }

  double(): void {
    const capacity = 2 * this.capacity;
    this.chunk = grown(this.chunk, capacity);
    this.start = grown(this.start, capacity);
    this.length = grown(this.length, capacity);
    this.clock = grown(this.clock, capacity);
  }
}

const keyBytes = Buffer.allocUnsafeSlow(keyBytesMax + 4);
/** Views of the first so many bytes. */
const keyViews: Buffer[] = [];
