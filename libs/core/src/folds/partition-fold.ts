/**
 * The fold of one partition: settled batches in, changed rows out.
 *
 * Each entry goes through three steps, of which only the reads between them wait for anything:
 *   1. `wantedSources` names the orders and tables whose rows are not in memory; the caller reads and supplies them;
 *   2. `fold` adds the events to them, which gives deltas, and names the aggregate rows not in memory; the caller reads and
 *      supplies those;
 *   3. `commit` adds the deltas.
 * Several entries may be folded before the first of them is committed, so that what they want is read together.
 * Given the same entries and rows it gives the same rows, byte for byte: no clock, no randomness, no promise.
 */
import type { SettledBatch } from '../batches.js';
import type { CanonicalEvent } from '../events/canonical.js';
import { identityOf, type Hash64 } from '../hash.js';
import { AGGREGATES, FIRST_SEEN, REJECTIONS, RESTATEMENTS } from '../tables/catalogue.js';
import type { AggregateTable } from '../tables/aggregate.js';
import { PackedGroups, type PackedRows } from '../tables/packed-row.js';
import type { Key, Row } from '../tables/spec.js';
import { minuteOf } from '../time.js';
import { emitLedger, rejectionRow } from './books.js';
import { Cell, cellKey } from './cell.js';
import { ChangedCell, ChangedMirror, type ChangedRow } from './changed-rows.js';
import { NestedCache } from './nested-cache.js';
import { placeOf, PLACES_PER_ENTRY, type Delta } from './delta.js';
import { emitFeedback, emitFunnel, emitKitchenTime } from './direct.js';
import { EntryFence } from './entry-fence.js';
import type { MarksStart } from './order-marks.js';
import type { MemoryLimits } from './memory-limits.js';
import { NumberedRows, type WantedNumbers } from './numbered-rows.js';
import { emitLonePart, emitOrderPart } from './order.js';
import { Restatements } from './restatements.js';
import { HeldBytes, type LettingGo } from './row-cache.js';
import type { SettledEntry } from './settled-entry.js';
import { isOrderEvent, isTableEvent, SourceRows } from './source-rows.js';
import type { Put, WantedSet } from './set-rows.js';
import { emitMoment, momentOf } from './visit.js';
import { HistoryIndex, locationHash } from './history-index.js';

export interface PartitionFoldOptions extends MemoryLimits {
  readonly generation: number;
  readonly shard: number;
  /** Log time of the last entry folded before this fold began; undefined when there was none in this generation. */
  readonly resumedAt: number | undefined;
  /** How far an event's time may lie ahead of log time, milliseconds. */
  readonly skewMs: number;
  /** Of the filter of known orders, and what it is filled from: see SourceRowsOptions. */
  readonly orderFilterBytes?: number;
  readonly orderMarks?: MarksStart;
}

export interface WantedCell {
  readonly table: AggregateTable;
  readonly key: Key;
  readonly delta: Delta;
}

/** An entry between `fold` and `commit`. */
interface FoldedEntry {
  readonly seq: number;
  readonly id: string;
  readonly logTime: number;
  readonly deltas: readonly Delta[];
  /** Those of the deltas; undefined for those that are to be supplied. */
  readonly cells: readonly (Cell | undefined)[];
  /** See SourceRows.end. */
  readonly noted: readonly number[];
}

export class PartitionFold {
  private readonly sources: SourceRows;
  private readonly numbered: NumberedRows;
  private readonly cells: readonly NestedCache<Cell>[];
  private readonly cellsToWrite: { live: Cell[]; slow: Cell[] } = { live: [], slow: [] };
  /** Their mirrors are written with 'all' only: a row of a mirror has a partition to itself, and is dear. */
  private readonly mirrorsToWrite = new Set<Cell>();
  private readonly heldByCells: HeldBytes;
  private readonly caches: readonly LettingGo[];
  private cellsToPublish: Cell[] = [];
  private appended: ChangedRow[] = [];
  /** Of the entry that is being folded. */
  private deltas: Delta[] = [];
  /** Entries that were folded and not committed, in their order. */
  private readonly pending: FoldedEntry[] = [];
  /** Cells that were wanted and not supplied yet, by `wantedText`. */
  private readonly awaited = new Set<string>();
  /** Of the last entry folded. */
  private lastFolded = 0;
  /** Of the last entry committed. */
  private logTime = 0;
  private readonly fence = new EntryFence();
  private readonly restatements = new Restatements();
  private readonly add = (delta: Delta): void => {
    this.deltas.push(delta);
  };
  private readonly emit = (delta: Delta): void => {
    this.deltas.push(delta);
    this.restatements.note(delta);
  };

