/**
 * The orders and tables in memory that aggregates are derived from: which of an entry's events need a set that is not here, and
 * which rows have to be written.
 */
import type { SettledBatch } from '../batches.js';
import type { CanonicalEvent } from '../events/canonical.js';
import { ORDERS, VISITS } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import type { ChangedRow } from './changed-rows.js';
import { inOnePiece, type OrderEvent, type OrderPart, type OrderParts } from './order-parts.js';
import { type MarksStart, OrderMarks } from './order-marks.js';
import { EventTexts } from './event-texts.js';
import type { MemoryLimits } from './memory-limits.js';
import { NestedCache } from './nested-cache.js';
import { ANY_TIME, HeldBytes, type LettingGo } from './row-cache.js';
import { placeOf, seqOf } from './delta.js';
import { orderKey, orderRows, OrderState } from './order-state.js';
import { momentRows, periodKey, PeriodState } from './period-state.js';
import type { Put, WantedSet } from './set-rows.js';
import { momentsBeside } from './timeline.js';
import { kindOf, type Moment, periodOf, VISIT_MAX_MS, type VisitEvent } from './visit.js';

export type TableEvent = VisitEvent & { table_id: string };

export interface SourceRowsOptions extends Omit<MemoryLimits, 'cellsMax' | 'cellsBytesMax'> {
  readonly generation: number;
  readonly shard: number;
  readonly skewMs: number;
  /** Of the filter of known orders. 0: an order that is not in memory is read; undefined: and nothing is written about it. */
  readonly orderFilterBytes?: number;
  /** What the filter is filled from; nothing at the beginning of a generation. */
  readonly orderMarks?: MarksStart;
}

/** A part that has no row yet, or the first one beyond its order. Its row never changes, so it is made when it is asked for. */
class NewPart implements ChangedRow {
  readonly table = ORDERS;

  /**
   * @param time of its event
   * @param text its event as JSON; undefined beyond the order
   */
  constructor(
    readonly order: OrderState,
    private readonly place: number,
    readonly time: number,
    private readonly text: string | undefined,
    private readonly entry: string,
    private readonly options: SourceRowsOptions,
  ) {}

  get row(): Row {
    const { generation, shard } = this.options;
    return this.order.row(generation, shard, this.place, this.text, this.entry);
  }

  get position(): number {
    return seqOf(this.place);
  }

  get beside(): number {
    return this.order.slice;
  }
}

class NewMoment implements ChangedRow {
  readonly table = VISITS;

  constructor(
    readonly period: PeriodState,
    private readonly moment: Moment,
    private readonly eventId: string,
    private readonly entry: string,
    private readonly options: SourceRowsOptions,
  ) {}

  get row(): Row {
    const { generation, shard } = this.options;
    return this.period.row(generation, shard, this.moment, this.eventId, this.entry);
  }

  get time(): number {
    return this.period.period;
  }

  get position(): number {
    return seqOf(this.moment.place);
  }

  get beside(): number {
    return this.period.slice;
  }
}

/** The sets of one event, as far as they were in memory when its entry was looked at. */
interface Located {
  readonly order: OrderState | undefined;
  readonly periods: readonly PeriodState[] | undefined;
}

export class SourceRows {
  private readonly orders: NestedCache<OrderState>;
  private readonly periods: NestedCache<PeriodState>;
  private readonly heldByOrders: HeldBytes;
  private readonly heldByPeriods: HeldBytes;
  private readonly marks: OrderMarks | undefined;
  private newParts: NewPart[] = [];
  private newMoments: NewMoment[] = [];
  /** No period that begins later is in memory. */
  private newestPeriod = Number.NEGATIVE_INFINITY;
  /** The rows of the events of `locatedIn`, in their order: so that they are looked up once. */
  private located: Located[] = [];
  private locatedIn: SettledBatch | undefined;
  /** Id of the entry that is being folded, and its events' own texts where it came with them. */
  private entry = '';
  private texts: EventTexts | undefined;

  constructor(
    private readonly options: SourceRowsOptions,
    since: number,
  ) {
    this.heldByOrders = new HeldBytes(options.ordersBytesMax);
    this.heldByPeriods = new HeldBytes(options.periodsBytesMax);
    const orderLimits = { rowsMax: options.ordersMax, held: this.heldByOrders };
    this.orders = new NestedCache(since, orderLimits, ANY_TIME, ({ tenant, orderId, locationId }) => ({
      tenant,
      bucket: 0,
      members: [orderId, locationId],
    }));
    const earliestOf = ({ period }: PeriodState): number => period - options.skewMs;
    this.periods = new NestedCache(
      since,
      { rowsMax: options.periodsMax, held: this.heldByPeriods },
      earliestOf,
      ({ tenant, locationId, tableId, period }) => ({
        tenant,
        bucket: period,
        members: [locationId, tableId],
      }),
    );
    const { generation, shard, skewMs, orderFilterBytes: bytes, orderMarks: start = NO_MARKS } = options;
    if (bytes !== undefined) this.marks = new OrderMarks({ generation, shard, skewMs, bytes }, start);
  }

