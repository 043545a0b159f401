/** The state of one order, made from the set of its events: the same whatever order they came in. */
import type { Item } from '../events/canonical.js';
import { seqOf } from '../folds/delta.js';
import { itemsOf, type OrderEvent, type OrderPart } from '../folds/order-parts.js';
import { partOf } from '../folds/order-state.js';
import { minorToMajor } from '../money.js';
import type { Row } from '../tables/spec.js';
import { compare } from './sales.js';

export type OrderStatus = 'placed' | 'completed' | 'paid' | 'refunded' | 'voided';

export interface OrderReport {
  order_id: string;
  location_id: string;
  location_name: string | null;
  status: OrderStatus;
  table_id: string | null;
  server_id: string | null;
  customer_id: string | null;
  service_type: string | null;
  placed_at: string | null;
  completed_at: string | null;
  first_paid_at: string | null;
  voided_at: string | null;
  /** Minutes in the kitchen, as the kitchen said. */
  kitchen_time_minutes: number | null;
  items: {
    item_id: string;
    item_name: string | null;
    category: string | null;
    price: number | null;
    quantity: number;
  }[];
  payments: OrderMoney[];
  refunds: OrderMoney[];
  /** Paid less refunded; 0 once voided. */
  revenue: number;
  /** The events the order is made of, the earliest first, with the log positions at which they were applied. */
  events: { event_id: string; event_type: string; at: string; position: number }[];
}

export interface OrderMoney {
  event_id: string;
  at: string;
  total: number;
  subtotal: number;
  tax: number;
  tip: number;
  payment_method: string;
  provider: string | null;
}

/** One report for each location, in their order, whose rows are among these: all are of one order id. */
export function orderReports(rows: readonly Row[]): OrderReport[] {
  const orders = new Map<string, OrderPart[]>();
  for (const row of rows) {
    const part = partOf(row);
    if (part === undefined) continue;
    const location = row['location_id'] as string;
    const known = orders.get(location);
    if (known === undefined) orders.set(location, [part]);
    else known.push(part);
  }
  return [...orders].sort(([a], [b]) => compare(a, b)).map(([, parts]) => orderReport(parts));
}

function orderReport(unordered: OrderPart[]): OrderReport {
  const parts = unordered.sort((a, b) => a.event.time - b.event.time || compare(a.event.event_id, b.event.event_id));
  const { order_id, location_id } = parts[0]!.event;
  const events = parts.map((part) => part.event);
  const payments = events.filter((event) => event.event_type === 'payment' || event.event_type === 'sale').map(money);
  const refunds = events.filter((event) => event.event_type === 'payment_refunded').map(money);
  const voided = first(events, (event) => event.event_type === 'order_voided');
  const placed = first(events, (event) => event.event_type === 'order_placed' || event.event_type === 'sale');
  const completed = first(events, (event) => event.event_type === 'order_completed');
  const cents = (list: OrderMoney[]): number => list.reduce((sum, { total }) => sum + Math.round(total * 100), 0);
  return {
    order_id,
    location_id,
    location_name: known(events, 'location_name'),
    status: statusOf(voided, payments, refunds, completed),
    table_id: known(events, 'table_id'),
    server_id: known(events, 'server_id'),
    customer_id: known(events, 'customer_id'),
    service_type: known(events, 'service_type'),
    placed_at: iso(placed),
    completed_at: iso(completed),
    first_paid_at: payments[0]?.at ?? null,
    voided_at: iso(voided),
    kitchen_time_minutes: completed?.event_type === 'order_completed' ? (completed.kitchen_time_minutes ?? null) : null,
    items: events.flatMap((event) => (itemsOf(event) ?? []).map(line)),
    payments,
    refunds,
    revenue: voided === undefined ? minorToMajor(cents(payments) - cents(refunds)) : 0,
    events: parts.map(({ place, event }) => ({
      event_id: event.event_id,
      event_type: event.event_type,
      at: new Date(event.time).toISOString(),
      position: seqOf(place),
    })),
  };
}

function statusOf(
  voided: OrderEvent | undefined,
  payments: OrderMoney[],
  refunds: OrderMoney[],
  completed: OrderEvent | undefined,
): OrderStatus {
  if (voided !== undefined) return 'voided';
  if (refunds.length > 0) return 'refunded';
  if (payments.length > 0) return 'paid';
  return completed === undefined ? 'placed' : 'completed';
}

function first(events: OrderEvent[], is: (event: OrderEvent) => boolean): OrderEvent | undefined {
  return events.find(is);
}

/** The latest event that knows the field says it. */
function known(events: OrderEvent[], field: string): string | null {
  for (let i = events.length - 1; i >= 0; i--) {
    const value = (events[i] as unknown as Record<string, unknown>)[field];
    if (typeof value === 'string') return value;
  }
  return null;
}

function iso(event: OrderEvent | undefined): string | null {
  return event === undefined ? null : new Date(event.time).toISOString();
}

function line(item: Item): OrderReport['items'][number] {
  return {
    item_id: item.item_id,
    item_name: item.item_name ?? null,
    category: item.category ?? null,
    price: item.price_minor === undefined ? null : minorToMajor(item.price_minor),
    quantity: item.quantity,
  };
}

function money(event: OrderEvent): OrderMoney {
  if (event.event_type !== 'payment' && event.event_type !== 'sale' && event.event_type !== 'payment_refunded') {
    throw new TypeError(`${event.event_type} moves no money`);
  }
  return {
    event_id: event.event_id,
    at: new Date(event.time).toISOString(),
    total: minorToMajor(event.total_minor),
    subtotal: minorToMajor(event.subtotal_minor),
    tax: minorToMajor(event.tax_minor),
    tip: minorToMajor(event.tip_minor),
    payment_method: event.payment_method,
    provider: event.provider ?? null,
  };
}
