/** What changed after it was settled: a list of restatements, and what they come to for one figure. */
import { restatedSums, settlesAt } from '../folds/restatements.js';
import { minorToMajor } from '../money.js';
import { PAYMENT_MIX, REVENUE } from '../tables/catalogue.js';
import type { AggregateTable } from '../tables/aggregate.js';
import type { Row } from '../tables/spec.js';
import { DAY_MS, dayOf } from '../time.js';
import { compare } from './sales.js';
import type { Window } from './window.js';

export interface RestatementRow {
  /** Log time at which the minute changed, ISO 8601. */
  restated_at: string;
  /** The minute that changed; for waits the beginning of their hour. */
  minute: string;
  location_id: string;
  location_name: string;
  /** Events that changed it. */
  events: number;
  /** The differences they made; amounts in major units. */
  revenue: number;
  net_sales: number;
  tax: number;
  tips: number;
  refunds: number;
  payments: number;
  order_count: number;
  tables_seated: number;
  orders_placed: number;
  orders_completed: number;
  item_quantity: number;
  item_amount: number;
  /** Waits, kitchen times and visits that were added or taken back. */
  samples_moved: number;
  feedback_responses: number;
  /** Where it stands: shard and position of the entry. */
  position: { shard: number; seq: number };
}

/** What restatements come to for one figure. */
export interface Restated {
  /** An event that changed several minutes counts in each. */
  events: number;
  /** By how much the revenue changed; only where the figure is about revenue. Major units. */
  amount?: number;
  /** Log time of the last of them, ISO 8601. */
  last_at: string;
}

/** The newest first; of one moment by location and minute. */
export function restatementList(rows: Iterable<Row>): RestatementRow[] {
  return [...rows]
    .sort(
      (a, b) =>
        (b['restated_at'] as number) - (a['restated_at'] as number) ||
        compare(a['location_id'] as string, b['location_id'] as string) ||
        (a['minute'] as number) - (b['minute'] as number),
    )
    .map((row) => {
      const sum = (name: string): number => row[name] as number;
      const location = row['location_id'] as string;
      return {
        restated_at: iso(sum('restated_at')),
        minute: iso(sum('minute')),
        location_id: location,
        location_name: (row['location_name'] as string | null) ?? (location === '' ? 'Online' : location),
        events: sum('events'),
        revenue: minorToMajor(sum('revenue_minor')),
        net_sales: minorToMajor(sum('net_sales_minor')),
        tax: minorToMajor(sum('tax_minor')),
        tips: minorToMajor(sum('tips_minor')),
        refunds: minorToMajor(sum('refunds_minor')),
        payments: sum('payments'),
        order_count: sum('order_count'),
        tables_seated: sum('tables_seated'),
        orders_placed: sum('orders_placed'),
        orders_completed: sum('orders_completed'),
        item_quantity: sum('item_quantity'),
        item_amount: minorToMajor(sum('item_amount_minor')),
        samples_moved: sum('samples_moved'),
        feedback_responses: sum('responses'),
        position: { shard: sum('shard'), seq: sum('applied') },
      };
    });
}

/**
 * What the rows come to for a figure made of `table` over the window; undefined when none of them touches it.
 *
 * @param latenessMs by it the days of the payment mix settle, which is restated by the minute of its revenue
 */
export function restatedIn(
  table: AggregateTable,
  rows: Iterable<Row>,
  window: Window,
  latenessMs: number,
): Restated | undefined {
  const names = restatedSums(table);
  let events = 0;
  let amountMinor = 0;
  let last = 0;
  for (const row of rows) {
    const minute = row['minute'] as number;
    if (minute < window.from || minute >= window.to || names.every((name) => row[name] === 0)) continue;
    const isDayOpen = (row['restated_at'] as number) < settlesAt(dayOf(minute) + DAY_MS, latenessMs);
    if (table === PAYMENT_MIX && isDayOpen) continue;
    events += row['events'] as number;
    amountMinor += row['revenue_minor'] as number;
    last = Math.max(last, row['restated_at'] as number);
  }
  if (events === 0) return undefined;
  return { events, ...(table === REVENUE ? { amount: minorToMajor(amountMinor) } : {}), last_at: iso(last) };
}

/** Sums over a list of restatements. */
export function restatementTotals(rows: Iterable<Row>): { restatements: number; events: number; revenue: number } {
  let restatements = 0;
  let events = 0;
  let revenueMinor = 0;
  for (const row of rows) {
    restatements++;
    events += row['events'] as number;
    revenueMinor += row['revenue_minor'] as number;
  }
  return { restatements, events, revenue: minorToMajor(revenueMinor) };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