  /** Rows in memory. */
  get size(): number {
    return this.orders.size + this.periods.size;
  }

  /** Roughly how much memory they take. */
  get bytes(): number {
    return this.heldByOrders.bytes + this.heldByPeriods.bytes;
  }

  get isCrowded(): boolean {
    return this.heldByOrders.isCrowded || this.heldByPeriods.isCrowded;
  }

  /** Share of the bits of the filter of known orders that are set; 1 when it is of no use, 0 when there is none. */
  get orderFilterShare(): number {
    return this.marks?.share ?? 0;
  }

  get dirtyRows(): number {
    return this.newParts.length + this.newMoments.length;
  }

  /** Orders and periods the batch touches that have to be read and supplied before it is folded. */
  wanted(batch: SettledBatch): { orders: WantedSet[]; periods: WantedSet[] } {
    const orders = new Map<string, WantedSet>();
    const periods = new Map<string, WantedSet>();
    this.located = [];
    this.locatedIn = batch;
    for (const { tenant, events } of batch.parts) {
      for (const event of events) {
        this.located.push({
          order: isOrderEvent(event) ? this.locateOrder(tenant, event, orders) : undefined,
          periods: isTableEvent(event) ? this.locatePeriods(tenant, event, periods) : undefined,
        });
      }
    }
    return { orders: [...orders.values()], periods: [...periods.values()] };
  }

  supplyOrder(wanted: WantedSet, rows: readonly Row[]): void {
    const { tenant, order_id, location_id } = wanted.key as { tenant: string; order_id: string; location_id: string };
    this.orders.set(new OrderState(tenant, order_id, location_id, rows));
  }

  supplyPeriod(wanted: WantedSet, rows: readonly Row[]): void {
    const { tenant, location_id, table_id, period } = wanted.key as {
      tenant: string;
      location_id: string;
      table_id: string;
      period: number;
    };
    const trimmed = this.periods.get(tenant, period, [location_id, table_id]);
    if (trimmed === undefined) {
      this.setPeriod(new PeriodState(tenant, location_id, table_id, period, rows));
      return;
    }
    // In place, as it was located for other events.
    const { bytes } = trimmed;
    trimmed.completeFrom(rows);
    this.periods.grow(trimmed.bytes - bytes);
  }

  /**
   * The events of this entry are put next, each by its index among them.
   *
   * @param body the batch as it stands in the log, where there is one
   */
  begin(batch: SettledBatch, entry: string, body: string | undefined): void {
    if (this.locatedIn !== batch) this.located = [];
    this.locatedIn = undefined;
    this.entry = entry;
    this.texts = body === undefined || batch.parts.length === 0 ? undefined : new EventTexts(body);
  }

  /**
   * Adds the part to its order; answers the order's parts.
   *
   * @param put is told the part's index there, which is −1 when the order has too many
   */
  putPart(index: number, tenant: string, part: OrderPart, put: Put): OrderParts {
    const { place, event } = part;
    const order = this.located[index]?.order ?? this.orders.get(tenant, 0, [event.order_id, event.location_id])!;
    const { bytes } = order;
    order.put(part, put);
    const { index: at, isNew } = put;
    if (at >= 0) this.marks?.note(order, at);
    if (isNew) {
      this.orders.grow(order.bytes - bytes);
      const text = at < 0 ? undefined : (this.texts?.textOf(index) ?? inOnePiece(JSON.stringify(event)));
      this.newParts.push(new NewPart(order, place, event.time, text, this.entry, this.options));
    }
    return order;
  }

  /** The events of an entry were put; answers what `commit` has to be told of it. */
  end(): readonly number[] {
    return this.marks?.takeNoted() ?? NOTHING;
  }

  /** An entry is complete, the first of those that were put and are not. */
  commit(seq: number, logTime: number, noted: readonly number[]): void {
    this.marks?.commit(seq, logTime, noted);
  }

  /** Adds the moment to its table; answers those that its visit depends on, or undefined when there are too many. */
  putMoment(index: number, tenant: string, event: TableEvent, moment: Moment): Moment[] | undefined {
    // What was wanted has been supplied by now.
    const periods = this.located[index]?.periods ?? this.locatePeriods(tenant, event, new Map())!;
    const own = periods[0]!;
    const { bytes } = own;
    own.put(moment, put);
    if (put.index < 0) return undefined;
    if (put.isNew) {
      this.periods.grow(own.bytes - bytes);
      this.newMoments.push(new NewMoment(own, moment, event.event_id, this.entry, this.options));
    }
    return momentsBeside(periods, moment);
  }

