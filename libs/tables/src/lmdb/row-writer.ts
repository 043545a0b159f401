import type { Row } from '@ticketrail/core';
import { WriteLoop, type LmdbEnvironment } from '@ticketrail/lmdb';
import { counting, merged, type Stored } from './merged.js';
import type { RowFormat } from './row-format.js';
import { UnsyncedRows } from './unsynced-rows.js';
import { clockOf, expiresAtOf } from './value-format.js';

export interface SweepResult {
  /** Rows looked at. */
  readonly examined: number;
  /** Rows removed because they were past their time. */
  readonly removed: number;
  /** Whether the end was reached: the next call begins anew. */
  readonly wrapped: boolean;
}

export interface RowWriterOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A sync begins this long after the first row that it takes was answered, or earlier when much waits. */
  readonly syncEveryMs: number;
  /** What the keys of rows begin with that a sync stores before all others. */
  readonly ahead: readonly Buffer[];
}

/** A row to be written, and how. */
export interface FormattedRow {
  readonly format: RowFormat;
  readonly row: Row;
  readonly clock: number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

interface Waiter {
  readonly layer: UnsyncedRows;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Rows in one transaction. Making one up takes this thread a millisecond or two. */
const commitRowsMax = 1024;
/** A sync begins as soon as so many rows wait, so that what waits and is sorted stays small at full load. */
const syncRowsMax = 32_000;
/**
 * A write waits for a sync while more than this waits for the next. Bytes of keys and values; as much may be being
 * stored.
 */
const unsyncedBytesMax = 64 << 20;
/**
 * A sync is spread over this share of the time that its rows took to come, as long as nobody waits for it and the next
 * is not due by the number of its rows.
 */
const pacedShare = 0.5;

/**
 * The only writer of the tables. Rows are answered when they are in memory, and are stored together some seconds later,
 * in the order of their keys: a page of the tree is written whole with each transaction that changes one row of it, so
 * the fewer transactions change it, the less is written.
 *
 * A clock is compared with what waits when a row comes, with what is stored only when the row is: then the rows beside
 * it are looked at as well, and most of them are new. Until then a row may wait that does not count, so who reads takes
 * of what waits and what is stored the higher clock. Nobody else writes, as this process holds the directory's lock.
 *
 * A sync that fails keeps its rows and is tried again. Until it succeeds, writes try it themselves, and answer its
 * error.
 *
 * There are two sets of rows, which take turns: one takes what comes while the other is stored. The engine refers to
 * the memory of values until their transaction is over: so only the set that takes rows is changed in place, and the
 * other is cleared when its sync is over.
 */
export class RowWriter {
  /** Takes the rows that come. */
  private active: UnsyncedRows;
  /** Is being stored, or has to be again. */
  private syncing: UnsyncedRows | undefined;
  /** Is empty, unless it is being stored. */
  private other: UnsyncedRows;
  private hasFailed = false;
  private isDue = false;
  private timer: NodeJS.Timeout | undefined;
  private waiters: Waiter[] = [];
  /** Ends the pause between two transactions of a sync. */
  private hasten: () => void = () => undefined;
  private readonly sweeps: (() => Promise<void>)[] = [];
  private readonly loop = new WriteLoop(
    () => this.sweeps.length > 0 || this.isSyncWanted,
    async () => {
      await this.sweeps.shift()?.();
      if (this.isSyncWanted) await this.syncOnce();
    },
  );
  /** Where the next sweep begins. */
  private cursor = Buffer.from([0]);

  constructor(
    private readonly environment: LmdbEnvironment,
    private readonly options: RowWriterOptions,
  ) {
    this.active = new UnsyncedRows();
    this.other = new UnsyncedRows();
  }

  /** Rows that are not on disk yet. */
  get rowsWaiting(): number {
    return this.active.count + (this.syncing?.count ?? 0);
  }

  /** Takes all of the rows or none. Throws InvalidKey or InvalidRow, or what storing earlier ones threw. */
  async write(rows: readonly FormattedRow[]): Promise<void> {
    while (this.hasFailed || this.active.bytes > unsyncedBytesMax) await this.sync();
    const { active } = this;
    const isFirst = active.count === 0;
    try {
      for (const { format, row, clock, expiresAt } of rows) active.stage(format, row, clock, expiresAt);
    } catch (error) {
      active.discard();
      throw error;
    }
    active.admit();
    if (isFirst && active.count > 0) {
      active.since = this.options.now();
      this.wakeIn(this.options.syncEveryMs);
    }
    if (active.count >= syncRowsMax) {
      this.isDue = true;
      this.loop.start();
    }
  }

  /** The value of a key that counts, waiting or stored. A view, right as long as control is not given up. */
  get(key: Buffer): Buffer | undefined {
    const waiting = counting(this.syncing?.get(key), this.active.get(key));
    return counting(this.environment.peek(key), waiting);
  }

