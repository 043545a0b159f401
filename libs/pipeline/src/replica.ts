/**
 * The live replica: follows the changelog of every partition and answers for the last while from memory, and for anything older
 * from the tables.
 */
import { AGGREGATES, type AggregateTable, DAY_MS, HOUR_MS, MINUTE_MS, type Row, type Window } from '@ticketrail/core';
import { readCheckpoint } from './checkpoint.js';
import { decodeRows } from './codec.js';
import type { Epoch } from './epoch.js';
import { LiveRows, type Over } from './live-rows.js';
import type { Clock, EventLog, Tables } from './ports.js';

/** How often old minutes are let go, and the tables are read again for what was missed. */
const TEND_MS = 1_000;

export interface ReplicaOptions {
  /** Whose rows are loaded at the start; others come in as they change. */
  readonly tenants: readonly string[];
  /** How far back minutes are kept in memory, and days. */
  readonly liveMinutes: number;
  readonly liveDays: number;
}

/** How far a partition's figures have come. */
export interface PartitionStand {
  seq: number;
  logTime: number;
  ingest: number;
}

export interface ReplicaPorts {
  readonly log: EventLog;
  readonly tables: Tables;
  readonly clock: Clock;
}

export class Replica {
  private readonly live = new LiveRows();
  private readonly stands: PartitionStand[];
  /** Buckets from here on are complete in memory, for tables by minute and by day. */
  private since = { minute: 0, day: 0 };
  /** By partition: the position up to which the tables were complete when they were last read. */
  private readonly loaded: number[];
  /** By partition: the position of the last change that came in. */
  private readonly heard: number[];
  /** By partition: the position up to which they must have been, as changes up to it went by unheard. */
  private readonly needed: number[];
  private isLoaded = false;

  constructor(
    private readonly ports: ReplicaPorts,
    private readonly epoch: Epoch,
    private readonly options: ReplicaOptions,
  ) {
    this.stands = Array.from({ length: epoch.partitions }, () => ({ seq: 0, logTime: 0, ingest: 0 }));
    this.loaded = this.stands.map(() => 0);
    this.heard = this.stands.map(() => 0);
    this.needed = this.stands.map(() => 0);
  }

  /** Whether the rows of the window are in memory. */
  get ready(): boolean {
    return this.isLoaded && !this.hasMissed();
  }

  /** By partition. */
  get partitions(): readonly Readonly<PartitionStand>[] {
    return this.stands;
  }

  /** Whether rows of the table from `from` on (epoch milliseconds) are in memory. */
  holds(table: AggregateTable, from: number): boolean {
    return from >= this.since[table.bucket];
  }

  /** The start of the first bucket from which on all rows of the table are in memory, epoch milliseconds. */
  heldSince(table: AggregateTable): number {
    return this.since[table.bucket];
  }

  get rowsInMemory(): number {
    return this.live.size;
  }

  /** Loads the window and follows the changelog until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const now = this.ports.clock.now();
    this.since = this.windowAt(now);
    const ending = new AbortController();
    const onAbort = (): void => ending.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    // The changelog first: what changes while the tables are read is not missed, and merging does not mind the order.
    const following = Promise.all(this.stands.map((_, partition) => this.follow(partition, ending.signal)));
    try {
      await Promise.race([this.tend(ending.signal), following]);
    } finally {
      ending.abort();
      signal.removeEventListener('abort', onAbort);
      await following.catch(() => undefined);
    }
  }

  /** Number that changes whenever rows of the table do. */
  version(table: AggregateTable): number {
    return this.live.version(table);
  }

  /**
   * The tenant's rows of the table in the window, with the positions they are complete up to: from memory where the buckets
   * are kept there, else from the tables. With `location`, that location's rows alone. Those from memory may be added up
   * over minutes or over members already.
   */
  async rows(
    table: AggregateTable,
    tenant: string,
    window: Window,
    over: Over,
    location?: string,
  ): Promise<{ rows: Row[]; stands: readonly Readonly<PartitionStand>[] }> {
    const bucketMs = table.bucket === 'minute' ? MINUTE_MS : DAY_MS;
    const first = Math.floor(window.from / bucketMs) * bucketMs;
    const since = this.since[table.bucket];
    const stands = this.stands.map((stand) => ({ ...stand }));
    const rows = [...this.live.rows(table, tenant, Math.max(first, since), window.to, over, location)];
    if (first >= since) return { rows, stands };
    const until = Math.min(window.to, since);
    const checkpoints = await this.checkpoints();
    for (let bucket = first; bucket < until; bucket += bucketMs) {
      for (const row of await this.scan(table, tenant, bucket, location)) rows.push(row);
    }
    return { rows, stands: window.to <= since ? checkpoints : stands };
  }

