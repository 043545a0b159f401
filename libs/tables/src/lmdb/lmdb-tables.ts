import type { Key, Row, TableSpec } from '@ticketrail/core';
import { asBuffer, LmdbEnvironment, type StorageUsage } from '@ticketrail/lmdb';
import { Tables, type ClusteringRange, type RowWrite } from '@ticketrail/pipeline';
import { beyond } from './key-format.js';
import { merged } from './merged.js';
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
  /** Tables whose rows say something of those of others, and are stored before them. */
  readonly ahead?: readonly TableSpec[];
  /**
   * Rows are stored together, this long after the first of them was answered, or earlier when many wait. Milliseconds.
   * Default: two seconds.
   */
  readonly syncEveryMs?: number;
}

/** Pages of the history, for the most part, which lose half of their length or more. */
const compressFromBytes = 1_000;

export interface TablesStats extends StorageUsage {
  /** Rows that `write` has answered and that are not on disk yet. */
  readonly rowsWaiting: number;
}

/**
 * The tables of a single process, embedded.
 *
 * `write` answers when the rows are in memory, where every reader finds them, and they are stored together some seconds
 * later (see RowWriter). What the process had not stored when it was killed is lost, any part of it, and made again
 * from the log: a checkpoint asks for `life` first, which waits until everything is on disk that should be. Rows past
 * their time are invisible at once and are removed by `sweep`, which the process calls now and then. Tables need no
 * creating: the first row makes one.
 */
export class LmdbTables extends Tables {
  /** A row waits for the sync before its own to end, and then for its own. */
  override readonly syncMs: number;
  private readonly formats = new WeakMap<TableSpec, RowFormat>();
  private readonly now: () => number;
  private readonly writer: RowWriter;
  private closed = false;

  private constructor(
    private readonly environment: LmdbEnvironment,
    { now, ahead = [], syncEveryMs = 2_000 }: LmdbTablesOptions,
  ) {
    super();
    this.now = now;
    this.syncMs = 2 * syncEveryMs;
    const beginnings = ahead.map((spec) => this.formatOf(spec).beginning);
    this.writer = new RowWriter(environment, { now, syncEveryMs, ahead: beginnings });
  }

  /**
   * Opens or creates the tables. Throws DirectoryInUse when another process has them, TablesOfAnotherVersion when the
   * columns of what is stored are not those of `specs`.
   */
  static async open(options: LmdbTablesOptions): Promise<LmdbTables> {
    const environment = LmdbEnvironment.open(options.directory, { compressFromBytes });
    const tables = new LmdbTables(environment, options);
    try {
      await compareLayouts(tables, options.directory, options.specs ?? []);
      await tables.sync();
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
    return keys.map((named) => {
      const value = this.writer.get(format.key(named));
      return value === undefined || expiresAtOf(value) < now ? undefined : format.row(named, value);
    });
  }

  /**
   * There is one life: this process, and with it everyone who remembers what was answered. Waits until what was
   * answered longer than `syncMs` ago is on disk; throws StorageFull or StorageFailed when it cannot be stored.
   */
  override async life(): Promise<string> {
    this.assertOpen();
    await this.writer.syncedBefore(this.now() - this.syncMs);
    return '';
  }

  /** Resolves when everything that was answered so far is on disk. */
  async sync(): Promise<void> {
    this.assertOpen();
    await this.writer.sync();
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
    const unsynced = this.writer.between(lower, upper);
    for (const { key, value } of merged(this.environment.store.getRange(bounds), unsynced, range.reverse === true)) {
      const bytes = asBuffer(value);
      if (expiresAtOf(bytes) < now) continue;
      rows.push(format.scannedRow(partition, prefix.length, asBuffer(key), bytes));
      if (rows.length >= limit) break;
    }
    return rows;
  }

  /**
   * Throws InvalidKey or InvalidRow before anything is written, StorageFull when the disk is full and StorageFailed
   * when it fails; both are noticed when rows are stored, so that only a later call hears of them.
   */
  override async write(rows: readonly RowWrite[]): Promise<void> {
    this.assertOpen();
    if (rows.length === 0) return;
    await this.writer.write(
      rows.map(({ table, row, clock, expiresAt = Infinity }) => ({
        format: this.formatOf(table),
        row,
        clock,
        expiresAt,
      })),
    );
  }

  /**
   * Looks at up to `limit` rows, where the last call left off, and removes those past their time. Begins anew after the
   * last row, so that repeated calls visit everything.
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
    try {
      await this.writer.close();
    } finally {
      await this.environment.close();
    }
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
