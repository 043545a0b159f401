/**
 * What a receipt can be asked for: a figure of a report, by its key and window. Each form says which rows the figure is added
 * up from, which events those rows are made of, and how the report reads them.
 */
import type { CanonicalEvent, EventType } from '../events/canonical.js';
import type { Delta } from '../folds/delta.js';
import { itemsOf, type OrderEvent } from '../folds/order-parts.js';
import { isOrderEvent } from '../folds/source-rows.js';
import { ledgerByMinute, ledgerTotals } from '../reports/books.js';
import type { Report } from '../reports/column-list.js';
import { type HourTotals, hourTotalsOf } from '../reports/hour-totals.js';
import { paymentMix, revenueByLocation, trendingItems } from '../reports/sales.js';
import { feedbackByLocation, funnelByLocation, percentiles, turnover } from '../reports/service.js';
import { totalsOf } from '../reports/totals.js';
import type { Window } from '../reports/window.js';
import { type AggregateTable, bucketAt } from '../tables/aggregate.js';
import { FEEDBACK, FUNNEL, ITEM_SALES, LEDGER, PAYMENT_MIX, REVENUE, WAIT_TIMES } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time.js';

export interface ReceiptQuestion {
  readonly tenant: string;
  readonly report: ReceiptReport;
  /** Event time; log time for the ledger. */
  readonly window: Window;
  /** The location of a report by location; the empty string for what happened at no place. */
  readonly locationId?: string;
  /** The item of a report by item. */
  readonly itemId?: string;
}

export interface ReceiptForm {
  readonly table: AggregateTable;
  /** What the key of the figure is, besides its window. */
  readonly by: 'location' | 'item' | 'nothing';
  /** Windows are whole grains of this. Milliseconds. */
  readonly grainMs: number;
  /** The window when none is asked for. */
  readonly span: string;
  /** Which sets the contributions of an event depend on, besides itself. */
  readonly sources: 'orders' | 'visits' | 'none';
  /** Types of the events that can contribute at their own time. */
  readonly types: ReadonlySet<EventType>;
  /** Types of the parts of an order that such a contribution can depend on, besides. */
  readonly alters: ReadonlySet<EventType>;
  /** Whether a contribution to the rows is one to this figure: several reports may read different columns of one row. */
  readonly shows: (delta: Delta) => boolean;
  /** The figure that the report makes of the rows. */
  readonly figure: (rows: readonly Row[], window: Window) => Record<string, unknown>;
}

const every = (): boolean => true;
const MONEY: ReadonlySet<EventType> = new Set(['payment', 'sale', 'payment_refunded']);
const NONE: ReadonlySet<EventType> = new Set();
const VOIDS: ReadonlySet<EventType> = new Set(['order_voided']);
const AT_TABLES: ReadonlySet<EventType> = new Set(['table_seated', 'order_completed']);

/** A report on one column of samples, by location and hour. */
function ofSketch(sketch: string, report: (totals: HourTotals) => Report<object>): ReceiptForm {
  const index = WAIT_TIMES.sketches.indexOf(sketch);
  return {
    table: WAIT_TIMES,
    by: 'location',
    grainMs: HOUR_MS,
    span: '1h',
    sources: 'visits',
    types: AT_TABLES,
    alters: NONE,
    shows: ({ sample }) => sample?.sketch === index,
    figure: (rows) => ({ rows: report(hourTotalsOf(WAIT_TIMES, rows, sketch)).list.rows() }),
  };
}

export const RECEIPT_FORMS = {
  revenue: {
    table: REVENUE,
    by: 'location',
    grainMs: MINUTE_MS,
    span: '5m',
    sources: 'orders',
    types: MONEY,
    alters: VOIDS,
    shows: every,
    figure: (rows) => ({ ...revenueByLocation(totalsOf(REVENUE, rows), 0).totals }),
  },
  funnel: {
    table: FUNNEL,
    by: 'location',
    grainMs: MINUTE_MS,
    span: '1h',
    sources: 'none',
    types: new Set<EventType>(['table_seated', 'order_placed', 'order_completed', 'payment', 'sale']),
    alters: NONE,
    shows: every,
    figure: (rows) => ({ ...funnelByLocation(totalsOf(FUNNEL, rows), 0).totals }),
  },
  items: {
    table: ITEM_SALES,
    by: 'item',
    grainMs: MINUTE_MS,
    span: '30m',
    sources: 'orders',
    types: new Set<EventType>(['order_placed', 'order_item_added', 'sale']),
    alters: VOIDS,
    shows: every,
    figure: (rows) => {
      const { total_quantity = 0, order_count = 0 } = trendingItems(totalsOf(ITEM_SALES, rows), 1).list.rows()[0] ?? {};
      return { total_quantity, order_count };
    },
  },
  'wait-times': ofSketch('wait_minutes', percentiles),
  kitchen: ofSketch('kitchen_minutes', percentiles),
  turnover: {
    ...ofSketch('visit_minutes', turnover),
    shows: ({ sample }) => sample === undefined || sample.sketch === WAIT_TIMES.sketches.indexOf('visit_minutes'),
  },
  payments: {
    table: PAYMENT_MIX,
    by: 'location',
    grainMs: DAY_MS,
    span: '1d',
    sources: 'orders',
    types: MONEY,
    alters: VOIDS,
    shows: every,
    figure: (rows) => ({ rows: paymentMix(rows) }),
  },
  feedback: {
    table: FEEDBACK,
    by: 'location',
    grainMs: DAY_MS,
    span: '1d',
    sources: 'none',
    types: new Set<EventType>(['feedback']),
    alters: NONE,
    shows: every,
    figure: (rows) => ({ rows: feedbackByLocation(totalsOf(FEEDBACK, rows)).list.rows() }),
  },
  ledger: {
    table: LEDGER,
    by: 'nothing',
    grainMs: MINUTE_MS,
    span: '1m',
    sources: 'none',
    types: NONE,
    alters: NONE,
    shows: every,
    figure: (rows, window) => ({ ...ledgerTotals(ledgerByMinute(totalsOf(LEDGER, rows), window)) }),
  },
} as const satisfies Record<string, ReceiptForm>;

export type ReceiptReport = keyof typeof RECEIPT_FORMS;

export function formOf(report: ReceiptReport): ReceiptForm {
  return RECEIPT_FORMS[report];
}

/** Whether the question is about this cell, named by its bucket and members in the table's order. */
export function asksFor(
  question: ReceiptQuestion,
  tenant: string,
  bucket: number,
  members: readonly (string | number)[],
): boolean {
  const form = formOf(question.report);
  const { from, to } = question.window;
  if (tenant !== question.tenant || bucket < bucketAt(form.table, from) || bucket >= to) return false;
  if (form.by === 'location' && members[0] !== question.locationId) return false;
  if (form.by === 'item' && members[0] !== question.itemId) return false;
  const inner = form.table.members.findIndex((member) => member === 'hour' || member === 'minute');
  if (inner < 0) return true;
  const start = members[inner] as number;
  return start >= question.window.from && start < question.window.to;
}

/** Whether the event can contribute to the question's cells at its own time, whatever else is known. */
export function isSubject(question: ReceiptQuestion, event: CanonicalEvent): boolean {
  const { by, types } = formOf(question.report);
  if (!types.has(event.event_type)) return false;
  if (by === 'location') return event.location_id === question.locationId;
  const items = isOrderEvent(event) ? itemsOf(event as OrderEvent) : undefined;
  return items?.some(({ item_id }) => item_id === question.itemId) ?? false;
}
