/**
 * The sets that aggregates are derived from: the events of an order and the moments at a table, in memory by place. In the tables
 * each of them is a row of its own that is written once and never changes. So after a crash any of those that no checkpoint
 * vouches for may be missing: what is decided about one of them is decided from those at lower places alone, which are complete.
 */
import { identityOf, hash64, type Hash64 } from '../hash.js';
import { ORDERS, VISITS } from '../tables/catalogue.js';
import { type JsonValue, type Key, type Row, type TableSpec } from '../tables/spec.js';
import { seqOf } from './delta.js';
import { FoldMismatch } from './fold-mismatch.js';
import { isOrderFull, type OrderEvent, type OrderPart } from './order.js';
import { Timeline } from './timeline.js';
import { MOMENTS_PER_PERIOD_MAX, type Moment } from './visit.js';

export { FoldMismatch };

/**
 * Into how many partitions of the tables the orders of a shard are divided, and the tables (of guests) of a shard and period: so
 * few that one flush writes several rows of each. Fixed for the life of a generation.
 */
export const ORDER_SLICES = 4_096;
export const VISIT_SLICES = 256;

export function orderSlice(tenant: string, orderId: string): number {
  hash64(tenant, orderId, '', scratch);
  return scratch.lo % ORDER_SLICES;
}

export function visitSlice(tenant: string, locationId: string, tableId: string): number {
  hash64(tenant, locationId, tableId, scratch);
  return scratch.lo % VISIT_SLICES;
}

/** Where the rows of a set lie: all of a partition between two bounds on the clustering key. */
export interface SetRows {
  readonly table: TableSpec;
  readonly partition: Key;
  readonly range: { readonly from: readonly string[]; readonly before: readonly string[] };
}

/** A set that must be in memory before the entry can be folded. */
export interface WantedSet extends SetRows {
  readonly text: string;
  /** What the set is of, by name. */
  readonly key: Key;
}

/** The first text behind this one. */
function behind(text: string): string {
  return `${text}\u0000`;
}

/** Where the rows of an order lie: those of every location when none is given. */
export function orderRows(
  generation: number,
  shard: number,
  tenant: string,
  orderId: string,
  locationId?: string,
): SetRows {
  return {
    table: ORDERS,
    partition: { generation, shard, slice: orderSlice(tenant, orderId) },
    range:
      locationId === undefined
        ? { from: [tenant, orderId], before: [tenant, behind(orderId)] }
        : { from: [tenant, orderId, locationId], before: [tenant, orderId, behind(locationId)] },
  };
}

/** Where the moments at a table in one period lie. */
export function momentRows(
  generation: number,
  shard: number,
  tenant: string,
  locationId: string,
  tableId: string,
  period: number,
): SetRows {
  return {
    table: VISITS,
    partition: { generation, shard, period, slice: visitSlice(tenant, locationId, tableId) },
    range: { from: [tenant, locationId, tableId], before: [tenant, locationId, behind(tableId)] },
  };
}

/** The set that a row is of, as it lies in a generation; undefined when the row is of no set. */
export function setOf(table: TableSpec, row: Row, generation: number): SetRows | undefined {
  const { shard, tenant, location_id } = row as { shard: number; tenant: string; location_id: string };
  if (table === ORDERS) return orderRows(generation, shard, tenant, row['order_id'] as string, location_id);
  if (table !== VISITS) return undefined;
  return momentRows(generation, shard, tenant, location_id, row['table_id'] as string, row['period'] as number);
}

interface Placed {
  readonly place: number;
}

/** The index of the first element at this place or behind it; the last places are looked at first. */
function indexAt(placed: readonly Placed[], place: number): number {
  let index = placed.length;
  while (index > 0 && placed[index - 1]!.place >= place) index--;
  return index;
}

function assertSame(isSame: boolean, place: number): void {
  if (isSame) return;
  throw new FoldMismatch(`the row holds another event at position ${seqOf(place)}, so it was made from another log`);
}

/** What putting an element did: its index, −1 when it is beyond the set, and whether there has to be a row for it that is not. */
export interface Put {
  index: number;
  isNew: boolean;
}

export class OrderState {
  /** Set while there are parts that were not yet taken to be written. */
  toWrite = false;
  used = true;
  /** Place of the first event beyond what an order may hold; 0 when there was none. */
  overflow = 0;
  readonly parts: OrderPart[] = [];
  /** In which partition of the tables its rows lie: see ORDER_SLICES and VISIT_SLICES. */
  readonly slice: number;

