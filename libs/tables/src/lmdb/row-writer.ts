import { WriteLoop, type LmdbEnvironment } from '@ticketrail/lmdb';
import { clockOf, expiresAtOf } from './value-format.js';

export interface EncodedRow {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly clock: number;
}

export interface SweepResult {
  /** Rows looked at. */
  readonly examined: number;
  /** Rows removed because they were past their time. */
  readonly removed: number;
  /** Whether the end was reached: the next call begins anew. */
  readonly wrapped: boolean;
}

interface Call {
  readonly rows: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Calls are put together into one transaction up to this many rows; a single call may have more. */
const groupRowsMax = 8192;

/**
 * The only writer of the tables. While one transaction is on its way to the disk, calls gather for the next: one sync pays for
 * all of them.
 *
 * Clocks are compared with what is stored just before the transaction is made up. That is as good as comparing within it: this
 * process holds the directory's lock, and the next transaction begins when the last one has settled. It also leaves the work
 * on the tree to another thread.
 */
export class RowWriter {
  private queue: (Call & { readonly encoded: readonly EncodedRow[] })[] = [];
  private readonly sweeps: (() => Promise<void>)[] = [];
  private readonly loop = new WriteLoop(
    () => this.queue.length > 0 || this.sweeps.length > 0,
    async () => {
      if (this.queue.length > 0) await this.commitCalls(this.takeCalls());
      await this.sweeps.shift()?.();
    },
  );
  /** Where the next sweep begins. */
  private cursor = Buffer.from([0]);

  constructor(
    private readonly environment: LmdbEnvironment,
    private readonly now: () => number,
  ) {}

  get rowsWaiting(): number {
    return this.queue.reduce((sum, call) => sum + call.rows, 0);
  }

  write(encoded: readonly EncodedRow[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.queue.push({ rows: encoded.length, encoded, resolve, reject });
      this.loop.start();
    });
  }

  sweep(limit: number): Promise<SweepResult> {
    return new Promise((resolve, reject) => {
      this.sweeps.push(() => this.removeExpired(limit).then(resolve, reject));
      this.loop.start();
    });
  }

  /** Resolves when everything asked for so far is settled. */
  drained(): Promise<void> {
    return this.loop.drained();
  }

  private takeCalls(): (Call & { readonly encoded: readonly EncodedRow[] })[] {
    let rows = 0;
    let count = 0;
    for (const call of this.queue) {
      rows += call.rows;
      if (count > 0 && rows > groupRowsMax) break;
      count += 1;
    }
    const taken = this.queue.slice(0, count);
    this.queue = this.queue.slice(count);
    return taken;
  }

  private async commitCalls(calls: readonly (Call & { readonly encoded: readonly EncodedRow[] })[]): Promise<void> {
    try {
      const winners = this.winners(
        calls.length === 1 ? (calls[0]?.encoded ?? []) : calls.flatMap((call) => call.encoded),
      );
      if (winners.length > 0) {
        await this.environment.commit(() => {
          for (const { key, value } of winners) void this.environment.store.put(key, value);
        });
      }
      for (const call of calls) call.resolve();
    } catch (error) {
      for (const call of calls) call.reject(error);
    }
  }

  /** The rows to be stored: of each key the highest clock, the later one if equal, unless what is stored is higher. */
  private winners(rows: readonly EncodedRow[]): EncodedRow[] {
    this.environment.store.resetReadTxn();
    const winners = new Map<string, EncodedRow>();
    for (const row of rows) {
      const name = row.key.toString('latin1');
      const rival = winners.get(name);
      if (rival !== undefined) {
        if (row.clock >= rival.clock) winners.set(name, row);
        continue;
      }
      const stored = this.environment.peek(row.key);
      if (stored === undefined || row.clock >= clockOf(stored)) winners.set(name, row);
    }
    return [...winners.values()];
  }

  private async removeExpired(limit: number): Promise<SweepResult> {
    const { store } = this.environment;
    store.resetReadTxn();
    const now = this.now();
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