  /** Up to where the tables themselves are complete. */
  async checkpoints(): Promise<PartitionStand[]> {
    return Promise.all(
      this.stands.map(async (_, shard) => {
        const { seq, logTime, ingest } = await readCheckpoint(this.ports.tables, this.epoch, shard);
        return { seq, logTime, ingest };
      }),
    );
  }

  private async scan(table: AggregateTable, tenant: string, bucket: number, location?: string): Promise<Row[]> {
    const { generation } = this.epoch;
    // No id holds a NUL, so nothing lies between an id and the same with one behind it.
    const range = location === undefined ? {} : { from: [location], before: [`${location}\u0000`] };
    const parts = await Promise.all(
      this.stands.map((_, shard) =>
        this.ports.tables.scan(table.spec, { generation, tenant, [table.bucket]: bucket, shard }, range),
      ),
    );
    return parts.flat();
  }

  /** Loads the window, lets go of what leaves it, and reads the tables again when something was missed. */
  private async tend(signal: AbortSignal): Promise<void> {
    await this.load();
    this.isLoaded = true;
    while (!signal.aborted) {
      await this.ports.clock.sleep(TEND_MS, signal);
      this.forget();
      if (this.hasMissed()) await this.load();
    }
  }

  /** Whether changes went by that were not in the tables when they were last read. */
  private hasMissed(): boolean {
    return this.needed.some((seq, partition) => seq > this.loaded[partition]!);
  }

  private async load(): Promise<void> {
    const checkpoints = await this.checkpoints();
    // Devices' clocks run ahead of ours by the skew at most; an hour covers it.
    const until = this.ports.clock.now() + HOUR_MS;
    for (const table of AGGREGATES) {
      const bucketMs = table.bucket === 'minute' ? MINUTE_MS : DAY_MS;
      for (const tenant of this.options.tenants) {
        for (let bucket = this.since[table.bucket]; bucket <= until; bucket += bucketMs) {
          for (const row of await this.scan(table, tenant, bucket)) this.live.take(table.index, row);
        }
      }
    }
    checkpoints.forEach((checkpoint, partition) => {
      this.loaded[partition] = checkpoint.seq;
      if (checkpoint.seq > this.stands[partition]!.seq) Object.assign(this.stands[partition]!, checkpoint);
    });
  }

  private async follow(partition: number, signal: AbortSignal): Promise<void> {
    for await (const entries of this.ports.log.read('rows', partition, 0, signal)) {
      for (const entry of entries) {
        const change = decodeRows(entry);
        for (const [index, row] of change.rows) {
          if ((row[AGGREGATES[index]!.bucket] as number) >= this.since[AGGREGATES[index]!.bucket]) {
            this.live.take(index, row);
          }
        }
        const stand = this.stands[partition]!;
        if (change.from > this.heard[partition]!) this.needed[partition] = change.from;
        this.heard[partition] = change.seq;
        // Nothing is claimed to be complete over a hole; the tables will close it.
        if (change.seq >= stand.seq && this.needed[partition]! <= Math.max(stand.seq, this.loaded[partition]!)) {
          stand.seq = change.seq;
          stand.logTime = change.logTime;
          stand.ingest = change.ingest;
        }
      }
    }
  }

  private windowAt(now: number): { minute: number; day: number } {
    return {
      minute: Math.floor(now / MINUTE_MS) * MINUTE_MS - this.options.liveMinutes * MINUTE_MS,
      day: Math.floor(now / DAY_MS) * DAY_MS - (this.options.liveDays - 1) * DAY_MS,
    };
  }

  /** Moves the window on. Until the minute is let go of it is complete; afterwards the tables answer for it. */
  private forget(): void {
    const { minute, day } = this.windowAt(this.ports.clock.now());
    this.since = { minute: Math.max(this.since.minute, minute), day: Math.max(this.since.day, day) };
    for (const table of AGGREGATES) this.live.forgetBefore(table, this.since[table.bucket]);
  }
}
