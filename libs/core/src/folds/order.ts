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
import type { Item, Payment, PaymentRefunded, Sale } from '../events/canonical.js';
import { identityOf, type Hash64 } from '../hash.js';
import type { Emit } from './delta.js';
import { itemsOf, type OrderEvent, OrderParts } from './order-parts.js';
import { OpenedParts } from './opened-parts.js';

/** An order with more parts or lines than these is no order; what comes beyond counts by itself and is not taken back by a void. */
export const PARTS_PER_ORDER_MAX = 500;
export const LINES_PER_ORDER_MAX = 2_000;

/**
 * Whether a set of the first `length` parts takes no more. It says so for good, whatever comes: going over the log again then
 * finds the same parts within the set and the same ones beyond it.
 */
export function isOrderFull(parts: OrderParts, length: number): boolean {
  if (length >= PARTS_PER_ORDER_MAX) return true;
  let lines = 0;
  for (let i = 0; i < length; i++) lines += parts.linesAt(i);
  return lines >= LINES_PER_ORDER_MAX;
}

/** What the set of the first `length` parts says about each of them. */
interface Standing {
  readonly length: number;
  /** False once the order is voided: its sales and payments leave the figures. */
  readonly counts: boolean;
  /** Index of the payment (or sale) at which the order counts in order_count; −1 while there is none. */
  readonly firstPayment: number;
}

const EMPTY: Standing = { length: 0, counts: true, firstPayment: -1 };

/** @param known what the set of fewer parts says */
function standing(opened: OpenedParts, length: number, known: Standing): Standing {
  const { parts } = opened;
  let { counts, firstPayment } = known;
  for (let i = known.length; i < length; i++) {
    if (parts.voidsAt(i)) counts = false;
    else if (parts.paysAt(i) && (firstPayment < 0 || opened.precedes(i, firstPayment))) firstPayment = i;
  }
  return { length, counts, firstPayment };
}

/**
 * Emits what the part at `added`, which is of this event, changes: everything behind it is left out, as it had not happened yet
 * at that place.
 *
 * @param identity of the event
 */
export function emitOrderPart(
  tenant: string,
  parts: OrderParts,
  added: number,
  event: OrderEvent,
  identity: Hash64,
  emit: Emit,
): void {
  const opened = new OpenedParts(parts, added, event);
  const before = standing(opened, added, EMPTY);
  const after = standing(opened, added + 1, before);
  for (let i = 0; i < added; i++) {
    if (isAffected(opened, i, before, after)) emitDifference(tenant, opened, i, before, after, emit);
  }
  emitPart(tenant, opened, added, identity, after, 1, 1, emit);
}

/** Whether the part that was added changes what the one at `index` contributes. */
function isAffected(opened: OpenedParts, index: number, before: Standing, after: Standing): boolean {
  if (before.counts !== after.counts) return true;
  if (before.firstPayment === index && after.firstPayment !== index) return true;
  return losesItem(opened, index, before.length);
}

/** Whether an item is now first in the part that was added that was first in the one at `index`, among the first `length` parts. */
function losesItem(opened: OpenedParts, index: number, length: number): boolean {
  const { parts, added } = opened;
  if (parts.linesAt(added) === 0 || parts.linesAt(index) === 0 || !opened.precedes(added, index)) return false;
  for (const { item_id } of itemsOf(opened.eventAt(added)) ?? []) {
    if (opened.hasItem(index, item_id) && isFirstWithItem(opened, index, item_id, length)) return true;
  }
  return false;
}

/** An event of an order that already has too many parts: it counts by itself. */
export function emitLonePart(tenant: string, event: OrderEvent, identity: Hash64, emit: Emit): void {
  emitPart(tenant, new OpenedParts(NO_PARTS, 0, event), 0, identity, EMPTY, 1, 1, emit);
}

const NO_PARTS = new OrderParts('', '');

/** Takes back what an earlier part contributed before the new one, and adds what it contributes now. */
function emitDifference(
  tenant: string,
  opened: OpenedParts,
  index: number,
  before: Standing,
  after: Standing,
  emit: Emit,
): void {
  identityOf(tenant, opened.eventAt(index), hash);
  const dropped = before.counts && !after.counts;
  emitPart(tenant, opened, index, hash, before, -1, dropped ? -1 : 0, emit);
  if (after.counts) emitPart(tenant, opened, index, hash, after, 1, 0, emit);
}

const hash: Hash64 = { hi: 0, lo: 0 };

/**
 * Emits one part's contributions times `sign`, as it stands among the others. `events` is what the part adds to the count of
 * events of each cell. A part that does not count still touches its cells with zeros, so that which rows exist does not depend
 * on what came first.
 */
function emitPart(
  tenant: string,
  opened: OpenedParts,
  index: number,
  identity: Hash64,
  state: Standing,
  sign: 1 | -1,
  events: -1 | 0 | 1,
  emit: Emit,
): void {
  const event = opened.eventAt(index);
  const weight = state.counts ? sign : 0;
  const counted = state.counts || events < 0 ? events : 0;
  switch (event.event_type) {
    case 'payment':
    case 'sale':
      emitMoney(tenant, event, identity, weight, state.firstPayment === index ? weight : 0, counted, emit);
      break;
    case 'payment_refunded':
      emitMoney(tenant, event, identity, weight, 0, counted, emit);
      break;
    default:
  }
  const items = itemsOf(event);
  if (items === undefined) return;
  for (let line = 0; line < items.length; line++) {
    if (!isFirstLine(items, line)) continue;
    const first = isFirstWithItem(opened, index, items[line]!.item_id, state.length);
    emitItem(tenant, event, identity, items, line, weight, first ? weight : 0, counted, emit);
  }
}

function emitMoney(
  tenant: string,
  event: Payment | PaymentRefunded | Sale,
  { hi, lo }: Hash64,
  weight: number,
  orders: number,
  events: -1 | 0 | 1,
  emit: Emit,
): void {
  const refund = event.event_type === 'payment_refunded';
  const sign = refund ? -weight : weight;
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

/** Emits all lines of the event that are of the item of this one, the first of them. */
function emitItem(
  tenant: string,
  event: OrderEvent,
  { hi, lo }: Hash64,
  items: readonly Item[],
  line: number,
  weight: number,
  orders: number,
  events: -1 | 0 | 1,
  emit: Emit,
): void {
  const item = items[line]!;
  let quantity = 0;
  let amount = 0;
  for (let k = line; k < items.length; k++) {
    if (items[k]!.item_id !== item.item_id) continue;
    quantity += items[k]!.quantity;
    amount += items[k]!.quantity * (items[k]!.price_minor ?? 0);
  }
  emit({
    table: ITEM_SALES,
    tenant,
    bucket: minuteOf(event.time),
    members: [item.item_id],
    events,
    hi,
    lo,
    sums: [plus(weight * quantity), plus(orders), plus(weight * amount)],
    latest: undefined,
    labels: item.item_name === undefined && item.category === undefined ? undefined : [item.item_name, item.category],
    labelTime: event.time,
    sample: undefined,
  });
}

function isFirstLine(items: readonly Item[], index: number): boolean {
  for (let k = 0; k < index; k++) if (items[k]!.item_id === items[index]!.item_id) return false;
  return true;
}

/** An order counts once for an item, at the earliest of its parts that have it. */
function isFirstWithItem(opened: OpenedParts, index: number, itemId: string, length: number): boolean {
  const { parts } = opened;
  for (let i = 0; i < length; i++) {
    if (i === index || parts.linesAt(i) === 0) continue;
    if (opened.precedes(i, index) && opened.hasItem(i, itemId)) return false;
  }
  return true;
}
