/**
 * The live replica: follows the changelog of every partition and answers for the last while from memory, and for anything older
 * from the tables.
 */
import {
  AGGREGATES,
  type AggregateTable,
  DAY_MS,
  HOUR_MS,
  type HourTotals,
  hourTotalsOf,
  MINUTE_MS,
  type Row,
  type Totals,
  totalsOf,
  type Window,
} from '@ticketrail/core';
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
  /** Days kept of a table where they are not `liveDays`: those a report asks for again and again. */
  readonly liveDaysOf?: ReadonlyMap<AggregateTable, number>;
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
  private since: readonly number[] = AGGREGATES.map(() => 0);
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
    return from >= this.since[table.index]!;
  }

  /** The start of the first bucket from which on all rows of the table are in memory, epoch milliseconds. */
  heldSince(table: AggregateTable): number {
    return this.since[table.index]!;
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

  /** Number that changes whenever the tenant's rows of the table do. */
  version(table: AggregateTable, tenant: string): number {
    return this.live.version(table, tenant);
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
    const bucketMs = bucketMsOf(table);
    const first = bucketAt(table, window.from);
    const since = this.since[table.index]!;
    const stands = this.standsNow();
    const rows = [...this.live.rows(table, tenant, Math.max(first, since), window.to, over, location)];
    if (first >= since) return { rows, stands };
    const until = Math.min(window.to, since);
    const checkpoints = await this.checkpoints();
    for (let bucket = first; bucket < until; bucket += bucketMs) {
      for (const row of await this.scan(table, tenant, bucket, location)) rows.push(row);
    }
    return { rows, stands: window.to <= since ? checkpoints : stands };
  }

  /**
   * What `read` makes of the tenant's rows in the window, added up by the table's first member, with the positions they are
   * complete up to. Like `rows`, but where they are in memory it costs a look at each member alone.
   */
  async totals<T>(
    table: AggregateTable,
    tenant: string,
    window: Window,
    read: (totals: Totals) => T,
    location?: string,
  ): Promise<{ read: T; stands: readonly Readonly<PartitionStand>[] }> {
    const first = bucketAt(table, window.from);
    if (location === undefined && this.holds(table, first)) {
      // Whole buckets, so that a window that moves on within one is the same window.
      const to = bucketAt(table, window.to - 1) + bucketMsOf(table);
      const totals = this.live.totals(table, tenant, first, to);
      if (totals !== undefined) return { read: read(totals), stands: this.standsNow() };
    }
    const { rows, stands } = await this.rows(table, tenant, window, 'minutes', location);
    return { read: read(totalsOf(table, rows)), stands };
  }

  /** The same of a table of sketches by hour, by location and hour of the day. */
  async hourTotals<T>(
    table: AggregateTable,
    sketch: string,
    tenant: string,
    window: Window,
    read: (totals: HourTotals) => T,
    location?: string,
  ): Promise<{ read: T; stands: readonly Readonly<PartitionStand>[] }> {
    const { from, to } = window;
    if (this.holds(table, bucketAt(table, from))) {
      const totals = this.live.hourTotals(table, sketch, tenant, from, to, location);
      return { read: read(totals), stands: this.standsNow() };
    }
    const { rows, stands } = await this.rows(table, tenant, window, 'minutes', location);
    const within = rows.filter((row) => (row['hour'] as number) >= from && (row['hour'] as number) < to);
    return { read: read(hourTotalsOf(table, within, sketch)), stands };
  }

  private standsNow(): PartitionStand[] {
    return this.stands.map((stand) => ({ ...stand }));
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
    // Before the first checkpoint nothing in the tables is vouched for, and there may be thousands of tenants to look for.
    const isBeginning = checkpoints.every(({ seq }) => seq === 0);
    for (const table of isBeginning ? [] : AGGREGATES) {
      const bucketMs = table.bucket === 'minute' ? MINUTE_MS : DAY_MS;
      for (const tenant of this.options.tenants) {
        for (let bucket = this.since[table.index]!; bucket <= until; bucket += bucketMs) {
          for (const row of await this.scan(table, tenant, bucket)) this.live.takeRow(table, row);
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
        if (change === undefined) continue;
        for (const rows of change.rows) {
          const [index, , bucket] = rows;
          if (bucket >= this.since[index]!) this.live.take(change.shard, rows);
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

  /** By table index. */
  private windowAt(now: number): number[] {
    const { liveMinutes, liveDays, liveDaysOf } = this.options;
    return AGGREGATES.map((table) =>
      table.bucket === 'minute'
        ? bucketAt(table, now) - liveMinutes * MINUTE_MS
        : bucketAt(table, now) - ((liveDaysOf?.get(table) ?? liveDays) - 1) * DAY_MS,
    );
  }

  /** Moves the window on. Until the minute is let go of it is complete; afterwards the tables answer for it. */
  private forget(): void {
    const window = this.windowAt(this.ports.clock.now());
    this.since = window.map((from, index) => Math.max(from, this.since[index]!));
    for (const table of AGGREGATES) this.live.forgetBefore(table, this.since[table.index]!);
  }
}

function bucketMsOf(table: AggregateTable): number {
  return table.bucket === 'minute' ? MINUTE_MS : DAY_MS;
}

function bucketAt(table: AggregateTable, time: number): number {
  const bucketMs = bucketMsOf(table);
  return Math.floor(time / bucketMs) * bucketMs;
}
