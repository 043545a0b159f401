/**
 * The aggregate loop of one partition: settled batches into rows, rows into tables, then the checkpoint.
 *
 * The order is the proof: first the reach, which says how far rows may be ahead of the checkpoint, then rows and first-seen
 * marks, then the checkpoint that vouches for them. So a start from the checkpoint misses nothing; and going over entries a second time changes nothing (see PartitionFold), so it may stop at
 * any instruction. What changed is published to the changelog before it is durable: rows are absolute, and a replay publishes
 * the same ones.
 */
import { deflateRawSync } from 'node:zlib';
import {
  EVENT_PAGES,
  hourOf,
  ORDERS,
  PartitionFold,
  type Row,
  type SettledBatch,
  type TableSpec,
  VISITS,
  type WantedCell,
} from '@ticketrail/core';
import {
  BEGINNING,
  checkpointWrite,
  EarlierCheckpoints,
  readCheckpoint,
  readCheckpoints,
  type Checkpoint,
} from './checkpoint.js';
import { decodeSettled, encodeRows } from './codec.js';
import type { Epoch } from './epoch.js';
import { FoldTraces } from './fold-traces.js';
import { chainBroken, checkLog, reachWrite, type Reach } from './log-check.js';
import type { Clock, Entry, EventLog, RowWrite, Tables } from './ports.js';
import type { Tracer } from './tracer.js';

export interface AggregateOptions {
  readonly skewMs: number;
  /** Changed rows are published at most this often. */
  readonly publishMs: number;
  /**
   * Live tables are written this often, and every `flushMsMax` once more than `busyRows` changed; all tables and the checkpoint
   * every `checkpointMs`.
   */
  readonly flushMs: number;
  readonly flushMsMax: number;
  readonly busyRows: number;
  readonly checkpointMs: number;
  /** Folding waits for the tables once this many changed rows are waiting to be written. */
  readonly dirtyRowsMax: number;
  readonly ordersMax: number;
  readonly periodsMax: number;
  readonly cellsMax: number;
  /**
   * Tables that were restarted uncleanly may have lost what they took last (a commit log that syncs every few seconds). Folding
   * then begins `rewindMs` of log time before the checkpoint: rows that are still there are gated, so it does no harm.
   */
  readonly isTailInDoubt?: boolean;
  readonly rewindMs?: number;
  /** How long a row is kept, from its event time. */
  readonly retentionMs: (table: TableSpec) => number;
}

export interface AggregateStats {
  events: number;
  entries: number;
  rowsWritten: number;
  flushes: number;
  flushFailures: number;
  /** Seconds the last flush took. */
  flushSeconds: number;
  cachedRows: number;
  dirtyRows: number;
  seq: number;
  checkpointSeq: number;
  logTime: number;
}

export interface AggregatePorts {
  readonly log: EventLog;
  readonly tables: Tables;
  readonly clock: Clock;
  readonly tracer?: Tracer | undefined;
}

/**
 * A small window and little memory: pages are small, and setting a compressor up costs more than compressing them. For the same
 * reason not on another thread (measured: 24 µs a page of twelve events so, 180 µs there).
 */
const PAGE_COMPRESSION = { level: 1, windowBits: 13, memLevel: 6 };

export class AggregateLoop {
  readonly stats: AggregateStats = {
    events: 0,
    entries: 0,
    rowsWritten: 0,
    flushes: 0,
    flushFailures: 0,
    flushSeconds: 0,
    cachedRows: 0,
    dirtyRows: 0,
    seq: 0,
    checkpointSeq: 0,
    logTime: 0,
  };
  private fold!: PartitionFold;
  /** The last entry folded: what the next checkpoint will say. */
  private at: Checkpoint = BEGINNING;
  /** The entry folded last, or being folded: no row is of a later one. */
  private reached: Reach = BEGINNING;
  private durableReach = 0;
  private earlier!: EarlierCheckpoints;
  /** Compressed as soon as they are folded, so that their text can go. */
  private pages: RowWrite[] = [];
  private publishedSeq = 0;
  private flushing: Promise<void> | undefined;
  private lastFlush = 0;
  private lastCheckpoint = 0;
  private failure: unknown;
  private isEvictionDue = false;
  private readonly traces: FoldTraces;

  constructor(
    private readonly ports: AggregatePorts,
    private readonly epoch: Epoch,
    private readonly partition: number,
    private readonly options: AggregateOptions,
  ) {
    this.traces = new FoldTraces(ports.tracer, partition);
  }

