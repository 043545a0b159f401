import type { Key, Row, TableSpec } from '@ticketrail/core';
import { asBuffer, LmdbEnvironment, type StorageUsage } from '@ticketrail/lmdb';
import { Tables, type ClusteringRange, type RowWrite } from '@ticketrail/pipeline';
import { beyond } from './key-format.js';
import { RowFormat } from './row-format.js';
import { RowWriter, type SweepResult } from './row-writer.js';
import { compareLayouts } from './table-layouts.js';
import { expiresAtOf } from './value-format.js';

/** The tables have been closed, or are being closed. */
export class TablesClosed extends Error {
  readonly code = 'TABLES_CLOSED';
}

export interface LmdbTablesOptions {
  readonly directory: string;
  /** Epoch milliseconds; decides which rows are past their time. */
  readonly now: () => number;
  /** The tables that will be used: what is stored must have their columns. */
  readonly specs?: readonly TableSpec[];
}

export interface TablesStats extends StorageUsage {
  /** Rows handed to `write` that wait for a commit to begin. */
  readonly rowsWaiting: number;
}

/**
 * The tables of a single process, embedded.
 *
 * A call of `write` is one transaction, whole or not at all, and answers after the sync; calls made meanwhile share the next
 * one. Rows past their time are invisible at once and are removed by `sweep`, which the process calls now and then. Tables need
 * no creating: the first row makes one.
 */
export class LmdbTables extends Tables {
  override readonly syncMs = 0;
  private readonly formats = new WeakMap<TableSpec, RowFormat>();
  private readonly writer: RowWriter;
  private closed = false;

  private constructor(
    private readonly environment: LmdbEnvironment,
    private readonly now: () => number,
  ) {
    super();
    this.writer = new RowWriter(environment, now);
  }

  /**
   * Opens or creates the tables. Throws DirectoryInUse when another process has them, TablesOfAnotherVersion when the columns
   * of what is stored are not those of `specs`.
   */
  static async open({ directory, now, specs = [] }: LmdbTablesOptions): Promise<LmdbTables> {
    const tables = new LmdbTables(LmdbEnvironment.open(directory), now);
    try {
      await compareLayouts(tables, directory, specs);
      return tables;
    } catch (error) {
      await tables.close();
      throw error;
    }
  }

  override async read(table: TableSpec, keys: readonly Key[]): Promise<(Row | undefined)[]> {
    this.assertOpen();
    const format = this.formatOf(table);
    const now = this.now();
    return keys.map((key) => {
      const value = this.environment.peek(format.key(key));
      return value === undefined || expiresAtOf(value) < now ? undefined : format.row(key, value);
    });
  }

  /** Every life is as good as the last: what was answered is on disk. */
  override async life(): Promise<string> {
    return '';
  }

  override async scan(table: TableSpec, partition: Key, range: ClusteringRange = {}): Promise<Row[]> {
    this.assertOpen();
    const format = this.formatOf(table);
    const prefix = format.prefix(partition);
    const lower = range.from === undefined ? prefix : format.prefix(partition, range.from);
    const upper = range.before === undefined ? beyond(prefix) : format.prefix(partition, range.before);
    const limit = range.limit ?? Infinity;
    const rows: Row[] = [];
    if (limit <= 0 || lower.compare(upper) >= 0) return rows;

    const bounds =
      range.reverse === true
        ? { start: upper, exclusiveStart: true, end: lower, inclusiveEnd: true, reverse: true }
        : { start: lower, end: upper };
    const now = this.now();
    for (const { key, value } of this.environment.store.getRange(bounds)) {
      const bytes = asBuffer(value);
      if (expiresAtOf(bytes) < now) continue;
      rows.push(format.scannedRow(partition, prefix.length, asBuffer(key), bytes));
      if (rows.length >= limit) break;
    }
    return rows;
  }

  /** Throws InvalidKey or InvalidRow before anything is written, StorageFull when the disk is full. */
  override async write(rows: readonly RowWrite[]): Promise<void> {
    this.assertOpen();
    if (rows.length === 0) return;
    const encoded = rows.map(({ table, row, clock, expiresAt }) => {
      const format = this.formatOf(table);
      return { key: format.key(row), value: format.value(row, clock, expiresAt ?? Infinity), clock };
    });
    await this.writer.write(encoded);
  }

  /**
   * Looks at up to `limit` rows, where the last call left off, and removes those past their time. Begins anew after the last
   * row, so that repeated calls visit everything.
   */
  async sweep(limit: number): Promise<SweepResult> {
    this.assertOpen();
    return this.writer.sweep(limit);
  }

  stats(): TablesStats {
    this.assertOpen();
    return { ...this.environment.usage(), rowsWaiting: this.writer.rowsWaiting };
  }

  /** Takes no more, waits until what was written is on disk, and closes. */
  async close(): Promise<void> {
    this.closed = true;
    await this.writer.drained();
    await this.environment.close();
  }

  private formatOf(table: TableSpec): RowFormat {
    let format = this.formats.get(table);
    if (format === undefined) {
      format = new RowFormat(table);
      this.formats.set(table, format);
    }
    return format;
  }

  private assertOpen(): void {
    if (this.closed) throw new TablesClosed('The tables are closed');
  }
}
