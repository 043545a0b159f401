/**
 * The live replica: follows the changelog of every partition and answers for the last while from memory, and for anything older
 * from the tables. Which tenants are in memory: see TenantWindows.
 */
import {
  AGGREGATES,
  type AggregateTable,
  bucketAt,
  bucketMsOf,
  DAY_MS,
  HOUR_MS,
  type HourTotals,
  hourTotalsOf,
  MINUTE_MS,
  type PackedRows,
  type Row,
  type Totals,
  totalsOf,
  type Window,
} from '@ticketrail/core';
import { bucketRows } from './bucket-rows.js';
import { ChangelogStands, type Coverage, laterStands, type PartitionStand } from './changelog-stands.js';
import { ChangelogTail } from './changelog-tail.js';
import { readCheckpoint } from './checkpoint.js';
import { decodeRows } from './codec.js';
import type { Epoch } from './epoch.js';
import { LiveRows, type Over } from './live-rows.js';
import type { Clock, EventLog, Tables } from './ports.js';
import { TENANT_LIMITS, type TenantLimits, TenantLoading, TenantWindows } from './tenant-windows.js';

/** How often old minutes and tenants are let go, and the tables are read again for what was missed. Milliseconds. */
const TEND_MS = 1_000;

/** How often it looks at the start whether the changelog was read. Milliseconds. */
const CATCH_UP_MS = 20;

export interface ReplicaOptions {
  /** Who may be asked for. When they are few, their rows are loaded at the start. */
  readonly tenants: readonly string[];
  /** How far back minutes are kept in memory, and days. */
  readonly liveMinutes: number;
  readonly liveDays: number;
  /** Days kept of a table where they are not `liveDays`: those a report asks for again and again. */
  readonly liveDaysOf?: ReadonlyMap<AggregateTable, number>;
  /** TENANT_LIMITS where they are not given. */
  readonly limits?: Partial<TenantLimits>;
}

export interface ReplicaPorts {
  readonly log: EventLog;
  readonly tables: Tables;
  readonly clock: Clock;
}

export class Replica {
  private readonly live = new LiveRows();
  /** Buckets from here on are complete in memory, for tables by minute and by day. */
  private since: readonly number[] = AGGREGATES.map(() => 0);
  private readonly stands: ChangelogStands;
  /** What the tables vouch for, as of the last look. */
  private readonly vouched: Coverage;
  private readonly tail: ChangelogTail;
  private readonly windows: TenantWindows;
  private readonly limits: TenantLimits;
  /** By partition: the entry of the changelog that was read last. */
  private readonly heard: number[];
  private isStarted = false;

  constructor(
    private readonly ports: ReplicaPorts,
    private readonly epoch: Epoch,
    private readonly options: ReplicaOptions,
  ) {
    this.limits = { ...TENANT_LIMITS, ...options.limits };
    this.stands = new ChangelogStands(epoch.partitions);
    this.heard = this.stands.positions;
    this.vouched = this.stands.coverage(this.heard.map(() => 0));
    this.tail = new ChangelogTail(epoch.partitions, this.limits.tailRowsMax);
    const source = {
      checkpoints: () => this.checkpoints(),
      read: (tenant: string, signal: AbortSignal) => this.readWindow(tenant, signal),
    };
    this.windows = new TenantWindows(ports.clock, source, this.live, this.tail, this.stands, this.limits);
  }

  /**
   * Whether the changelog is followed without a hole, and those who are loaded at the start are. Any other tenant is loaded when it
   * is asked for.
   */
  get ready(): boolean {
    return this.isStarted && this.stands.covers(this.vouched) && this.windows.isWhole;
  }