  /**
   * What waits with keys from `lower` to before `upper`, in their order. The values are views, right as long as control
   * is not given up.
   */
  between(lower: Buffer, upper: Buffer): Stored[] {
    const active = storedOf(this.active, lower, upper);
    return this.syncing === undefined ? active : [...merged(storedOf(this.syncing, lower, upper), active, false)];
  }

  /** Resolves when every row answered so far is on disk. */
  async sync(): Promise<void> {
    await this.syncedBefore(Infinity);
  }

  /** Resolves when every row that was answered at `time` (epoch milliseconds) or earlier is on disk. */
  async syncedBefore(time: number): Promise<void> {
    const { active, syncing } = this;
    const layer = active.count > 0 && active.since <= time ? active : syncing;
    if (layer === undefined || layer.since > time) return;
    await new Promise<void>((resolve, reject) => {
      this.waiters.push({ layer, resolve, reject });
      this.hasten();
      this.loop.start();
    });
  }

  sweep(limit: number): Promise<SweepResult> {
    return new Promise((resolve, reject) => {
      this.sweeps.push(() => this.removeExpired(limit).then(resolve, reject));
      this.loop.start();
    });
  }

  /** Stores everything and resolves when nothing more will be done. */
  async close(): Promise<void> {
    try {
      await this.sync();
    } finally {
      clearTimeout(this.timer);
      this.isDue = false;
      await this.loop.drained();
    }
  }

  private get isSyncWanted(): boolean {
    return this.isDue || this.waiters.length > 0;
  }

  private wakeIn(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.isDue = true;
      this.loop.start();
    }, ms).unref();
  }

  /** Stores what could not be stored last time, or else what has come since. */
  private async syncOnce(): Promise<void> {
    this.isDue = false;
    if (this.syncing === undefined) {
      // The time of what comes from now on begins with its first row.
      clearTimeout(this.timer);
      this.timer = undefined;
      this.syncing = this.active;
      this.active = this.other;
      this.other = this.syncing;
    }
    const layer = this.syncing;
    try {
      await this.store(layer);
      // Readers look here first and then on disk: what is let go here has to be seen there.
      this.environment.store.resetReadTxn();
      this.syncing = undefined;
      layer.clear();
      this.hasFailed = false;
      const waiters = this.waiters;
      this.waiters = waiters.filter((waiter) => waiter.layer !== layer);
      for (const waiter of waiters) if (waiter.layer === layer) waiter.resolve();
    } catch (error) {
      this.hasFailed = true;
      const failed = this.waiters;
      this.waiters = [];
      for (const { reject } of failed) reject(error);
    }
    if (this.hasFailed || this.active.count > 0) this.wakeIn(this.options.syncEveryMs);
  }

  private async store(layer: UnsyncedRows): Promise<void> {
    const { store } = this.environment;
    const filledMs = Math.min(Math.max(this.options.now() - layer.since, 0), this.options.syncEveryMs);
    const pauseMs = (filledMs * pacedShare * commitRowsMax) / Math.max(layer.count, 1);
    const rows = layer.ordered(this.options.ahead);
    for (let stored = 0; stored < layer.count; stored += commitRowsMax) {
      if (stored > 0 && this.waiters.length === 0 && this.active.count < syncRowsMax) await this.pause(pauseMs);
      await this.environment.commit(() => {
        for (const row of rows.subarray(stored, stored + commitRowsMax)) {
          // The engine copies the key, but refers to the value.
          const key = layer.keyView(row);
          const earlier = this.environment.peek(key);
          if (earlier === undefined || clockOf(earlier) <= layer.clock(row)) void store.put(key, layer.value(row));
        }
      });
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.hasten = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async removeExpired(limit: number): Promise<SweepResult> {
    const { store } = this.environment;
    store.resetReadTxn();
    const now = this.options.now();
    const keys = [...store.getKeys({ start: this.cursor, limit })].map((key) => Buffer.from(key));
    const expired = keys.filter((key) => {
      const value = this.environment.peek(key);
      return value !== undefined && expiresAtOf(value) < now;
    });
    if (expired.length > 0) {
      await this.environment.commit(() => {
        for (const key of expired) void store.remove(key);
      });
    }
    const last = keys.at(-1);
    const wrapped = last === undefined || keys.length < limit;
    // The smallest key beyond the last one looked at.
    this.cursor = wrapped ? Buffer.from([0]) : Buffer.concat([last, Buffer.from([0])]);
    return { examined: keys.length, removed: expired.length, wrapped };
  }
}

function storedOf(rows: UnsyncedRows, lower: Buffer, upper: Buffer): Stored[] {
  return rows.between(lower, upper).map((row) => ({ key: rows.key(row), value: rows.value(row) }));
}
