/**
 * The fold of one partition: settled batches in, changed rows out.
 *
 * Each entry goes through three steps, of which only the reads between them wait for anything:
 *   1. `wantedSources` names the orders and tables whose rows are not in memory; the caller reads and supplies them;
 *   2. `fold` adds the events to them, which gives deltas, and names the aggregate rows not in memory; the caller reads and
 *      supplies those;
 *   3. `commit` adds the deltas.
 * Given the same entries and rows it gives the same rows, byte for byte: no clock, no randomness, no promise.
 */
import type { SettledBatch } from '../batches.js';
import type { CanonicalEvent } from '../events/canonical.js';
import { identityOf, type Hash64 } from '../hash.js';
import { AGGREGATES, FIRST_SEEN, LEDGER, ORDERS, REJECTIONS, VISITS } from '../tables/catalogue.js';
import type { AggregateTable } from '../tables/aggregate.js';
import type { Key, Row, TableSpec } from '../tables/spec.js';
import { dayOf, hourOf, minuteOf } from '../time.js';
import { Cell, cellKey } from './cell.js';
import { placeOf, PLACES_PER_ENTRY, type Delta } from './delta.js';
import { emitFeedback, emitKitchenTime, emitSeated } from './direct.js';
import { EntryFence } from './entry-fence.js';
import { emitFunnel, emitLonePart, emitOrderPart, type OrderEvent } from './order.js';
import { RowCache } from './row-cache.js';
import { OrderState, orderKey, PeriodState, periodKey, type Wanted } from './sources.js';
import { emitMoment, periodOf, VISIT_MAX_MS, type Moment, type VisitEvent } from './visit.js';
import { FirstSeenMarks } from './first-seen-marks.js';

export interface SettledEntry {
  readonly seq: number;
  readonly id: string;
  readonly batch: SettledBatch;
}

export interface PartitionFoldOptions {
  readonly generation: number;
  readonly shard: number;
  /** Log time of the last entry folded before this fold began; undefined when there was none in this generation. */
  readonly resumedAt: number | undefined;
  /** How far an event's time may lie ahead of log time, milliseconds. */
  readonly skewMs: number;
  /** Rows kept in memory once they are written. */
  readonly ordersMax: number;
  readonly periodsMax: number;
  readonly cellsMax: number;
}

/** A row to be written, with the event time its retention counts from. */
export interface ChangedRow {
  readonly table: TableSpec;
  readonly row: Row;
  readonly time: number;
}

export interface WantedCell {
  readonly table: AggregateTable;
  readonly key: Key;
  readonly delta: Delta;
}

/** The source rows of one event, as far as they were in memory when the entry was looked at. */
interface Located {
  readonly order: OrderState | undefined;
  readonly periods: readonly PeriodState[] | undefined;
}

export class PartitionFold {
  private readonly orders: RowCache<OrderState>;
  private readonly periods: RowCache<PeriodState>;
  private readonly cells: readonly RowCache<Cell>[];
  private readonly ordersToWrite: OrderState[] = [];
  private readonly periodsToWrite: PeriodState[] = [];
  private readonly cellsToWrite: { live: Cell[]; slow: Cell[] } = { live: [], slow: [] };
  private cellsToPublish: Cell[] = [];
  private appended: ChangedRow[] = [];
  /** The sources of the events of `locatedIn`, in their order: so that they are looked up once. */
  private located: Located[] = [];
  private locatedIn: SettledBatch | undefined;
  /** No period that begins later is in memory. */
  private newestPeriod = Number.NEGATIVE_INFINITY;
  private pending: Delta[] = [];
  /** The cells of `pending`; undefined for those that are to be supplied. */
  private pendingCells: (Cell | undefined)[] = [];
  private pendingEntry: { seq: number; id: string } = { seq: 0, id: '' };
  private readonly fence = new EntryFence();
  private readonly emit = (delta: Delta): void => {
    this.pending.push(delta);
  };

  constructor(private readonly options: PartitionFoldOptions) {
    const since = options.resumedAt ?? Number.NEGATIVE_INFINITY;
    this.orders = new RowCache(since, options.ordersMax);
    this.periods = new RowCache(since, options.periodsMax);
    this.cells = AGGREGATES.map(() => new RowCache<Cell>(since, Math.ceil(options.cellsMax / AGGREGATES.length)));
  }