  constructor(private readonly options: PartitionFoldOptions) {
    const since = options.resumedAt ?? Number.NEGATIVE_INFINITY;
    this.sources = new SourceRows(options, since);
    this.numbered = new NumberedRows(options, since);
    this.heldByCells = new HeldBytes(options.cellsBytesMax);
    const limits = { rowsMax: Math.ceil(options.cellsMax / AGGREGATES.length), held: this.heldByCells };
    const earliestOf = (cell: Cell): number => this.earliestOf(cell);
    this.cells = AGGREGATES.map(() => new NestedCache<Cell>(since, limits, earliestOf, (cell) => cell));
    this.caches = [...this.sources.caches, ...this.numbered.caches, ...this.cells];
  }

  /** Sets and rows the entry touches that have to be read first: supply each, whether something was found or not. */
  wantedSources(batch: SettledBatch): { orders: WantedSet[]; periods: WantedSet[]; numbers: WantedNumbers[] } {
    return { ...this.sources.wanted(batch), numbers: this.numbered.wanted(batch) };
  }

  /** @param rows all that were found, in the order of their places */
  supplyOrder(wanted: WantedSet, rows: readonly Row[]): void {
    for (const row of rows) this.fence.admit(row);
    this.sources.supplyOrder(wanted, rows);
  }

  supplyPeriod(wanted: WantedSet, rows: readonly Row[]): void {
    for (const row of rows) this.fence.admit(row);
    this.sources.supplyPeriod(wanted, rows);
  }

  supplyNumbers(wanted: WantedNumbers, row: Row | undefined): void {
    this.fence.admit(row);
    this.numbered.supply(wanted, row);
  }

  /** Adds the entry's events to their sources; answers the aggregate rows that have to be supplied before `commit`. */
  fold(entry: SettledEntry): WantedCell[] {
    const { batch, seq, id } = entry;
    this.fence.pass(seq, id);
    this.lastFolded = seq;
    this.deltas = [];
    this.sources.begin(batch, id, entry.body);
    this.numbered.fold(entry);
    this.restatements.begin(batch);
    const history = new HistoryIndex();
    let index = 0;
    let refused = 0;
    let copied = 0;
    for (const part of batch.parts) {
      emitLedger(part, batch.log_time, this.emit);
      for (const event of part.events) {
        if (index >= PLACES_PER_ENTRY) throw new RangeError(`an entry holds at most ${PLACES_PER_ENTRY} events`);
        identityOf(part.tenant, event, identity);
        const stands = entry.indexes?.[index] ?? index;
        const location = locationHash(part.tenant, event.location_id);
        history.add(minuteOf(event.time), identity, location, event.event_type, stands);
        this.foldEvent(part.tenant, event, placeOf(seq, stands), index);
        this.restatements.emit(part.tenant, event, identity, this.add);
        index++;
      }
      for (const { time, location_id, event_type } of part.duplicates) {
        history.addCopy(minuteOf(time), locationHash(part.tenant, location_id), event_type, copied++);
      }
      for (const rejection of part.rejections) {
        const row = rejectionRow(this.options, batch, part.tenant, rejection, { seq, place: refused++ });
        this.appended.push({ table: REJECTIONS, row, time: batch.log_time });
      }
    }
    const { generation, shard } = this.options;
    for (const row of history.rows(generation, shard, seq, id, batch.log_time)) {
      this.appended.push({ table: FIRST_SEEN, row, time: row['minute'] as number });
    }
    for (const row of this.restatements.rows(generation, shard, seq, id)) {
      this.appended.push({ table: RESTATEMENTS, row, time: batch.log_time });
    }
    const { deltas } = this;
    const { cells, wanted } = this.cellsOf(deltas);
    this.pending.push({ seq, id, logTime: batch.log_time, deltas, cells, noted: this.sources.end() });
    return wanted;
  }

  supplyCell(wanted: WantedCell, row: Row | undefined): void {
    const { table, tenant, bucket, members } = wanted.delta;
    this.fence.admit(row);
    this.awaited.delete(wantedText(wanted.delta));
    this.cells[table.index]!.set(new Cell(table, tenant, bucket, members, row));
  }

