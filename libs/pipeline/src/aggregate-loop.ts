/**
 * The aggregate loop of one partition: settled batches into rows, rows into tables, then the checkpoint.
 *
 * The order is the proof: first the reach, which says how far rows may be ahead of the checkpoint, then rows and first-seen
 * marks, then the checkpoint that vouches for them (see RowFlusher). So a start from the checkpoint misses nothing; and going
 * over entries a second time changes nothing (see PartitionFold), so it may stop at any instruction. What changed is published to the changelog before it is durable: rows are absolute, and a replay publishes
 * the same ones.
 */
import {
  type ChangedRow,
  type MemoryLimits,
  ORDER_MARKS,
  PartitionFold,
  type SettledBatch,
  type WantedCell,
} from '@ticketrail/core';
import { BEGINNING, EarlierCheckpoints, readCheckpoint, readCheckpoints, type Checkpoint } from './checkpoint.js';
import { encodeRows } from './codec.js';
import { EntriesAtHand } from './entries-at-hand.js';
import type { Epoch } from './epoch.js';
import { readOrderMarks, supplyCells, supplySources, wantsSources } from './fold-reads.js';
import { FoldTraces } from './fold-traces.js';
import { chainBroken, checkLog, type Reach } from './log-check.js';
import { PageRow } from './page-row.js';
import type { Clock, Entry, EventLog, Tables } from './ports.js';
import { type FlushOptions, type FlushStats, type FoldStand, RowFlusher } from './row-flusher.js';
import type { Tracer } from './tracer.js';

export interface AggregateOptions extends FlushOptions, MemoryLimits {
  readonly skewMs: number;
  /** Changed rows are published at most this often. */
  readonly publishMs: number;
  /** Once so many events were folded everything else has its turn. */
  readonly eventsPerTurn: number;
  /** Of the filter of known orders, which saves reading one that is new. 0: none. */
  readonly orderFilterBytes: number;
  /**
   * Tables that were restarted uncleanly may have lost more than they said (`syncMs`) of what they took last. Folding then begins
   * `rewindMs` of log time before the checkpoint: rows that are still there are gated, so it does no harm.
   */
  readonly isTailInDoubt?: boolean;
  readonly rewindMs?: number;
}

export interface AggregateStats extends FlushStats {
  events: number;
  entries: number;
  seq: number;
  logTime: number;
}

export interface AggregatePorts {
  readonly log: EventLog;
  readonly tables: Tables;
  readonly clock: Clock;
  readonly tracer?: Tracer | undefined;
}

