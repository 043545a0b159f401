/** An order in memory: its parts by place, and the row of each of them. */
import { hash64, type Hash64 } from '../hash.js';
import { ORDERS } from '../tables/catalogue.js';
import type { JsonValue, Row } from '../tables/spec.js';
import { isOrderFull, type OrderEvent, type OrderPart } from './order.js';
import { assertSame, behind, indexAt, type Put, type SetRows } from './set-rows.js';

/**
 * Into how many partitions of the tables the orders of a shard are divided: so few that one flush writes several rows of each.
 * Fixed for the life of a generation.
 */
export const ORDER_SLICES = 4_096;

export function orderSlice(tenant: string, orderId: string): number {
  hash64(tenant, orderId, '', scratch);
  return scratch.lo % ORDER_SLICES;
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

export function orderKey(tenant: string, orderId: string, locationId: string): string {
  return `${tenant}\u0000${orderId}\u0000${locationId}`;
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

const scratch: Hash64 = { hi: 0, lo: 0 };
