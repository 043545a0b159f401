/**
 * The orders and tables in memory that aggregates are derived from: which of an entry's events need a row that is not here, and
 * which rows have to be written.
 */
import type { SettledBatch } from '../batches.js';
import type { CanonicalEvent } from '../events/canonical.js';
import { ORDERS, VISITS } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import type { ChangedRow } from './partition-fold.js';
import type { OrderEvent, OrderPart } from './order.js';
import { RowCache } from './row-cache.js';
import { OrderState, orderKey, PeriodState, periodKey, type Wanted } from './sources.js';
import { type Moment, periodOf, VISIT_MAX_MS, type VisitEvent } from './visit.js';

export type TableEvent = VisitEvent & { table_id: string };

export interface SourceRowsOptions {
  readonly generation: number;
  readonly skewMs: number;
  readonly ordersMax: number;
  readonly periodsMax: number;
}

/** The rows of one event, as far as they were in memory when its entry was looked at. */
interface Located {
  readonly order: OrderState | undefined;
  readonly periods: readonly PeriodState[] | undefined;
}

export class SourceRows {
  private readonly orders: RowCache<OrderState>;
  private readonly periods: RowCache<PeriodState>;
  private readonly ordersToWrite: OrderState[] = [];
  private readonly periodsToWrite: PeriodState[] = [];
  /** No period that begins later is in memory. */
  private newestPeriod = Number.NEGATIVE_INFINITY;
  /** The rows of the events of `locatedIn`, in their order: so that they are looked up once. */
  private located: Located[] = [];
  private locatedIn: SettledBatch | undefined;
  /** Id of the entry that is being folded. */
  private entry = '';

  constructor(
    private readonly options: SourceRowsOptions,
    since: number,
  ) {
    this.orders = new RowCache(since, options.ordersMax);
    this.periods = new RowCache(since, options.periodsMax);
  }

  /** Rows in memory. */
  get size(): number {
    return this.orders.size + this.periods.size;
  }

  get dirtyRows(): number {
    return this.ordersToWrite.length + this.periodsToWrite.length;
  }

  /** Orders and periods the batch touches that have to be read and supplied before it is folded. */
  wanted(batch: SettledBatch): { orders: Wanted[]; periods: Wanted[] } {
    const orders = new Map<string, Wanted>();
    const periods = new Map<string, Wanted>();
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

  supplyOrder(wanted: Wanted, row: Row | undefined): void {
    const { tenant, order_id, location_id } = wanted.key as { tenant: string; order_id: string; location_id: string };
    this.orders.set(wanted.text, new OrderState(tenant, order_id, location_id, row));
  }

  supplyPeriod(wanted: Wanted, row: Row | undefined): void {
    const { tenant, location_id, table_id, period } = wanted.key as {
      tenant: string;
      location_id: string;
      table_id: string;
      period: number;
    };
    this.setPeriod(wanted.text, new PeriodState(tenant, location_id, table_id, period, row));
  }

  /** The events of this entry are put next, each by its index among them. */
  begin(batch: SettledBatch, entry: string): void {
    if (this.locatedIn !== batch) this.located = [];
    this.locatedIn = undefined;
    this.entry = entry;
  }

  /** Adds the part to its order; answers the order's parts and the part's index there, which is −1 when the order has too many. */
  putPart(index: number, tenant: string, part: OrderPart): [parts: readonly OrderPart[], at: number] {
    const { order_id, location_id } = part.event;
    const order = this.located[index]?.order ?? this.orders.get(orderKey(tenant, order_id, location_id))!;
    const wasToWrite = order.toWrite;
    const at = order.put(part, this.entry);
    if (order.toWrite && !wasToWrite) this.ordersToWrite.push(order);
    return [order.parts, at];
  }

  /** Adds the moment to its table; answers those that came before it there, or undefined when there are too many. */
  putMoment(index: number, tenant: string, event: TableEvent, moment: Moment): Moment[] | undefined {
    // What was wanted has been supplied by now.
    const periods = this.located[index]?.periods ?? this.locatePeriods(tenant, event, new Map())!;
    const own = periods[0]!;
    const wasToWrite = own.toWrite;
    if (!own.put(moment, this.entry)) return undefined;
    if (own.toWrite && !wasToWrite) this.periodsToWrite.push(own);
    const before: Moment[] = [];
    for (const { moments } of periods) for (const other of moments) if (other.place < moment.place) before.push(other);
    return before;
  }

  /** Orders that changed since they were last taken; periods as well with 'all'. */
  takeChanged(which: 'live' | 'all', changed: ChangedRow[]): void {
    const { generation } = this.options;
    for (const order of this.ordersToWrite.splice(0)) {
      order.toWrite = false;
      changed.push({ table: ORDERS, row: order.row(generation), time: order.time });
    }
    if (which === 'live') return;
    for (const period of this.periodsToWrite.splice(0)) {
      period.toWrite = false;
      changed.push({ table: VISITS, row: period.row(generation), time: period.period });
    }
  }

  /** As PartitionFold.evict. */
  evict(): void {
    this.locatedIn = undefined;
    // An order id says nothing about time: once one order was let go, any other that is missing has to be read.
    this.orders.evict(() => Number.POSITIVE_INFINITY);
    this.periods.evict((period) => period.period - this.options.skewMs);
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

  /** The event's own period, then those beside it that exist; undefined when a row has to be read, which is then in `wanted`. */
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