  /** Orders and periods the entry touches that have to be read first: supply each, whether it was found or not. */
  wantedSources(batch: SettledBatch): { orders: Wanted[]; periods: Wanted[] } {
    const orders = new Map<string, Wanted>();
    const periods = new Map<string, Wanted>();
    this.located = [];
    this.locatedIn = batch;
    for (const { tenant, events } of batch.parts) {
      for (const event of events) {
        this.located.push({
          order: isOrderEvent(event) ? this.locateOrder(tenant, event, orders) : undefined,
          periods: isVisitEvent(event) ? this.locatePeriods(tenant, event, periods) : undefined,
        });
      }
    }
    return { orders: [...orders.values()], periods: [...periods.values()] };
  }

  supplyOrder(wanted: Wanted, row: Row | undefined): void {
    const { tenant, order_id, location_id } = wanted.key as { tenant: string; order_id: string; location_id: string };
    this.fence.admit(row);
    this.orders.set(wanted.text, new OrderState(tenant, order_id, location_id, row));
  }

  supplyPeriod(wanted: Wanted, row: Row | undefined): void {
    const { tenant, location_id, table_id, period } = wanted.key as {
      tenant: string;
      location_id: string;
      table_id: string;
      period: number;
    };
    this.fence.admit(row);
    this.setPeriod(wanted.text, new PeriodState(tenant, location_id, table_id, period, row));
  }

  /** Adds the entry's events to their sources; answers the aggregate rows that have to be supplied before `commit`. */
  fold(entry: SettledEntry): WantedCell[] {
    const { batch, seq, id } = entry;
    this.fence.pass(seq, id);
    this.pendingEntry = { seq, id };
    const marks = new FirstSeenMarks();
    const located = this.locatedIn === batch ? this.located : [];
    this.locatedIn = undefined;
    let index = 0;
    let refused = 0;
    for (const part of batch.parts) {
      this.emitLedger(part.tenant, batch.log_time, part);
      for (const event of part.events) {
        if (index >= PLACES_PER_ENTRY) throw new RangeError(`an entry holds at most ${PLACES_PER_ENTRY} events`);
        identityOf(part.tenant, event, identity);
        marks.add(hourOf(event.time), identity);
        this.foldEvent(part.tenant, event, placeOf(seq, index), id, located[index]);
        index++;
      }
      for (const rejection of part.rejections) this.appendRejection(entry, part.tenant, rejection, refused++);
    }
    for (const [hour, bytes] of marks.byHour()) {
      const row = { generation: this.options.generation, shard: this.options.shard, hour, seq, entry: id, marks: bytes };
      this.appended.push({ table: FIRST_SEEN, row, time: hour });
    }
    return this.wantedCells();
  }

  supplyCell(wanted: WantedCell, row: Row | undefined): void {
    const { table, tenant, bucket, members } = wanted.delta;
    this.fence.admit(row);
    this.cells[table.index]!.set(cellKey(tenant, bucket, members), new Cell(table, tenant, bucket, members, row));
  }

