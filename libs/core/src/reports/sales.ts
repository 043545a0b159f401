/** Revenue, series, trending items, payment mix: what was sold and how it was paid. */
import { minorToMajor } from '../money.js';
import { ITEM_SALES, PAYMENT_MIX, REVENUE } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { MINUTE_MS } from '../time.js';
import { type Group, groupRows } from './groups.js';
import type { Window } from './window.js';

export interface RevenueFigures {
  /** What was paid, less what was given back. Major units, exact to the cent; so are the others. */
  revenue: number;
  /** Orders, each at its first payment. */
  order_count: number;
  net_sales: number;
  tax: number;
  tips: number;
}

export interface RevenueRow extends RevenueFigures {
  location_id: string;
  location_name: string;
}

/** Highest revenue first; of equal ones by id, so that a page is the same twice. */
export function revenueByLocation(rows: Iterable<Row>): RevenueRow[] {
  return groupRows(REVENUE, rows, ['location_id'])
    .filter(hasSales)
    .map((group) => ({
      location_id: group.by[0] as string,
      location_name: placeName(group),
      ...revenueFigures(group),
    }))
    .sort((a, b) => b.revenue - a.revenue || compare(a.location_id, b.location_id));
}

export function revenueTotals(rows: readonly RevenueRow[]): RevenueFigures {
  const cents = (pick: (row: RevenueRow) => number): number =>
    minorToMajor(rows.reduce((sum, row) => sum + Math.round(pick(row) * 100), 0));
  return {
    revenue: cents((row) => row.revenue),
    order_count: rows.reduce((sum, row) => sum + row.order_count, 0),
    net_sales: cents((row) => row.net_sales),
    tax: cents((row) => row.tax),
    tips: cents((row) => row.tips),
  };
}

export interface MinuteRow extends RevenueFigures {
  /** Start of the minute, ISO 8601. */
  minute: string;
}

/** One row a minute of the window, zeros included, the oldest first. */
export function revenueByMinute(rows: Iterable<Row>, window: Window): MinuteRow[] {
  const byMinute = new Map(groupRows(REVENUE, rows, ['minute']).map((group) => [group.by[0] as number, group]));
  const series: MinuteRow[] = [];
  for (let minute = window.from; minute < window.to; minute += MINUTE_MS) {
    const group = byMinute.get(minute);
    series.push({
      minute: new Date(minute).toISOString(),
      ...(group === undefined ? { revenue: 0, order_count: 0, net_sales: 0, tax: 0, tips: 0 } : revenueFigures(group)),
    });
  }
  return series;
}

export interface ItemRow {
  item_id: string;
  item_name: string;
  category: string;
  total_quantity: number;
  /** Orders with the item, each counted once. */
  order_count: number;
}

export function trendingItems(rows: Iterable<Row>): ItemRow[] {
  return groupRows(ITEM_SALES, rows, ['item_id'])
    .filter((group) => group.sum('quantity') > 0)
    .map((group) => ({
      item_id: group.by[0] as string,
      item_name: group.label('item_name') ?? (group.by[0] as string),
      category: group.label('category') ?? '',
      total_quantity: group.sum('quantity'),
      order_count: group.sum('orders'),
    }))
    .sort(
      (a, b) => b.total_quantity - a.total_quantity || b.order_count - a.order_count || compare(a.item_id, b.item_id),
    );
}

export interface PaymentMixRow {
  payment_method: string;
  /** Empty where there is none, as with cash. */
  provider: string;
  payments: number;
  amount: number;
  tips: number;
  refunds: number;
  /** Of all that was paid, before refunds, 0 to 1; null when that is 0. */
  share: number | null;
}

export function paymentMix(rows: Iterable<Row>): PaymentMixRow[] {
  const groups = groupRows(PAYMENT_MIX, rows, ['payment_method', 'provider']);
  const paid = (group: Group): number => group.sum('amount_minor') + group.sum('refunds_minor');
  const total = groups.reduce((sum, group) => sum + paid(group), 0);
  return groups
    .filter((group) => group.sums.some((sum) => sum !== 0))
    .map((group) => ({
      payment_method: group.by[0] as string,
      provider: group.by[1] as string,
      payments: group.sum('payments'),
      amount: minorToMajor(group.sum('amount_minor')),
      tips: minorToMajor(group.sum('tips_minor')),
      refunds: minorToMajor(group.sum('refunds_minor')),
      share: total === 0 ? null : paid(group) / total,
    }))
    .sort(
      (a, b) => b.amount - a.amount || compare(a.payment_method, b.payment_method) || compare(a.provider, b.provider),
    );
}

function revenueFigures(group: Group): RevenueFigures {
  return {
    revenue: minorToMajor(group.sum('revenue_minor')),
    order_count: group.sum('order_count'),
    net_sales: minorToMajor(group.sum('net_sales_minor')),
    tax: minorToMajor(group.sum('tax_minor')),
    tips: minorToMajor(group.sum('tips_minor')),
  };
}

/** A location whose every sale was voided has nothing to show. */
function hasSales(group: Group): boolean {
  return group.sums.some((sum) => sum !== 0);
}

/** What to call a place in a report: its name, or its id, or that it has none. */
export function placeName(group: Group): string {
  const id = group.by[0] as string;
  return group.label('location_name') ?? (id === '' ? 'Online' : id);
}

/** By code unit: the same everywhere, whatever the locale. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
