/**
 * The order: everything that happened to one order_id at one location, whatever order it came in.
 *
 * An order is a set of parts (its events with their places). What it contributes to the aggregates is a function of that set
 * alone: a new part emits the difference between what the set contributed before and after. Because the set up to any place
 * can be rebuilt from the row, going over the log again emits the same differences again, whatever state rows were left in
 * by a crash (see docs/adr/0003).
 */
import { dayOf, minuteOf } from '../time.js';
import { ITEM_SALES, PAYMENT_MIX, REVENUE } from '../tables/catalogue.js';
import type {
  Item,
  OrderCompleted,
  OrderItemAdded,
  OrderPlaced,
  OrderVoided,
  Payment,
  PaymentRefunded,
  Sale,
} from '../events/canonical.js';
import { identityOf, type Hash64 } from '../hash.js';
import type { Emit } from './delta.js';

export type OrderEvent = OrderPlaced | OrderItemAdded | OrderCompleted | Payment | PaymentRefunded | OrderVoided | Sale;

export interface OrderPart {
  readonly place: number;
  readonly event: OrderEvent;
}

/** An order with more parts or lines than these is no order; what comes beyond counts by itself and is not taken back by a void. */
export const PARTS_PER_ORDER_MAX = 500;
export const LINES_PER_ORDER_MAX = 2_000;

/**
 * Whether a set of the first `length` parts takes no more. It says so for good, whatever comes: going over the log again then
 * finds the same parts within the set and the same ones beyond it.
 */
export function isOrderFull(parts: readonly OrderPart[], length: number): boolean {
  if (length >= PARTS_PER_ORDER_MAX) return true;
  let lines = 0;
  for (let i = 0; i < length; i++) lines += itemsOf(parts[i]!.event)?.length ?? 0;
  return lines >= LINES_PER_ORDER_MAX;
}

/** What the set of parts says about one part of it. */
interface Standing {
  /** False once the order is voided: its sales and payments leave the figures. */
  counts: boolean;
  /** The payment (or sale) at which the order counts in order_count. */
  firstPayment: OrderPart | undefined;
}

/** Earlier event first; of two at one time the smaller id, so that any order of arrival gives the same. */
function precedes(a: OrderEvent, b: OrderEvent): boolean {
  return a.time < b.time || (a.time === b.time && a.event_id < b.event_id);
}

function standing(parts: readonly OrderPart[], length: number): Standing {
  let firstPayment: OrderPart | undefined;
  let counts = true;
  for (let i = 0; i < length; i++) {
    const part = parts[i]!;
    const type = part.event.event_type;
    if (type === 'order_voided') counts = false;
    else if (type === 'payment' || type === 'sale') {
      if (firstPayment === undefined || precedes(part.event, firstPayment.event)) firstPayment = part;
    }
  }
  return { counts, firstPayment };
}

/**
 * Emits what `parts[added]` changes: `parts` is sorted by place, and everything behind `added` is left out, as it had not
 * happened yet at that place.
 */
export function emitOrderPart(tenant: string, parts: readonly OrderPart[], added: number, emit: Emit): void {
  const part = parts[added]!;
  const before = standing(parts, added);
  const after = standing(parts, added + 1);
  for (let i = 0; i < added; i++) {
    if (isAffected(parts, i, added, before, after)) emitDifference(tenant, parts, i, added, before, after, emit);
  }
  identityOf(tenant, part.event, hash);
  emitPart(tenant, part, after, parts, added + 1, 1, 1, emit);
}

/** Whether the part at `added` changes what the one at `index` contributes. */
function isAffected(
  parts: readonly OrderPart[],
  index: number,
  added: number,
  before: Standing,
  after: Standing,
): boolean {
  const known = parts[index]!;
  const part = parts[added]!;
  if (before.counts !== after.counts) return true;
  if (known === before.firstPayment && known !== after.firstPayment) return true;
  return precedes(part.event, known.event) && losesItem(parts, known, part, added);
}

/** Whether an item is now first in `part` that was first in `known`, among the first `length` parts. */
function losesItem(parts: readonly OrderPart[], known: OrderPart, part: OrderPart, length: number): boolean {
  for (const { item_id } of itemsOf(part.event) ?? []) {
    if (hasItem(known.event, item_id) && isFirstWithItem(known, item_id, parts, length)) return true;
  }
  return false;
}

/** An event of an order that already has too many parts: it counts by itself. */
export function emitLonePart(tenant: string, part: OrderPart, emit: Emit): void {
  identityOf(tenant, part.event, hash);
  emitPart(tenant, part, { counts: true, firstPayment: undefined }, [part], 1, 1, 1, emit);
}

/** Takes back what an earlier part contributed before the part at `added`, and adds what it contributes now. */
function emitDifference(
  tenant: string,
  parts: readonly OrderPart[],
  index: number,
  added: number,
  before: Standing,
  after: Standing,
  emit: Emit,
): void {
  const part = parts[index]!;
  identityOf(tenant, part.event, hash);
  const dropped = before.counts && !after.counts;
  emitPart(tenant, part, before, parts, added, -1, dropped ? -1 : 0, emit);
  if (after.counts) emitPart(tenant, part, after, parts, added + 1, 1, 0, emit);
}

