/** An order in memory: its parts, and the row of each of them. */
import { hash64, type Hash64 } from '../hash.js';
import { ORDERS } from '../tables/catalogue.js';
import { JsonText, type Row } from '../tables/spec.js';
import { isOrderFull } from './order.js';
import { type OrderEvent, type OrderPart, OrderParts } from './order-parts.js';
import { assertSame, type Put, type SetRows } from './set-rows.js';

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
    prefix: locationId === undefined ? [tenant, orderId] : [tenant, orderId, locationId],
  };
}

export function orderKey(tenant: string, orderId: string, locationId: string): string {
  return `${tenant}\u0000${orderId}\u0000${locationId}`;
}

export class OrderState extends OrderParts {
  /** Set while there are parts that were not yet taken to be written. */
  toWrite = false;
  used = true;
  /** Place of the first event beyond what an order may hold; 0 when there was none. */
  overflow = 0;
  /** In which partition of the tables its rows lie: see ORDER_SLICES and VISIT_SLICES. */
  readonly slice: number;

  /** @param rows those of the order, in the order of their places */
  constructor(
    readonly tenant: string,
    orderId: string,
    locationId: string,
    rows: readonly Row[] = [],
  ) {
    super(orderId, locationId);
    this.slice = orderSlice(tenant, orderId);
    for (const row of rows) {
      const part = partOf(row);
      if (part === undefined) this.overflow = row['place'] as number;
      else this.insert(this.length, part);
    }
  }

  put(part: OrderPart, put: Put): void {
    const { place, event } = part;
    this.used = true;
    const index = this.indexOf(place);
    put.isNew = false;
    put.index = index;
    if (index < this.length && this.placeAt(index) === place) {
      assertSame(this.eventOf(index, this.contents()[index]!).event_id === event.event_id, place);
    } else if (isOrderFull(this, index)) {
      put.index = -1;
      // A row at a higher place may be there already, of a run that went further and whose rows before it were lost.
      put.isNew = this.overflow === 0;
      if (put.isNew) this.overflow = place;
    } else {
      this.insert(index, part);
      put.isNew = true;
    }
    if (put.isNew) this.toWrite = true;
  }

  /**
   * The row of a part.
   *
   * @param text its event as JSON; undefined in the row that says from which place on the order took no more
   */
  row(generation: number, shard: number, place: number, text: string | undefined, entry: string): Row {
    return {
      generation,
      shard,
      slice: this.slice,
      tenant: this.tenant,
      order_id: this.orderId,
      location_id: this.locationId,
      place,
      part: text === undefined ? null : new JsonText(text),
      entry,
    };
  }
}

/** The part that a row of an order holds, be it read or to be written; undefined for the one that says where the order was full. */
export function partOf(row: Row): OrderPart | undefined {
  const part = row['part']!;
  if (part === null) return undefined;
  const event = part instanceof JsonText ? part.toJSON() : part;
  return { place: row['place'] as number, event: event as unknown as OrderEvent };
}

const scratch: Hash64 = { hi: 0, lo: 0 };