  /** @param rows those of the order, in the order of their places */
  constructor(
    readonly tenant: string,
    readonly orderId: string,
    readonly locationId: string,
    rows: readonly Row[] = [],
  ) {
    this.slice = orderSlice(tenant, orderId);
    for (const row of rows) {
      const part = partOf(row);
      if (part === undefined) this.overflow = row['place'] as number;
      else this.parts.push(part);
    }
  }

  put(part: OrderPart, put: Put): void {
    const { parts } = this;
    const { place } = part;
    this.used = true;
    const index = indexAt(parts, place);
    const known = parts[index];
    put.isNew = false;
    put.index = index;
    if (known?.place === place) {
      assertSame(known.event.event_id === part.event.event_id, place);
    } else if (isOrderFull(parts, index)) {
      put.index = -1;
      // A row at a higher place may be there already, of a run that went further and whose rows before it were lost.
      put.isNew = this.overflow === 0;
      if (put.isNew) this.overflow = place;
    } else {
      parts.splice(index, 0, part);
      put.isNew = true;
    }
    if (put.isNew) this.toWrite = true;
  }

  row(generation: number, shard: number, { place, event }: OrderPart, index: number, entry: string): Row {
    return {
      generation,
      shard,
      slice: this.slice,
      tenant: this.tenant,
      order_id: this.orderId,
      location_id: this.locationId,
      place,
      part: index < 0 ? null : (event as unknown as JsonValue),
      entry,
    };
  }
}

/** The part that a row of an order holds; undefined for the one that says where the order was full. */
export function partOf(row: Row): OrderPart | undefined {
  const event = row['part'];
  if (event === null) return undefined;
  return { place: row['place'] as number, event: event as unknown as OrderEvent };
}

/** The column `moment` of VISITS. */
type StoredMoment = readonly [kind: Moment['kind'], time: number, event_id: string, utc_offset_minutes: number];

export class PeriodState {
  toWrite = false;
  used = true;
  readonly moments: Moment[] = [];
  readonly timeline = new Timeline();
  /** In which partition of the tables its rows lie: see ORDER_SLICES and VISIT_SLICES. */
  readonly slice: number;

  /** @param rows those of the period, in the order of their places */
  constructor(
    readonly tenant: string,
    readonly locationId: string,
    readonly tableId: string,
    readonly period: number,
    rows: readonly Row[] = [],
  ) {
    this.slice = visitSlice(tenant, locationId, tableId);
    for (const row of rows) {
      const moment = momentIn(row);
      this.moments.push(moment);
      this.timeline.add(moment);
    }
  }

  put(moment: Moment, put: Put): void {
    const { moments } = this;
    const { place } = moment;
    this.used = true;
    const index = indexAt(moments, place);
    const known = moments[index];
    put.isNew = false;
    put.index = index;
    if (known?.place === place) {
      assertSame(known.event_id === moment.event_id, place);
    } else if (index >= MOMENTS_PER_PERIOD_MAX) {
      put.index = -1;
    } else {
      moments.splice(index, 0, moment);
      this.timeline.add(moment);
      put.isNew = true;
      this.toWrite = true;
    }
  }

  row(generation: number, shard: number, moment: Moment, entry: string): Row {
    return {
      generation,
      shard,
      period: this.period,
      slice: this.slice,
      tenant: this.tenant,
      location_id: this.locationId,
      table_id: this.tableId,
      place: moment.place,
      moment: [moment.kind, moment.time, moment.event_id, moment.utc_offset_minutes],
      entry,
    };
  }
}

/** The moment that a row holds; its identity is a hash of what the row says. */
export function momentIn(row: Row): Moment {
  const [kind, time, event_id, utc_offset_minutes] = row['moment'] as unknown as StoredMoment;
  identityOf(row['tenant'] as string, { location_id: row['location_id'] as string, event_id }, scratch);
  return {
    place: row['place'] as number,
    kind,
    time,
    event_id,
    utc_offset_minutes,
    hi: scratch.hi,
    lo: scratch.lo,
  };
}

export function orderKey(tenant: string, orderId: string, locationId: string): string {
  return `${tenant}\u0000${orderId}\u0000${locationId}`;
}

export function periodKey(tenant: string, locationId: string, tableId: string, period: number): string {
  return `${tenant}\u0000${locationId}\u0000${tableId}\u0000${period}`;
}

/** Position of the entry that a row is of: the last one that changed it, or the only one. */
export function positionOf(row: Row): number {
  return (row['applied'] ?? row['seq'] ?? seqOf(row['place'] as number)) as number;
}

const scratch: Hash64 = { hi: 0, lo: 0 };