  /** Parts of orders and moments at tables that are new since they were last taken. */
  takeChanged(changed: ChangedRow[]): void {
    for (const part of this.newParts) {
      part.order.toWrite = false;
      changed.push(part);
    }
    this.newParts = [];
    for (const moment of this.newMoments) {
      moment.period.toWrite = false;
      changed.push(moment);
    }
    this.newMoments = [];
  }

  /** The marks of orders. */
  takeMarks(changed: ChangedRow[]): void {
    this.marks?.takeChanged(changed);
  }

  /** What was looked up for an entry may be let go. */
  forgetLocated(): void {
    this.locatedIn = undefined;
  }

  /** Lets go of what happened at some tables long before log time: see PartitionFold. */
  trim(logTime: number, durableSeq: number, looks: number): void {
    const { momentsKeptMs } = this.options;
    if (momentsKeptMs === undefined) return;
    const durableBelow = placeOf(durableSeq + 1, 0);
    this.periods.trim(looks, (period) => period.trim(logTime - momentsKeptMs, durableBelow));
  }

  get caches(): readonly LettingGo[] {
    return [this.orders, this.periods];
  }

  /** The event's order; undefined when its row has to be read, which is then in `wanted`. */
  private locateOrder(tenant: string, event: OrderEvent, wanted: Map<string, WantedSet>): OrderState | undefined {
    const { order_id, location_id } = event;
    let order = this.orders.get(tenant, 0, [order_id, location_id]);
    const isNew = order === undefined && this.isNewOrder(tenant, order_id, location_id);
    if (isNew) {
      order = new OrderState(tenant, order_id, location_id);
      this.orders.set(order);
    }
    if (order === undefined) {
      const { generation, shard } = this.options;
      const rows = orderRows(generation, shard, tenant, order_id, location_id);
      const text = orderKey(tenant, order_id, location_id);
      wanted.set(text, { text, ...rows, key: { tenant, order_id, location_id } });
    }
    return order;
  }

  /** Whether an order that is not in memory has no rows: nothing was let go since the generation began, or the filter says so. */
  private isNewOrder(tenant: string, orderId: string, locationId: string): boolean {
    if (this.orders.isNew(Number.NEGATIVE_INFINITY)) return true;
    return this.marks?.isNew(tenant, orderId, locationId) === true;
  }

  /** The event's own period, then those beside it that exist; undefined when a row has to be read, which is then in `wanted`. */
  private locatePeriods(tenant: string, event: TableEvent, wanted: Map<string, WantedSet>): PeriodState[] | undefined {
    const time = periodOf(event.time);
    const own = this.locatePeriod(tenant, event, time, true, wanted);
    const earlier = this.locatePeriod(tenant, event, time - VISIT_MAX_MS, false, wanted);
    const later = this.locatePeriod(tenant, event, time + VISIT_MAX_MS, false, wanted);
    if (own === 'wanted' || earlier === 'wanted' || later === 'wanted') return undefined;
    const found = [own!];
    if (earlier !== undefined) found.push(earlier);
    if (later !== undefined) found.push(later);
    return found;
  }

  /** One period of the event's table; undefined when it does not exist. The event's own is made then. */
  private locatePeriod(
    tenant: string,
    event: TableEvent,
    period: number,
    isOwn: boolean,
    wanted: Map<string, WantedSet>,
  ): PeriodState | 'wanted' | undefined {
    const { location_id, table_id } = event;
    const isNew = this.periods.isNew(period - this.options.skewMs);
    // The usual case of a period to come: neither in memory nor in the tables.
    if (isNew && period > this.newestPeriod && !isOwn) return undefined;
    const known = this.periods.get(tenant, period, [location_id, table_id]);
    if (known?.suffices(kindOf(event), event.time) === true) return known;
    if (known !== undefined || !isNew) {
      const { generation, shard } = this.options;
      const rows = momentRows(generation, shard, tenant, location_id, table_id, period);
      const text = periodKey(tenant, location_id, table_id, period);
      wanted.set(text, { text, ...rows, key: { tenant, location_id, table_id, period } });
      return 'wanted';
    }
    if (!isOwn) return undefined;
    const made = new PeriodState(tenant, location_id, table_id, period);
    this.setPeriod(made);
    return made;
  }

  private setPeriod(state: PeriodState): void {
    this.periods.set(state);
    this.newestPeriod = Math.max(this.newestPeriod, state.period);
  }
}

export function isOrderEvent(event: CanonicalEvent): event is OrderEvent {
  return event.event_type !== 'table_seated' && event.event_type !== 'feedback';
}

/** Only what happens at a table can be paired with a seating. */
export function isTableEvent(event: CanonicalEvent): event is TableEvent {
  return (
    (event.event_type === 'table_seated' || event.event_type === 'order_completed' || event.event_type === 'payment') &&
    event.table_id !== undefined
  );
}

/** Where folding begins with the generation. */
const NO_MARKS: MarksStart = { seq: 0, rows: [], expiredBefore: 0 };

const NOTHING: readonly number[] = [];
const put: Put = { index: 0, isNew: false };