  /** Runs until `signal` aborts, then writes what is left. Throws when it can't go on. */
  async run(signal: AbortSignal): Promise<void> {
    await this.recover();
    const stopped = new AbortController();
    const onAbort = (): void => stopped.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) stopped.abort();
    const publishing = this.publishContinually(stopped.signal).catch((error: unknown) => {
      this.failure = error;
      stopped.abort();
    });
    try {
      for await (const entries of this.ports.log.read('events', this.partition, this.at.seq, stopped.signal)) {
        for (const entry of entries) {
          if (stopped.signal.aborted) break;
          await this.traces.fold(entry, () => this.foldEntry(entry));
          this.evict();
        }
        // The tables do not keep up: everything is written before more is folded.
        if (this.fold.dirtyRows > this.options.dirtyRowsMax) await (this.flushing ?? this.startFlush('all'));
      }
    } finally {
      stopped.abort();
      signal.removeEventListener('abort', onAbort);
      await publishing;
    }
    if (this.failure !== undefined) throw this.failure;
    await this.traces.flush('all', () => this.flush('all'));
  }

  /** Starts from the checkpoint, once it is certain that the log is the one the rows were made from. */
  private async recover(): Promise<void> {
    const { log, tables, clock } = this.ports;
    this.failure = undefined;
    this.pages = [];
    this.isEvictionDue = false;
    const checkpoints = await readCheckpoints(tables, this.epoch, this.partition);
    await checkLog(log, tables, this.epoch, this.partition, checkpoints.checkpoint);
    const checkpoint = this.options.isTailInDoubt === true ? checkpoints.earlier : checkpoints.checkpoint;
    const { rewindMs = REWIND_MS } = this.options;
    this.earlier = new EarlierCheckpoints(checkpoints.earlier, checkpoint, clock.now(), rewindMs);
    this.at = this.reached = checkpoint;
    this.durableReach = 0;
    this.publishedSeq = checkpoint.seq;
    this.fold = new PartitionFold({
      generation: this.epoch.generation,
      shard: this.partition,
      resumedAt: checkpoint.seq === 0 ? undefined : checkpoint.logTime,
      skewMs: this.options.skewMs,
      ordersMax: this.options.ordersMax,
      periodsMax: this.options.periodsMax,
      cellsMax: this.options.cellsMax,
    });
    this.stats.seq = checkpoint.seq;
    this.stats.checkpointSeq = checkpoints.checkpoint.seq;
    this.stats.logTime = checkpoint.logTime;
    this.lastFlush = this.lastCheckpoint = clock.now();
  }

  private async foldEntry(entry: Entry): Promise<void> {
    const batch = decodeSettled(entry);
    if (batch.previous !== this.at.entry) {
      const { seq } = await readCheckpoint(this.ports.tables, this.epoch, this.partition);
      throw chainBroken(this.partition, entry, batch.previous, this.at, seq);
    }
    this.reached = { seq: entry.seq, entry: entry.id };
    await this.prefetchSources(batch);
    await this.supplyCells(this.fold.fold({ seq: entry.seq, id: entry.id, batch }));
    this.fold.commit();
    if (batch.parts.length > 0) this.pages.push(this.pageWrite(entry, batch.log_time));
    const ingestId = batch.ingest_id || (batch.last_ingest_id ?? '');
    this.at = { seq: entry.seq, entry: entry.id, ingest: batch.ingest, ingestId, logTime: batch.log_time };
    this.stats.entries++;
    for (const part of batch.parts) this.stats.events += part.events.length;
    this.stats.seq = entry.seq;
    this.stats.logTime = batch.log_time;
  }

  private async prefetchSources(batch: SettledBatch): Promise<void> {
    const { orders, periods, numbers } = this.fold.wantedSources(batch);
    const { tables } = this.ports;
    for (const table of new Set(numbers.map((wanted) => wanted.table))) {
      const ofTable = numbers.filter((wanted) => wanted.table === table);
      const rows = await tables.read(
        table,
        ofTable.map(({ key }) => key),
      );
      ofTable.forEach((wanted, i) => this.fold.supplyNumbers(wanted, rows[i]));
    }
    if (orders.length + periods.length === 0) return;
    const [orderRows, periodRows] = await Promise.all([
      tables.read(
        ORDERS,
        orders.map(({ key }) => key),
      ),
      tables.read(
        VISITS,
        periods.map(({ key }) => key),
      ),
    ]);
    orders.forEach((wanted, i) => this.fold.supplyOrder(wanted, orderRows[i]));
    periods.forEach((wanted, i) => this.fold.supplyPeriod(wanted, periodRows[i]));
  }

  /** One read a table, however many of its rows are missing. */
  private async supplyCells(wanted: readonly WantedCell[]): Promise<void> {
    const byTable = new Map<TableSpec, WantedCell[]>();
    for (const cell of wanted) {
      const known = byTable.get(cell.table.spec);
      if (known === undefined) byTable.set(cell.table.spec, [cell]);
      else known.push(cell);
    }
    await Promise.all(
      [...byTable].map(async ([table, cells]) => {
        const rows = await this.ports.tables.read(
          table,
          cells.map(({ key }) => key),
        );
        cells.forEach((cell, i) => this.fold.supplyCell(cell, rows[i]));
      }),
    );
  }

  /** Publishes changes and starts flushes, beside the folding, until `signal` aborts. */
  private async publishContinually(signal: AbortSignal): Promise<void> {
    const { clock } = this.ports;
    // At once, for readers that wait for the partition; then whenever something was folded.
    await this.publish();
    while (!signal.aborted) {
      await clock.sleep(this.options.publishMs, signal);
      if (this.at.seq !== this.publishedSeq) await this.publish();
      const now = clock.now();
      if (this.flushing === undefined && this.isDue(now, this.lastFlush, this.flushInterval())) {
        const isCheckpointDue = this.isDue(now, this.lastCheckpoint, this.options.checkpointMs);
        this.startFlush(isCheckpointDue ? 'all' : 'live').catch((error: unknown) => (this.failure ??= error));
      }
      if (this.failure !== undefined) throw this.failure;
    }
    await this.flushing;
  }

  /**
   * Whether an interval has ended since `last`. Intervals of the partitions end at different moments, so that one process does
   * not write all of them at once, which everything else would wait for.
   */
  private isDue(now: number, last: number, intervalMs: number): boolean {
    const phase = (this.partition / this.epoch.partitions) * intervalMs;
    return Math.floor((now - phase) / intervalMs) > Math.floor((last - phase) / intervalMs);
  }

  /** One at a time: what changes meanwhile is written by the next. */
  private startFlush(which: 'live' | 'all'): Promise<void> {
    this.flushing = this.traces.flush(which, () => this.flush(which)).finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  /** Longer while much changes: the same rows then change several times before they are written once. */
  private flushInterval(): number {
    const { flushMs, flushMsMax, busyRows } = this.options;
    return this.fold.dirtyRows < busyRows ? flushMs : flushMsMax;
  }

  private async publish(): Promise<void> {
    const { seq, ingest, logTime } = this.at;
    const change = { from: this.publishedSeq, seq, logTime, ingest, rows: this.fold.takePublished() };
    this.publishedSeq = seq;
    await this.ports.log.append('rows', this.partition, encodeRows(change));
  }

  /**
   * Writes what changed; with 'all', then the checkpoint. Tables that do not answer are asked again until they do: the rows
   * are absolute, so repeating is harmless, and meanwhile folding goes on until too many rows wait.
   */
  private async flush(which: 'live' | 'all'): Promise<void> {
    // Rows that a flush took and could not write are gone from the fold: no checkpoint may vouch for them.
    if (this.failure !== undefined) throw this.failure;
    const { clock } = this.ports;
    const started = clock.now();
    const checkpoint = this.at;
    const pages = this.pages;
    this.pages = [];
    const { reached } = this;
    const changed = this.fold.takeChanged(which);
    const rows: RowWrite[] = changed.map(({ table, row, time }) =>
      this.write(table, row, time, row['applied'] ?? row['seq']),
    );
    for (const page of pages) rows.push(page);
    if (rows.length > 0 && reached.seq > this.durableReach) {
      await this.writeUntilDone([reachWrite(this.epoch, this.partition, reached)]);
      this.durableReach = reached.seq;
    }
    for (let i = 0; i < rows.length; i += ROWS_PER_WRITE) await this.writeUntilDone(rows.slice(i, i + ROWS_PER_WRITE));
    if (which === 'all' && checkpoint.seq > this.stats.checkpointSeq) {
      await this.writeUntilDone([
        checkpointWrite(this.epoch, this.partition, checkpoint, this.earlier.before(checkpoint, clock.now())),
      ]);
      this.stats.checkpointSeq = checkpoint.seq;
    }
    if (which === 'all') {
      this.isEvictionDue = true;
      this.lastCheckpoint = started;
    }
    this.lastFlush = started;
    this.stats.flushes++;
    this.stats.rowsWritten += rows.length;
    this.stats.flushSeconds = (clock.now() - started) / 1000;
    this.stats.cachedRows = this.fold.cachedRows;
    this.stats.dirtyRows = this.fold.dirtyRows;
  }

  /** Only between entries, so that nothing is let go that was just read for one, and while no write is under way. */
  private evict(): void {
    if (!this.isEvictionDue || this.flushing !== undefined) return;
    this.isEvictionDue = false;
    this.fold.evict();
  }

  private write(table: TableSpec, row: Row, time: number, seq: unknown): RowWrite {
    return {
      table,
      row,
      clock: this.epoch.base + (seq as number),
      expiresAt: time + this.options.retentionMs(table),
    };
  }

  private pageWrite(entry: Entry, logTime: number): RowWrite {
    const page = deflateRawSync(entry.body, PAGE_COMPRESSION);
    const row: Row = {
      generation: this.epoch.generation,
      shard: this.partition,
      hour: hourOf(logTime),
      seq: entry.seq,
      entry: entry.id,
      page,
    };
    return this.write(EVENT_PAGES, row, logTime, entry.seq);
  }

  private async writeUntilDone(rows: readonly RowWrite[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.ports.tables.write(rows);
      } catch (error) {
        this.stats.flushFailures++;
        if (attempt >= FLUSH_ATTEMPTS) throw error;
        await this.ports.clock.sleep(Math.min(5_000, 50 * 2 ** attempt));
      }
    }
  }
}

/** Small enough that folding and answering go on between two writes. */
const ROWS_PER_WRITE = 500;

/** Much more than what a commit log that syncs periodically can lose. */
const REWIND_MS = 600_000;

/** About five minutes of a database that is away; then the loop ends and is started anew from the checkpoint. */
const FLUSH_ATTEMPTS = 66;
