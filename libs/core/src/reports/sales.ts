/** Revenue, series, trending items, payment mix: what was sold and how it was paid. */
import { minorToMajor } from '../money.js';
import { ITEM_SALES, PAYMENT_MIX, REVENUE } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { MINUTE_MS } from '../time.js';
import { ColumnList, type Field, type Report } from './column-list.js';
import { type Group, groupRows } from './groups.js';
import { rank } from './ranking.js';
import { greatest, labelsOf, membersWith, placeNames, sumOver, sumsOf, type Totals } from './totals.js';
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

/** The columns of REVENUE that figures are made of, each a name of the answer. */
const REVENUE_FIELDS = [
  ['revenue', 'revenue_minor', 100],
  ['order_count', 'order_count', 1],
  ['net_sales', 'net_sales_minor', 100],
  ['tax', 'tax_minor', 100],
  ['tips', 'tips_minor', 100],
] as const;

/**
 * Highest revenue first; of equal ones by id, so that a page is the same twice. A location whose every sale was voided has nothing
 * to show.
 *
 * @param limit rows that are listed; the totals are of all
 */
export function revenueByLocation(totals: Totals, limit?: number): Report<RevenueRow, RevenueFigures> {
  const shown = membersWith(totals, (member) => totals.sums.some((sums) => sums[member] !== 0));
  const first = greatest(totals, shown, sumsOf(REVENUE, totals, 'revenue_minor'), limit);
  const fields: Field[] = [
    { name: 'location_id', textOf: (member) => totals.members[member]! },
    { name: 'location_name', textOf: placeNames(REVENUE, totals) },
  ];
  for (const [name, sum, per] of REVENUE_FIELDS) {
    fields.push({ name, numbers: sumsOf(REVENUE, totals, sum), per });
  }
  const total = (sum: string): number => sumOver(sumsOf(REVENUE, totals, sum), shown);
  return {
    list: new ColumnList(first, fields, totals.kept),
    rowCount: shown.length,
    totals: {
      revenue: minorToMajor(total('revenue_minor')),
      order_count: total('order_count'),
      net_sales: minorToMajor(total('net_sales_minor')),
      tax: minorToMajor(total('tax_minor')),
      tips: minorToMajor(total('tips_minor')),
    },
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

/** The most sold first, then those in the most orders; none that sold nothing. */
export function trendingItems(totals: Totals, limit?: number): Report<ItemRow> {
  const [quantities, orders] = [sumsOf(ITEM_SALES, totals, 'quantity'), sumsOf(ITEM_SALES, totals, 'orders')];
  const sold = membersWith(totals, (member) => quantities[member]! > 0);
  const first = rank(
    sold.length,
    (i, j) => {
      const [a, b] = [sold[i]!, sold[j]!];
      return quantities[b]! - quantities[a]! || orders[b]! - orders[a]! || totals.places[a]! - totals.places[b]!;
    },
    limit,
  ).map((index) => sold[index]!);
  const [names, categories] = [labelsOf(ITEM_SALES, totals, 'item_name'), labelsOf(ITEM_SALES, totals, 'category')];
  return {
    list: new ColumnList(
      first,
      [
        { name: 'item_id', textOf: (member) => totals.members[member]! },
        { name: 'item_name', textOf: (member) => names(member) ?? totals.members[member]! },
        { name: 'category', textOf: (member) => categories(member) ?? '' },
        { name: 'total_quantity', numbers: quantities, per: 1 },
        { name: 'order_count', numbers: orders, per: 1 },
      ],
      totals.kept,
    ),
    rowCount: sold.length,
  };
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

/** By code unit: the same everywhere, whatever the locale. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