  /** Position of the last entry that was folded, whether or not it is committed; 0 when there was none. */
  get foldedSeq(): number {
    return this.lastFolded;
  }

  /** Whether an entry was folded and not yet committed: nothing may be let go meanwhile. */
  get isPending(): boolean {
    return this.pending.length > 0;
  }

  /** What the first entry that was folded and not yet committed contributes, in the order of its events. */
  get contributions(): readonly Delta[] {
    return this.pending[0]?.deltas ?? [];
  }

  /** Adds what the first entry that was folded and not yet committed contributes to its rows. */
  commit(): void {
    const folded = this.pending.shift();
    if (folded === undefined) throw new Error('no entry was folded that is not committed');
    const { seq, id, logTime, deltas, cells, noted } = folded;
    this.logTime = logTime;
    this.sources.commit(seq, logTime, noted);
    for (let i = 0; i < deltas.length; i++) {
      const delta = deltas[i]!;
      const { table, tenant, bucket, members } = delta;
      const cell = cells[i] ?? this.cells[table.index]!.get(tenant, bucket, members)!;
      const isGated = seq <= cell.gate;
      if (!isGated) this.heldByCells.bytes += cell.add(delta, seq, id);
      // A gated row holds the entry already. But whoever wrote it may have ended before writing its mirrors or publishing it.
      if (!cell.toPublish) {
        cell.toPublish = true;
        this.cellsToPublish.push(cell);
      }
      if (!cell.toWrite && (!isGated || table.mirrors.length > 0)) {
        cell.toWrite = true;
        this.cellsToWrite[table.cadence].push(cell);
      }
    }
  }

  /** Aggregate rows that changed since the last call, packed. */
  takePublished(): PackedRows[] {
    const changed = this.cellsToPublish;
    this.cellsToPublish = [];
    const gathered = new PackedGroups();
    for (const cell of changed) {
      cell.toPublish = false;
      gathered.add(cell.table.index, cell.tenant, cell.bucket, cell.packed());
    }
    return gathered.groups;
  }

  /**
   * Rows that changed since they were last taken: sources, the history's index and the live tables, or all, with their mirrors.
   * Taking all completes the rows up to the last committed entry: once everything taken is durable, that entry may become the
   * checkpoint.
   *
   * A row is made when it is asked for, with all that was committed by then, and each of them has to be asked for: making all of
   * them at once is a moment in which nothing is folded.
   */
  takeChanged(which: 'live' | 'all'): ChangedRow[] {
    const changed = this.appended;
    this.appended = [];
    this.sources.takeChanged(changed);
    const { generation, shard } = this.options;
    for (const cadence of which === 'all' ? (['live', 'slow'] as const) : (['live'] as const)) {
      for (const cell of this.cellsToWrite[cadence]) {
        changed.push(new ChangedCell(cell, generation, shard, this.mirrorsToWrite));
        if (which === 'all' && cell.table.mirrors.length > 0) this.mirrorsToWrite.add(cell);
      }
      this.cellsToWrite[cadence] = [];
    }
    if (which === 'live') return changed;
    this.takeMirrors(changed);
    this.sources.takeMarks(changed);
    this.numbered.takeChanged(changed);
    return changed;
  }

  /** Parts of orders and moments at tables that are new since they were last taken. They never change again. */
  takeSources(): ChangedRow[] {
    const changed: ChangedRow[] = [];
    this.sources.takeChanged(changed);
    return changed;
  }

  private takeMirrors(changed: ChangedRow[]): void {
    const { generation, shard } = this.options;
    for (const cell of this.mirrorsToWrite) {
      cell.mirrorsTaken = true;
      for (const mirror of cell.table.mirrors) changed.push(new ChangedMirror(cell, mirror, generation, shard));
    }
    this.mirrorsToWrite.clear();
  }

  /** Rows not yet taken by takeChanged. */
  get dirtyRows(): number {
    const { live, slow } = this.cellsToWrite;
    return live.length + slow.length + this.numbered.dirtyRows + this.appended.length + this.sourceRows;
  }

  /** Those of them that are sources. */
  get sourceRows(): number {
    return this.sources.dirtyRows;
  }

  /** Share of the bits of the filter of known orders that are set: see SourceRows. */
  get orderFilterShare(): number {
    return this.sources.orderFilterShare;
  }

  /** Rows in memory. */
  get cachedRows(): number {
    return this.cells.reduce((sum, cache) => sum + cache.size, this.sources.size + this.numbered.size);
  }

