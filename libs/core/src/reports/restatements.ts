/** What changed after it was settled: a list of restatements, and what they come to for one figure. */
import { RESTATED_FIGURE } from '../folds/restatements.js';
import { minorToMajor } from '../money.js';
import { RESTATEMENT_SUMS, REVENUE } from '../tables/catalogue.js';
import type { AggregateTable } from '../tables/aggregate.js';
import type { Row } from '../tables/spec.js';
import { compare } from './sales.js';

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
  /** Log time of the last of them, ISO 8601; null when there was none. */
  last_at: string | null;
  /**
   * Only where a part of the window was looked at: minutes (hours and days that are restated as one) that begin from here on,
   * ISO 8601.
   */
  since?: string;
}

export interface RestatementTotals {
  /** Minutes of locations, once for each entry that changed them. */
  restatements: number;
  events: number;
  revenue: number;
}

/** A change as rows of RESTATEMENTS list it: minute, location_id, location_name, events, and its sums. */
type ListedChange = readonly [number, string, string | null, number, ...number[]];

/**
 * The changes in rows of RESTATEMENTS, the newest first; of one moment by location and minute.
 *
 * @param locationId only those of this location
 */
export function restatementList(rows: Iterable<Row>, locationId?: string): RestatementRow[] {
  return [...rows]
    .flatMap((row) => changesOf(row, locationId).map((change) => ({ row, change })))
    .sort(
      (a, b) =>
        (b.row['at'] as number) - (a.row['at'] as number) ||
        compare(a.change[1], b.change[1]) ||
        a.change[0] - b.change[0] ||
        (b.row['seq'] as number) - (a.row['seq'] as number),
    )
    .map(({ row, change: [minute, location, locationName, events, ...sums] }) => {
      const sum = (name: (typeof RESTATEMENT_SUMS)[number]): number => sums[RESTATEMENT_SUMS.indexOf(name)]!;
      return {
        restated_at: iso(row['at'] as number),
        minute: iso(minute),
        location_id: location,
        location_name: locationName ?? (location === '' ? 'Online' : location),
        events,
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
        position: { shard: row['shard'] as number, seq: row['seq'] as number },
      };
    });
}

/**
 * What rows of RESTATED come to for a figure made of `table`; undefined when they are of a whole window and none touches it.
 *
 * @param since from where on the rows are, when they are not of the whole window; epoch milliseconds
 */
export function restatedIn(table: AggregateTable, rows: Iterable<Row>, since?: number): Restated | undefined {
  const figure = RESTATED_FIGURE.get(table);
  if (figure === undefined) return undefined;
  let events = 0;
  let amountMinor = 0;
  let last = 0;
  for (const row of rows) {
    events += row[`${figure}_events`] as number;
    amountMinor += row['revenue_minor'] as number;
    last = Math.max(last, row[`${figure}_restated_at`] as number);
  }
  if (events === 0 && since === undefined) return undefined;
  return {
    events,
    ...(table === REVENUE ? { amount: minorToMajor(amountMinor) } : {}),
    last_at: events === 0 ? null : iso(last),
    ...(since === undefined ? {} : { since: iso(since) }),
  };
}

/**
 * Sums over rows of RESTATEMENTS: those of changes that they do not list as well, but where only one location's are wanted.
 *
 * @param locationId only the listed changes of this location
 */
export function restatementTotals(rows: Iterable<Row>, locationId?: string): RestatementTotals {
  let restatements = 0;
  let events = 0;
  let revenueMinor = 0;
  for (const row of rows) {
    const changes = changesOf(row, locationId);
    restatements += changes.length;
    if (locationId === undefined) {
      restatements += row['changes_beyond'] as number;
      events += row['events'] as number;
      revenueMinor += row['revenue_minor'] as number;
      continue;
    }
    for (const [, , , changedBy, ...sums] of changes) {
      events += changedBy;
      revenueMinor += sums[RESTATEMENT_SUMS.indexOf('revenue_minor')]!;
    }
  }
  return { restatements, events, revenue: minorToMajor(revenueMinor) };
}

function changesOf(row: Row, locationId: string | undefined): readonly ListedChange[] {
  const changes = row['changes'] as unknown as readonly ListedChange[];
  return locationId === undefined ? changes : changes.filter(([, location]) => location === locationId);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