export class AggregateLoop {
  readonly stats: AggregateStats = {
    events: 0,
    entries: 0,
    rowsWritten: 0,
    flushes: 0,
    flushFailures: 0,
    flushSeconds: 0,
    cachedRows: 0,
    cachedBytes: 0,
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
  private flusher!: RowFlusher;
  /** Text until they are written; the rows of orders' parts hold pieces of it. */
  private pages: ChangedRow[] = [];
  private publishedSeq = 0;
  /** Ends a wait for something to publish. */
  private quiet: AbortController | undefined;
  private flushing: Promise<void> | undefined;
  private failure: unknown;
  /** The last entry folded when the last round of letting rows go was over. */
  private evictedAt = 0;
  /** Such a round is under way. */
  private isEvicting = false;
  /** Events folded since others had their turn. */
  private sinceTurn = 0;
  private readonly atHand = new EntriesAtHand();
  private readonly traces: FoldTraces;

  constructor(
    private readonly ports: AggregatePorts,
    private readonly epoch: Epoch,
    private readonly partition: number,
    private readonly options: AggregateOptions,
  ) {
    this.traces = new FoldTraces(ports.tracer, partition);
  }

  /** Share of the bits of the filter of known orders that are set: above 0.84 it is of no use, and says 1. */
  get orderFilterShare(): number {
    return this.fold?.orderFilterShare ?? 0;
  }

  /** Changed rows that the tables have not answered yet. */
  get waitingRows(): number {
    return this.fold === undefined ? 0 : this.fold.dirtyRows + this.flusher.unwrittenRows;
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
        for (const [i, entry] of entries.entries()) {
          if (stopped.signal.aborted) break;
          const events = this.stats.events;
          await this.traces.fold(entry, () => this.foldEntry(entry, entries, i + 1));
          const folded = this.stats.events - events;
          this.evict(folded);
          if (this.hasNoRoom) await this.untilRoom();
          if (this.isTurnOver(folded)) await this.ports.clock.turn();
        }
      }
    } finally {
      stopped.abort();
      this.quiet?.abort();
      signal.removeEventListener('abort', onAbort);
      this.flusher.hasten();
      await publishing;
    }
    if (this.failure !== undefined) throw this.failure;
    const last = this.startFlush('all');
    this.flusher.hasten();
    await last;
  }

  /** Starts from the checkpoint, once it is certain that the log is the one the rows were made from. */
  private async recover(): Promise<void> {
    const { log, tables, clock } = this.ports;
    this.failure = undefined;
    this.pages = [];
    // Before anything is read: what they lose from now on is noticed.
    const life = await tables.life();
    const checkpoints = await readCheckpoints(tables, this.epoch, this.partition);
    await checkLog(log, tables, this.epoch, this.partition, checkpoints.checkpoint);
    const checkpoint = this.options.isTailInDoubt === true ? checkpoints.earlier : checkpoints.checkpoint;
    const { rewindMs = REWIND_MS } = this.options;
    const earlier = new EarlierCheckpoints(checkpoints.earlier, checkpoint, clock.now(), rewindMs);
    this.at = this.reached = checkpoint;
    this.publishedSeq = checkpoint.seq;
    const { generation } = this.epoch;
    const expiredBefore = clock.now() - this.options.retentionMs(ORDER_MARKS);
    const orderMarks = await readOrderMarks(tables, generation, this.partition, checkpoint.seq, expiredBefore);
    this.fold = new PartitionFold({
      ...this.options,
      generation,
      shard: this.partition,
      resumedAt: checkpoint.seq === 0 ? undefined : checkpoint.logTime,
      orderMarks,
    });
    this.stats.seq = checkpoint.seq;
    this.stats.checkpointSeq = checkpoints.checkpoint.seq;
    this.stats.logTime = checkpoint.logTime;
    this.evictedAt = checkpoint.seq;
    this.isEvicting = false;
    const folded = {
      fold: this.fold,
      stand: (): FoldStand => ({ at: this.at, reached: this.reached, events: this.stats.events }),
      takePages: (): ChangedRow[] => this.pages.splice(0),
    };
    const { epoch, partition, options, stats } = this;
    this.flusher = new RowFlusher(this.ports, epoch, partition, options, stats, folded, earlier, life);
  }

  private *batchesAhead(entries: readonly Entry[], index: number): Iterable<SettledBatch> {
    for (const [, batch] of this.atHand.ahead(entries, index)) yield batch;
  }

  /** @param entries those that are at hand; @param index of the one behind it */
  private async foldEntry(entry: Entry, entries: readonly Entry[], index: number): Promise<void> {
    const batch = this.atHand.batchOf(entry);
    if (batch.previous !== this.at.entry) {
      const { seq } = await readCheckpoint(this.ports.tables, this.epoch, this.partition);
      throw chainBroken(this.partition, entry, batch.previous, this.at, seq);
    }
    const { fold } = this;
    if (entry.seq > fold.foldedSeq) {
      const { tables } = this.ports;
      await supplySources(fold, tables, batch, this.batchesAhead(entries, index));
      const wanted = this.foldInto(entry, batch);
      if (wanted.length > 0) await supplyCells(fold, tables, [...wanted, ...this.foldAhead(entry, entries, index)]);
    }
    fold.commit();
    const ingestId = batch.ingest_id || (batch.last_ingest_id ?? '');
    this.at = { seq: entry.seq, entry: entry.id, ingest: batch.ingest, ingestId, logTime: batch.log_time };
    this.stats.entries++;
    for (const part of batch.parts) this.stats.events += part.events.length;
    this.stats.seq = entry.seq;
    this.stats.logTime = batch.log_time;
    this.quiet?.abort();
  }

  /** Answers the cells that have to be read before it can be committed. */
  private foldInto(entry: Entry, batch: SettledBatch): WantedCell[] {
    const { seq, id, body } = entry;
    this.reached = { seq, entry: id };
    const wanted = this.fold.fold({ seq, id, batch, body });
    if (batch.parts.length > 0)
      this.pages.push(new PageRow(entry, batch.log_time, this.epoch.generation, this.partition));
    return wanted;
  }

  /**
   * Folds those behind the entry too, as far as their sources are in memory, so that their cells are read with its own. They are
   * committed when it is their turn.
   */
  private *foldAhead(entry: Entry, entries: readonly Entry[], index: number): Iterable<WantedCell> {
    let last = entry;
    for (const [later, batch] of this.atHand.ahead(entries, index)) {
      if (batch.previous !== last.id || wantsSources(this.fold.wantedSources(batch))) return;
      yield* this.foldInto(later, batch);
      last = later;
    }
  }

  /** Publishes changes and starts flushes, beside the folding, until `signal` aborts. */
  private async publishContinually(signal: AbortSignal): Promise<void> {
    const { clock } = this.ports;
    // At once, for readers that wait for the partition; then whenever something was folded.
    await this.publish();
    let isQuiet = false;
    while (!signal.aborted) {
      // The first change after a quiet moment is published at once; what follows it closely goes together.
      if (isQuiet) await this.untilFolded();
      else await clock.sleep(this.options.publishMs, signal);
      isQuiet = this.at.seq === this.publishedSeq;
      if (!isQuiet) await this.publish();
      if (this.flushing === undefined) {
        const due = this.flusher.due();
        if (due !== undefined) void this.flushBeside(due);
      }
      // What that flush takes is not due any more.
      if (this.flusher.areSourcesDue())
        void this.flusher.flushSources().catch((error: unknown) => (this.failure ??= error));
      if (this.failure !== undefined) throw this.failure;
    }
    await this.flushing;
  }

  /** Starts a flush that nobody waits for to its end: what it fails for is this loop's failure. */
  private flushBeside(which: 'live' | 'all' | 'checkpoint'): Promise<unknown> {
    return this.startFlush(which).catch((error: unknown) => (this.failure ??= error));
  }

  /** One at a time: what changes meanwhile is written by the next. */
  private startFlush(which: 'live' | 'all' | 'checkpoint'): Promise<void> {
    // Rows that a flush took and could not write are gone from the fold: no checkpoint may vouch for them.
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const { flusher, traces } = this;
    const flushed = which === 'checkpoint' ? flusher.vouch() : traces.flush(which, () => flusher.flush(which));
    this.flushing = flushed.finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  /** Whether too many rows wait for the tables. */
  private get hasNoRoom(): boolean {
    return this.waitingRows > this.options.waitingRowsMax;
  }

  /**
   * While the tables do not keep up, folding goes on at their pace: until some rows are written, not until all are, which would be
   * seconds in which no figure moves.
   */
  private async untilRoom(): Promise<void> {
    while (this.hasNoRoom) {
      const flushed = this.flushing ?? this.flushBeside('all');
      this.flusher.hasten();
      await Promise.race([flushed, this.flusher.progress()]);
      if (this.failure !== undefined) throw this.failure;
    }
  }

  private isTurnOver(events: number): boolean {
    this.sinceTurn += events;
    if (this.sinceTurn < this.options.eventsPerTurn) return false;
    this.sinceTurn = 0;
    return true;
  }

  /** Until there is something to publish, or `publishMs` are over, or the loop ends. */
  private async untilFolded(): Promise<void> {
    if (this.at.seq !== this.publishedSeq) return;
    this.quiet = new AbortController();
    await this.ports.clock.sleep(this.options.publishMs, this.quiet.signal);
    this.quiet = undefined;
  }

  private async publish(): Promise<void> {
    const { seq, ingest, logTime } = this.at;
    const rows = this.fold.takePublished();
    const change = { shard: this.partition, from: this.publishedSeq, seq, logTime, ingest, rows };
    this.publishedSeq = seq;
    await this.ports.log.append('rows', this.partition, encodeRows(change));
  }

  /**
   * Lets rows go, some with each entry: those that were not used since they were looked at last, all of which are durable by
   * then. One that was only written might be read again after the tables lost it. Only while no entry waits to be committed, so that
   * nothing is let go that was just read for one. And of tables that stay what happened long ago, a few tables with each entry.
   */
  private evict(events: number): void {
    if (this.fold.isPending) return;
    this.fold.trim(this.flusher.durableSeq, Math.ceil(events / EVENTS_PER_TABLE_TRIMMED));
    if (!this.isEvicting && this.flusher.durableSeq < this.evictedAt) return;
    this.isEvicting = !this.fold.evict(LOOKS_MIN + LOOKS_PER_EVENT * events);
    if (!this.isEvicting) this.evictedAt = this.at.seq;
  }
}

/** Rows looked at, to be let go, with each entry. An event leaves some four rows in memory, and most are looked at twice. */
const LOOKS_MIN = 64;
const LOOKS_PER_EVENT = 16;

/** Once in so many events a table is looked at, to let go of what happened there long ago: so few moments a table stay too long. */
const EVENTS_PER_TABLE_TRIMMED = 8;

/** Much more than what a commit log that syncs periodically can lose. */
const REWIND_MS = 600_000;