  /** Up to where figures are complete, by partition; those of a tenant that a hole left behind may be of less. */
  get partitions(): readonly Readonly<PartitionStand>[] {
    return this.stands.standsOf(this.vouched);
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

  get tenantsLoaded(): number {
    return this.windows.loaded;
  }

  /** Tenants that are being loaded, or wait for it. */
  get tenantsLoading(): number {
    return this.windows.underWay;
  }

  /** Changed rows kept of tenants that are not loaded. */
  get rowsInTail(): number {
    return this.tail.size;
  }

  /** Follows the changelog, and loads windows, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const now = this.ports.clock.now();
    this.since = this.windowAt(now);
    const ending = new AbortController();
    const onAbort = (): void => ending.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    this.windows.begin(ending.signal);
    // The changelog first: what changes while the tables are read is not missed, and merging does not mind the order.
    const following = Promise.all(this.heard.map((_, partition) => this.follow(partition, ending.signal)));
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
   * over minutes or over members already. Throws TenantLoading, as do the other questions, when the tenant is not in memory and
   * loading it takes too long.
   */
  async rows(
    table: AggregateTable,
    tenant: string,
    window: Window,
    over: Over,
    location?: string,
  ): Promise<{ rows: Row[]; stands: readonly Readonly<PartitionStand>[] }> {
    const first = bucketAt(table, window.from);
    if (window.to <= this.since[table.index]!) return this.stored(table, tenant, window, location);
    await this.windows.ask(tenant);
    const since = this.since[table.index]!;
    const stands = this.windows.standsOf(tenant);
    const rows = [...this.live.rows(table, tenant, Math.max(first, since), window.to, over, location)];
    if (first < since) {
      for (const row of (await this.stored(table, tenant, { from: first, to: since }, location)).rows) rows.push(row);
    }
    return { rows, stands };
  }

  /** The same from the tables alone, for a tenant that need not be in memory. */
  async stored(
    table: AggregateTable,
    tenant: string,
    window: Window,
    location?: string,
  ): Promise<{ rows: Row[]; stands: readonly Readonly<PartitionStand>[] }> {
    const stands = await this.checkpoints();
    const rows: Row[] = [];
    for await (const some of this.read(table, tenant, window, location)) for (const row of some) rows.push(row);
    return { rows, stands };
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
    if (location === undefined && (await this.answersFrom(table, tenant, first))) {
      const totals = this.live.totals(table, tenant, first, endOf(table, window));
      if (totals !== undefined) return { read: read(totals), stands: this.windows.standsOf(tenant) };
    }
    const { rows, stands } = await this.rows(table, tenant, window, 'minutes', location);
    return { read: read(totalsOf(table, rows)), stands };
  }

  /**
   * What `read` makes of the same rows where they are in memory, else undefined. It is no question: nothing is loaded for it, and
   * it keeps nobody in memory.
   */
  glance<T>(table: AggregateTable, tenant: string, window: Window, read: (totals: Totals) => T): T | undefined {
    const first = bucketAt(table, window.from);
    if (!this.windows.isLoaded(tenant) || !this.holds(table, first)) return undefined;
    const totals = this.live.totals(table, tenant, first, endOf(table, window));
    return totals === undefined ? undefined : read(totals);
  }

  /** As `totals`, of a table of sketches by hour: by location and hour of the day. */
  async hourTotals<T>(
    table: AggregateTable,
    sketch: string,
    tenant: string,
    window: Window,
    read: (totals: HourTotals) => T,
    location?: string,
  ): Promise<{ read: T; stands: readonly Readonly<PartitionStand>[] }> {
    const { from, to } = window;
    if (await this.answersFrom(table, tenant, bucketAt(table, from))) {
      const totals = this.live.hourTotals(table, sketch, tenant, from, to, location);
      return { read: read(totals), stands: this.windows.standsOf(tenant) };
    }
    const { rows, stands } = await this.rows(table, tenant, window, 'minutes', location);
    const within = rows.filter((row) => (row['hour'] as number) >= from && (row['hour'] as number) < to);
    return { read: read(hourTotalsOf(table, within, sketch)), stands };
  }

  /** Whether the tenant's rows of the table from `from` on are in memory, once the tenant is. */
  private async answersFrom(table: AggregateTable, tenant: string, from: number): Promise<boolean> {
    if (!this.holds(table, from)) return false;
    await this.windows.ask(tenant);
    // The window may have moved on meanwhile.
    return this.holds(table, from);
  }

  /** Up to where the tables themselves are complete. */
  async checkpoints(): Promise<PartitionStand[]> {
    return Promise.all(
      this.heard.map(async (_, shard) => {
        const { seq, logTime, ingest } = await readCheckpoint(this.ports.tables, this.epoch, shard);
        return { seq, logTime, ingest };
      }),
    );
  }

  /** The tenant's rows as the tables have them. */
  private read(table: AggregateTable, tenant: string, window: Window, location?: string): AsyncIterable<Row[]> {
    const { generation } = this.epoch;
    const shards = [...this.heard.keys()];
    return bucketRows(this.ports.tables, table, { generation, tenant, shards, ...window, member: location });
  }

  /** Loads who is loaded at the start, lets go of what leaves the window, and reads again when something was missed. */
  private async tend(signal: AbortSignal): Promise<void> {
    await this.vouch();
    const { tenants } = this.options;
    if (tenants.length <= this.limits.tenantsAtStartMax) await this.windows.loadAll(tenants);
    await this.catchUp(signal);
    if (!signal.aborted) this.isStarted = true;
    while (!signal.aborted) {
      await this.ports.clock.sleep(TEND_MS, signal);
      this.forget();
      if (this.tail.size > 0 || !this.stands.covers(this.vouched)) await this.vouch();
      this.windows.tend(this.vouched.loaded);
    }
  }

  /** Looks how far the tables have come. */
  private async vouch(): Promise<void> {
    this.vouched.loaded = laterStands(this.vouched.loaded, await this.checkpoints());
    this.tail.drop(this.vouched.loaded.map(({ seq }) => seq));
  }

  /** Until what is in the changelog now was read. */
  private async catchUp(signal: AbortSignal): Promise<void> {
    const { log } = this.ports;
    const last = await Promise.all(this.heard.map((_, partition) => log.last('rows', partition)));
    while (!signal.aborted && last.some((entry, partition) => (entry?.seq ?? 0) > this.heard[partition]!)) {
      await this.ports.clock.sleep(CATCH_UP_MS, signal);
    }
  }

  /** Takes the tenant's window into memory. Merging does not mind what the changelog said meanwhile. */
  private async readWindow(tenant: string, signal: AbortSignal): Promise<void> {
    // Devices' clocks run ahead of ours by the skew at most; an hour covers it.
    const until = this.ports.clock.now() + HOUR_MS;
    for (const table of AGGREGATES) {
      const window = { from: this.since[table.index]!, to: until + 1 };
      for await (const rows of this.read(table, tenant, window)) {
        if (signal.aborted) throw new TenantLoading(tenant);
        for (const row of rows) this.live.takeRow(table, row);
      }
    }
  }

  private async follow(partition: number, signal: AbortSignal): Promise<void> {
    for await (const entries of this.ports.log.read('rows', partition, 0, signal)) {
      for (const entry of entries) {
        const change = decodeRows(entry);
        if (change !== undefined) {
          const others: PackedRows[] = [];
          for (const rows of change.rows) {
            const [index, tenant, bucket] = rows;
            if (bucket < this.since[index]!) continue;
            if (this.windows.holds(tenant)) this.live.take(change.shard, rows);
            else others.push(rows);
          }
          this.tail.keep(partition, change, others);
          const all = this.stands.misses(partition, change) ? [this.vouched, ...this.windows.coverages] : [];
          this.stands.hear(partition, change, all);
        }
        this.heard[partition] = entry.seq;
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

/** The end of the last bucket, so that a window that moves on within one is the same window. */
function endOf(table: AggregateTable, window: Window): number {
  return bucketAt(table, window.to - 1) + bucketMsOf(table);
}