  /** Adds what the entry contributes to its rows. */
  commit(): void {
    const { seq, id } = this.pendingEntry;
    for (let i = 0; i < this.pending.length; i++) {
      const delta = this.pending[i]!;
      const { table, tenant, bucket, members } = delta;
      const cell = this.pendingCells[i] ?? this.cells[table.index]!.get(cellKey(tenant, bucket, members))!;
      const isGated = seq <= cell.gate;
      if (!isGated) cell.add(delta, seq, id);
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
    this.pending = [];
    this.pendingCells = [];
  }

  /** Aggregate rows that changed since the last call, whole, by index of their table. */
  takePublished(): [index: number, row: Row][] {
    const { generation, shard } = this.options;
    const changed = this.cellsToPublish;
    this.cellsToPublish = [];
    return changed.map((cell) => {
      cell.toPublish = false;
      return [cell.table.index, cell.row(generation, shard)];
    });
  }

  /**
   * Rows that changed since they were last taken: of the live tables, or all. Taking all completes the rows up to the last
   * committed entry: once everything taken is durable, that entry may become the checkpoint.
   */
  takeChanged(which: 'live' | 'all'): ChangedRow[] {
    const { generation, shard } = this.options;
    const changed = this.appended;
    this.appended = [];
    for (const cadence of which === 'all' ? (['live', 'slow'] as const) : (['live'] as const)) {
      for (const cell of this.cellsToWrite[cadence].splice(0)) {
        cell.toWrite = false;
        const row = cell.row(generation, shard);
        cell.forgetRow();
        changed.push({ table: cell.table.spec, row, time: cell.bucket });
        for (const mirror of cell.table.mirrors) {
          changed.push({ table: mirror.spec, row: mirror.rowOf(row), time: cell.bucket });
        }
      }
    }
    for (const order of this.ordersToWrite.splice(0)) {
      order.toWrite = false;
      changed.push({ table: ORDERS, row: order.row(generation), time: order.time });
    }
    if (which === 'live') return changed;
    for (const period of this.periodsToWrite.splice(0)) {
      period.toWrite = false;
      changed.push({ table: VISITS, row: period.row(generation), time: period.period });
    }
    return changed;
  }

  /** Rows not yet taken by takeChanged. */
  get dirtyRows(): number {
    const { live, slow } = this.cellsToWrite;
    return live.length + slow.length + this.ordersToWrite.length + this.periodsToWrite.length + this.appended.length;
  }

  /** Rows in memory. */
  get cachedRows(): number {
    return this.cells.reduce((sum, cache) => sum + cache.size, this.orders.size + this.periods.size);
  }

  /** Lets go of rows beyond the limits; only to be called once everything taken by takeChanged is durable. */
  evict(): void {
    if (this.pending.length > 0) throw new Error('rows may only be let go between entries');
    this.locatedIn = undefined;
    const { skewMs } = this.options;
    // An order id says nothing about time: once one order was let go, any other that is missing has to be read.
    this.orders.evict(() => Number.POSITIVE_INFINITY);
    this.periods.evict((period) => period.period - skewMs);
    for (const cache of this.cells) cache.evict((cell) => cell.bucket - skewMs);
  }

  private foldEvent(tenant: string, event: CanonicalEvent, place: number, entry: string, located?: Located): void {
    if (isOrderEvent(event)) {
      emitFunnel(tenant, event, identity, this.emit);
      const order = located?.order ?? this.orders.get(orderKey(tenant, event.order_id, event.location_id))!;
      const wasToWrite = order.toWrite;
      const part = { place, event };
      const index = order.put(part, entry);
      if (order.toWrite && !wasToWrite) this.ordersToWrite.push(order);
      if (index < 0) emitLonePart(tenant, part, this.emit);
      else emitOrderPart(tenant, order.parts, index, this.emit);
    }
    if (event.event_type === 'table_seated') emitSeated(tenant, event, identity, this.emit);
    else if (event.event_type === 'order_completed') emitKitchenTime(tenant, event, identity, this.emit);
    else if (event.event_type === 'feedback') emitFeedback(tenant, event, identity, this.emit);
    if (isVisitEvent(event)) {
      // What was wanted has been supplied by now.
      const periods = located?.periods ?? this.locatePeriods(tenant, event, new Map())!;
      this.foldMoment(tenant, event, place, entry, periods);
    }
  }

  /** @param periods the event's own first, then those beside it */
  private foldMoment(
    tenant: string,
    event: TableEvent,
    place: number,
    entry: string,
    periods: readonly PeriodState[],
  ): void {
    const { location_id, time, event_id } = event;
    const own = periods[0]!;
    const moment: Moment = {
      place,
      kind: event.event_type === 'table_seated' ? 'seated' : event.event_type === 'payment' ? 'paid' : 'completed',
      time,
      event_id,
      utc_offset_minutes: event.utc_offset_minutes ?? 0,
      hi: identity.hi,
      lo: identity.lo,
    };
    const wasToWrite = own.toWrite;
    if (!own.put(moment, entry)) return;
    if (own.toWrite && !wasToWrite) this.periodsToWrite.push(own);
    const others: Moment[] = [];
    for (const { moments } of periods) for (const other of moments) if (other.place < place) others.push(other);
    const where = { tenant, locationId: location_id, locationName: event.location_name };
    emitMoment(where, others, moment, this.emit);
  }

  private emitLedger(
    tenant: string,
    logTime: number,
    part: { accepted: number; events: unknown[]; duplicates: unknown[]; rejections: unknown[] },
  ): void {
    this.emit({
      table: LEDGER,
      tenant,
      bucket: dayOf(logTime),
      members: [minuteOf(logTime)],
      events: 0,
      hi: 0,
      lo: 0,
      sums: [part.accepted, part.events.length, part.duplicates.length, part.rejections.length],
    });
  }

  private appendRejection(
    { seq, batch }: SettledEntry,
    tenant: string,
    { reason, message, payload }: { reason: string; message: string; payload: unknown },
    place: number,
  ): void {
    const row = {
      generation: this.options.generation,
      tenant,
      day: dayOf(batch.log_time),
      shard: this.options.shard,
      seq,
      place,
      at: batch.log_time,
      reason,
      message,
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    };
    this.appended.push({ table: REJECTIONS, row, time: batch.log_time });
  }

  /** The event's order; undefined when its row has to be read, which is then in `wanted`. */
  private locateOrder(tenant: string, event: OrderEvent, wanted: Map<string, Wanted>): OrderState | undefined {
    const { order_id, location_id } = event;
    const text = orderKey(tenant, order_id, location_id);
    let order = this.orders.get(text);
    if (order === undefined && this.orders.isNew(Number.NEGATIVE_INFINITY)) {
      order = new OrderState(tenant, order_id, location_id);
      this.orders.set(text, order);
    }
    if (order === undefined) {
      wanted.set(text, { text, key: { generation: this.options.generation, tenant, order_id, location_id } });
    }
    return order;
  }

  /**
   * The event's own period and those beside it that exist; undefined when a row has to be read, which is then in `wanted`.
   */
  private locatePeriods(tenant: string, event: TableEvent, wanted: Map<string, Wanted>): PeriodState[] | undefined {
    const { location_id, table_id } = event;
    const own = periodOf(event.time);
    const found: PeriodState[] = [];
    let isComplete = true;
    for (const period of [own, own - VISIT_MAX_MS, own + VISIT_MAX_MS]) {
      const isNew = this.periods.isNew(period - this.options.skewMs);
      // The usual case of a period to come: neither in memory nor in the tables.
      if (isNew && period > this.newestPeriod && period !== own) continue;
      const text = periodKey(tenant, location_id, table_id, period);
      let state = this.periods.get(text);
      if (state === undefined && !isNew) {
        isComplete = false;
        wanted.set(text, { text, key: { generation: this.options.generation, tenant, location_id, table_id, period } });
      } else if (state === undefined && period === own) {
        state = new PeriodState(tenant, location_id, table_id, period);
        this.setPeriod(text, state);
      }
      if (state !== undefined) found.push(state);
    }
    return isComplete ? found : undefined;
  }

  private setPeriod(text: string, state: PeriodState): void {
    this.periods.set(text, state);
    this.newestPeriod = Math.max(this.newestPeriod, state.period);
  }

  /** Finds the cells of the pending deltas, makes the new ones, and answers those whose rows have to be read. */
  private wantedCells(): WantedCell[] {
    const wanted = new Map<string, WantedCell>();
    for (const delta of this.pending) {
      const { table, tenant, bucket, members } = delta;
      const text = cellKey(tenant, bucket, members);
      const cache = this.cells[table.index]!;
      let cell = cache.get(text);
      // The ledger's buckets are log time, which never runs ahead of itself; the skew costs it a read at most.
      if (cell === undefined && cache.isNew(bucket - this.options.skewMs)) {
        cell = new Cell(table, tenant, bucket, members);
        cache.set(text, cell);
      }
      this.pendingCells.push(cell);
      if (cell === undefined) wanted.set(`${table.index}\u0000${text}`, { table, key: this.cellRowKey(delta), delta });
    }
    return [...wanted.values()];
  }

  private cellRowKey({ table, tenant, bucket, members }: Delta): Key {
    const { generation, shard } = this.options;
    const key: Record<string, string | number> = { generation, tenant, [table.bucket]: bucket, shard };
    table.members.forEach((member, i) => (key[member] = members[i]!));
    return key;
  }
}

const identity: Hash64 = { hi: 0, lo: 0 };

type TableEvent = VisitEvent & { table_id: string };

function isOrderEvent(event: CanonicalEvent): event is OrderEvent {
  return event.event_type !== 'table_seated' && event.event_type !== 'feedback';
}

/** Only what happens at a table can be paired with a seating. */
function isVisitEvent(event: CanonicalEvent): event is TableEvent {
  return (
    (event.event_type === 'table_seated' ||
      event.event_type === 'order_completed' ||
      event.event_type === 'payment') &&
    event.table_id !== undefined
  );
}