const hash: Hash64 = { hi: 0, lo: 0 };

/**
 * Emits one part's contributions times `sign`, within the first `length` parts. `events` is what the part adds to the count
 * of events of each cell. A part that does not count still touches its cells with zeros, so that which rows exist does not
 * depend on what came first.
 */
function emitPart(
  tenant: string,
  part: OrderPart,
  state: Standing,
  parts: readonly OrderPart[],
  length: number,
  sign: 1 | -1,
  events: -1 | 0 | 1,
  emit: Emit,
): void {
  const { event } = part;
  const weight = state.counts ? sign : 0;
  const counted = state.counts || events < 0 ? events : 0;
  switch (event.event_type) {
    case 'payment':
    case 'sale':
      emitMoney(tenant, event, weight, state.firstPayment === part ? weight : 0, counted, emit);
      break;
    case 'payment_refunded':
      emitMoney(tenant, event, weight, 0, counted, emit);
      break;
    default:
  }
  const items = itemsOf(event);
  if (items !== undefined) emitItems(tenant, part, items, parts, length, weight, counted, emit);
}

function emitMoney(
  tenant: string,
  event: Payment | PaymentRefunded | Sale,
  weight: number,
  orders: number,
  events: -1 | 0 | 1,
  emit: Emit,
): void {
  const refund = event.event_type === 'payment_refunded';
  const sign = refund ? -weight : weight;
  const { hi, lo } = hash;
  emit({
    table: REVENUE,
    tenant,
    bucket: minuteOf(event.time),
    members: [event.location_id],
    events,
    hi,
    lo,
    sums: [
      plus(sign * event.total_minor),
      plus(sign * event.subtotal_minor),
      plus(sign * event.tax_minor),
      plus(sign * event.tip_minor),
      refund ? plus(weight * event.total_minor) : 0,
      refund ? 0 : weight,
      orders,
    ],
    latest: undefined,
    labels: event.location_name === undefined ? undefined : [event.location_name],
    labelTime: event.time,
    sample: undefined,
  });
  emit({
    table: PAYMENT_MIX,
    tenant,
    bucket: dayOf(event.time),
    members: [event.location_id, event.payment_method, event.provider ?? ''],
    events,
    hi,
    lo,
    sums: [
      refund ? 0 : weight,
      plus(sign * event.total_minor),
      plus(sign * event.tip_minor),
      refund ? plus(weight * event.total_minor) : 0,
    ],
    latest: undefined,
    labels: undefined,
    labelTime: 0,
    sample: undefined,
  });
}

/** −0 would be written differently from 0. */
function plus(value: number): number {
  return value + 0;
}

function emitItems(
  tenant: string,
  part: OrderPart,
  items: readonly Item[],
  parts: readonly OrderPart[],
  length: number,
  weight: number,
  events: -1 | 0 | 1,
  emit: Emit,
): void {
  const { event } = part;
  const { hi, lo } = hash;
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    if (!isFirstLine(items, i)) continue;
    let quantity = 0;
    let amount = 0;
    for (let k = i; k < items.length; k++) {
      if (items[k]!.item_id !== item.item_id) continue;
      quantity += items[k]!.quantity;
      amount += items[k]!.quantity * (items[k]!.price_minor ?? 0);
    }
    const first = isFirstWithItem(part, item.item_id, parts, length);
    emit({
      table: ITEM_SALES,
      tenant,
      bucket: minuteOf(event.time),
      members: [item.item_id],
      events,
      hi,
      lo,
      sums: [plus(weight * quantity), first ? plus(weight) : 0, plus(weight * amount)],
      latest: undefined,
      labels: item.item_name === undefined && item.category === undefined ? undefined : [item.item_name, item.category],
      labelTime: event.time,
      sample: undefined,
    });
  }
}

function isFirstLine(items: readonly Item[], index: number): boolean {
  for (let k = 0; k < index; k++) if (items[k]!.item_id === items[index]!.item_id) return false;
  return true;
}

/** An order counts once for an item, at the earliest of its parts that have it. */
function isFirstWithItem(part: OrderPart, itemId: string, parts: readonly OrderPart[], length: number): boolean {
  for (let i = 0; i < length; i++) {
    const other = parts[i]!;
    if (other !== part && precedes(other.event, part.event) && hasItem(other.event, itemId)) return false;
  }
  return true;
}

function hasItem(event: OrderEvent, itemId: string): boolean {
  const items = itemsOf(event);
  return items !== undefined && items.some((item) => item.item_id === itemId);
}

/** The lines an event brings, if it is of a type that brings lines. */
export function itemsOf(event: OrderEvent): readonly Item[] | undefined {
  return event.event_type === 'order_placed' || event.event_type === 'order_item_added' || event.event_type === 'sale'
    ? event.items
    : undefined;
}
