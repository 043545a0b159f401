/**
 * The HTTP contract, as far as the dashboard reads it. Times are ISO-8601 UTC strings; money is a number in major units, exact to
 * the cent; a rate is null where its base is 0.
 */

export interface Window {
  readonly from: string;
  readonly to: string;
}

export interface AsOf {
  /** Everything that arrived before this is in the figure. */
  readonly log_time: string;
  readonly positions: Readonly<Record<string, number>>;
}

export interface Completeness {
  readonly state: 'provisional' | 'settled';
  /** From this log time on, late events are no longer expected; one that comes all the same is a restatement. */
  readonly settles_at: string;
  /** Of a settled figure: the log time since which it is what it is. */
  readonly settled_since?: string;
  readonly in_flight: number;
}

/** What events changed in minutes of the window that were settled when they came. */
export interface Restated {
  readonly events: number;
  /** By how much the revenue changed, where the figures are about revenue. */
  readonly amount?: number;
  /** Null when there were none, which is only said of a window of which a part was looked at. */
  readonly last_at: string | null;
  /** Of a long window only what began from here on was looked at. */
  readonly since?: string;
}

/** What every answer carries, whatever it is about. */
export interface Dated {
  readonly restated?: Restated;
  readonly window?: Window;
  readonly as_of?: AsOf;
  readonly completeness?: Completeness;
}

export interface Report<Row, Totals = Partial<Row>> extends Dated {
  readonly window: Window;
  readonly as_of: AsOf;
  readonly completeness: Completeness;
  readonly rows: readonly Row[];
  readonly totals?: Totals;
}

export interface Place {
  readonly location_id: string;
  readonly location_name: string;
}

export interface RevenueTotals {
  readonly revenue: number;
  readonly order_count: number;
  readonly net_sales: number;
  readonly tax: number;
  readonly tips: number;
}
export interface RevenueRow extends Place, RevenueTotals {}

export interface MinuteRow {
  readonly minute: string;
  readonly revenue: number;
  readonly order_count: number;
}

export interface FunnelTotals {
  readonly tables_seated: number;
  readonly orders_placed: number;
  readonly orders_completed: number;
  readonly payments: number;
  readonly conversion_rate_seated_to_order: number | null;
  readonly conversion_rate_order_to_completed: number | null;
  readonly conversion_rate_order_to_payment: number | null;
}
export interface FunnelRow extends Place, FunnelTotals {}

export interface ItemRow {
  readonly item_id: string;
  readonly item_name: string;
  readonly category: string;
  readonly total_quantity: number;
  readonly order_count: number;
}

/** Minutes from seating to completion, or in the kitchen, of one location in one hour of its own local day. */
export interface DurationRow extends Place {
  readonly hour_of_day: number;
  readonly samples: number;
  readonly p50_minutes: number;
  readonly p90_minutes: number;
  readonly p99_minutes: number;
}

export interface PaymentRow {
  readonly payment_method: string;
  readonly provider: string | null;
  readonly payments: number;
  readonly amount: number;
  readonly tips: number;
  readonly share: number;
}

export interface FeedbackTotals {
  readonly responses: number;
  readonly average_rating: number | null;
  readonly nps: number | null;
  readonly promoters: number;
  readonly passives: number;
  readonly detractors: number;
}
export interface FeedbackRow extends Place, FeedbackTotals {}

export interface LedgerRow {
  readonly minute: string;
  readonly accepted: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly rejected: number;
}
export interface Ledger extends Dated {
  readonly accepted: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly in_flight: number;
  /** 0 when the books close. */
  readonly difference: number;
  /** Collectors' numbered messages that never came, and those whose senders were told to send again. */
  readonly lost_messages?: number;
  readonly given_up_messages?: number;
  readonly rows: readonly LedgerRow[];
}

export interface RejectionRow {
  readonly at: string;
  readonly position: string | number;
  readonly index: number;
  readonly reason: string;
  readonly message: string;
  readonly payload: unknown;
}

export interface RestatementRow extends Place {
  readonly restated_at: string;
  readonly minute: string;
  readonly events: number;
  readonly revenue: number;
  readonly tables_seated: number;
  readonly orders_placed: number;
  readonly orders_completed: number;
  readonly payments: number;
  readonly item_quantity: number;
  readonly samples_moved: number;
  readonly feedback_responses: number;
  readonly position: { readonly shard: number; readonly seq: number };
}
export interface RestatementTotals {
  readonly restatements: number;
  readonly events: number;
  readonly revenue: number;
}
export interface Restatements extends Report<RestatementRow, RestatementTotals> {
  readonly row_count: number;
  readonly totals: RestatementTotals;
  /** Whether the count and the totals are of the whole window; else of its newest part. */
  readonly is_complete: boolean;
}

/** A terminal that numbers its events. */
export interface DeviceRow {
  readonly location_id: string;
  readonly device_id: string;
  readonly missing: readonly { readonly from: number; readonly to: number }[];
  readonly missing_count: number;
  readonly missing_beyond: number;
  readonly last_seen_at: string;
  readonly silent_since: string | null;
}
export interface Devices extends Dated {
  readonly as_of: AsOf;
  readonly rows: readonly DeviceRow[];
  readonly row_count: number;
}

/** The reports that the page asks receipts of, each by its key. */
export type ReceiptReport = 'revenue' | 'funnel' | 'items';

export interface LogPosition {
  readonly shard: number;
  readonly seq: number;
  readonly index: number | null;
}

/** An event behind a figure, and what became of it there. */
export interface ReceiptEvent {
  readonly event_id: string;
  readonly event_type: string;
  readonly time: string | null;
  readonly location_id: string;
  readonly order_id: string | null;
  readonly how: 'applied' | 'late' | 'duplicate' | 'void' | 'refund' | 'rejected';
  readonly contribution: Readonly<Record<string, number>>;
  readonly log_time: string;
  readonly position: LogPosition;
  readonly entry: string;
  readonly first: LogPosition | null;
}

/** Why a figure is what it is. */
export interface Receipt {
  readonly report: string;
  readonly window: Window;
  readonly as_of: { readonly log_time: string | null };
  readonly figure: Readonly<Record<string, number | null>>;
  readonly recounted: Readonly<Record<string, number | null>>;
  /** Null when the stored figure has gone on since `as_of`, so that there was nothing to compare with. */
  readonly equal: boolean | null;
  readonly problems: readonly string[];
  readonly event_count: number;
  /** How many of the events are of which kind. */
  readonly totals: { readonly duplicate: number; readonly rejected: number };
  readonly events: readonly ReceiptEvent[];
  readonly next_cursor: string | null;
}

/** RFC 9457. */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
}

/** What the stream sends under each topic: the body that the GET of that topic answers with. */
export interface Topics {
  readonly revenue: Report<RevenueRow, RevenueTotals>;
  readonly series: Report<MinuteRow>;
  readonly funnel: Report<FunnelRow, FunnelTotals>;
  readonly items: Report<ItemRow>;
  readonly 'wait-times': Report<DurationRow>;
  readonly payments: Report<PaymentRow>;
  readonly feedback: Report<FeedbackRow, Partial<FeedbackTotals>>;
  readonly ledger: Ledger;
}
export type Topic = keyof Topics;

export const TOPICS: readonly Topic[] = [
  'revenue',
  'series',
  'funnel',
  'items',
  'wait-times',
  'payments',
  'feedback',
  'ledger',
];