  /** Roughly how much memory they take. */
  get cachedBytes(): number {
    return this.heldByCells.bytes + this.sources.bytes + this.numbered.bytes;
  }

  /** Whether rows take much more memory than they are to: a checkpoint would let them go. */
  get isCrowded(): boolean {
    return this.heldByCells.isCrowded || this.sources.isCrowded || this.numbered.isCrowded;
  }

  /**
   * Lets go of rows beyond the limits that were not used lately, in rounds: goes on with one, or begins the next. One may only
   * begin once everything that changed before the last one ended was taken by takeChanged('all') and is durable.
   *
   * @param looksMax rows to look at now
   * @returns whether the round is over
   */
  evict(looksMax = Number.POSITIVE_INFINITY): boolean {
    if (this.isPending) throw new Error('rows may only be let go between entries');
    this.sources.forgetLocated();
    if (this.caches.every((cache) => cache.isRoundOver)) for (const cache of this.caches) cache.beginRound();
    let left = looksMax;
    for (const cache of this.caches) left -= cache.letGo(left);
    return this.caches.every((cache) => cache.isRoundOver);
  }

  /**
   * Lets go of what happened long ago at some of the tables that stay in memory (`momentsKeptMs`): of all of them, one after the other.
   *
   * @param durableSeq position of an entry that was folded; the rows of all entries up to it are durable
   * @param looks tables to look at now
   */
  trim(durableSeq: number, looks: number): void {
    if (this.isPending) throw new Error('moments may only be let go between entries');
    this.sources.forgetLocated();
    this.sources.trim(this.logTime, durableSeq, looks);
  }

  private foldEvent(tenant: string, event: CanonicalEvent, place: number, index: number): void {
    emitFunnel(tenant, event, identity, this.emit);
    if (isOrderEvent(event)) {
      const part = { place, event };
      const parts = this.sources.putPart(index, tenant, part, put);
      if (put.index < 0) emitLonePart(tenant, event, identity, this.emit);
      else emitOrderPart(tenant, parts, put.index, event, identity, this.emit);
    }
    if (event.event_type === 'order_completed') emitKitchenTime(tenant, event, identity, this.emit);
    else if (event.event_type === 'feedback') emitFeedback(tenant, event, identity, this.emit);
    if (isTableEvent(event)) {
      const moment = momentOf(event, place, identity);
      const before = this.sources.putMoment(index, tenant, event, moment);
      const where = { tenant, locationId: event.location_id, locationName: event.location_name };
      if (before !== undefined) emitMoment(where, before, moment, this.emit);
    }
  }

  /** Finds the cells of an entry's deltas, makes the new ones, and answers those whose rows have to be read and are not asked for. */
  private cellsOf(deltas: readonly Delta[]): { cells: (Cell | undefined)[]; wanted: WantedCell[] } {
    const wanted: WantedCell[] = [];
    const cells = deltas.map((delta) => {
      const { table, tenant, bucket, members } = delta;
      const cache = this.cells[table.index]!;
      let cell = cache.get(tenant, bucket, members);
      if (cell === undefined && cache.isNew(this.earliestOf(delta))) {
        cell = new Cell(table, tenant, bucket, members);
        cache.set(cell);
      }
      if (cell === undefined) {
        const text = wantedText(delta);
        if (!this.awaited.has(text)) wanted.push({ table, key: this.cellRowKey(delta), delta });
        this.awaited.add(text);
      }
      return cell;
    });
    return { cells, wanted };
  }

  /**
   * The log time before which no event of such a row can have been settled. The ledger's buckets are log time, which never
   * runs ahead of itself; the skew costs it a read at most.
   */
  private earliestOf({ bucket }: Pick<Delta, 'bucket'>): number {
    return bucket - this.options.skewMs;
  }

  private cellRowKey({ table, tenant, bucket, members }: Delta): Key {
    const { generation, shard } = this.options;
    const key: Record<string, string | number> = { generation, tenant, [table.bucket]: bucket, shard };
    table.members.forEach((member, i) => (key[member] = members[i]!));
    return key;
  }
}

function wantedText({ table, tenant, bucket, members }: Delta): string {
  return `${table.index}\u0000${cellKey(tenant, bucket, members)}`;
}

const identity: Hash64 = { hi: 0, lo: 0 };
const put: Put = { index: 0, isNew: false };
