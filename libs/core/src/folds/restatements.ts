/**
 * Restatements: what an event changed in minutes that were settled by the time it came.
 *
 * They are made from the differences that the folds emit, before anything asks whether a row holds them already, so a second
 * pass over the log makes the same ones. An event in time costs a comparison for each difference and nothing else.
 */
import type { SettledBatch } from '../batches.js';
import type { CanonicalEvent } from '../events/canonical.js';
import type { Hash64 } from '../hash.js';
import { FEEDBACK, FUNNEL, ITEM_SALES, PAYMENT_MIX, RESTATEMENTS, REVENUE, WAIT_TIMES } from '../tables/catalogue.js';
import type { AggregateTable } from '../tables/aggregate.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, minuteOf } from '../time.js';
import type { Delta, Emit } from './delta.js';
import { VISIT_MAX_MS } from './visit.js';

/** For settled batches that do not say how long late events were expected. Milliseconds. */
export const LATENESS_DEFAULT_MS = 5 * MINUTE_MS;

/** Log time from which a stretch that ends at `end` counts as settled. Figures and folds both ask here. */
export function settlesAt(end: number, latenessMs: number): number {
  return end + latenessMs;
}

/** What each sum of a table is called in a restatement. The payment mix says by the day what revenue says by the minute. */
const NAMES: ReadonlyMap<AggregateTable, Readonly<Record<string, string>>> = new Map([
  [REVENUE, Object.fromEntries(REVENUE.sums.map((sum) => [sum, sum]))],
  [
    FUNNEL,
    {
      tables_seated: 'tables_seated',
      orders_placed: 'orders_placed',
      orders_completed: 'orders_completed',
      payments: 'payments_made',
    },
  ],
  [ITEM_SALES, { quantity: 'item_quantity', orders: 'item_orders', amount_minor: 'item_amount_minor' }],
  [FEEDBACK, { responses: 'responses' }],
  [WAIT_TIMES, {}],
]);

/** The same by index: where each of a table's sums goes, −1 for nowhere. */
const TARGETS: ReadonlyMap<AggregateTable, readonly number[]> = new Map(
  [...NAMES].map(([table, names]) => [table, table.sums.map((sum) => RESTATEMENTS.sums.indexOf(names[sum] ?? ''))]),
);
const SAMPLES = RESTATEMENTS.sums.indexOf('samples_moved');
const KITCHEN = WAIT_TIMES.sketches.indexOf('kitchen_minutes');

/** How long from the start of a row's stretch of time its figures are expected to change. Milliseconds. */
function openMs({ table, sample }: Delta): number {
  if (table === FEEDBACK) return DAY_MS;
  if (table !== WAIT_TIMES) return MINUTE_MS;
  // Waits are filed under the hour of the seating, and a visit goes on for hours.
  return sample?.sketch === KITCHEN ? HOUR_MS : HOUR_MS + VISIT_MAX_MS;
}

/** The sums of a restatement that tell of a figure made of this table. */
export function restatedSums(table: AggregateTable): readonly string[] {
  if (table === PAYMENT_MIX) return restatedSums(REVENUE);
  return [...Object.values(NAMES.get(table) ?? {}), ...(table === WAIT_TIMES ? ['samples_moved'] : [])];
}

const HOUR = WAIT_TIMES.members.indexOf('hour');

export class Restatements {
  private logTime = 0;
  private latenessMs = LATENESS_DEFAULT_MS;
  /** Buckets that begin later cannot be settled, however short they are. */
  private latestBucket = Number.NEGATIVE_INFINITY;
  /** What the event that is being folded changed, by the minute (for waits the hour) that it changed. */
  private readonly changed = new Map<number, number[]>();

  /** The events of this entry are folded next. */
  begin({ log_time, lateness_ms = LATENESS_DEFAULT_MS }: SettledBatch): void {
    this.logTime = log_time;
    this.latenessMs = lateness_ms;
    this.latestBucket = log_time - lateness_ms - MINUTE_MS;
  }

  /** Takes note of a difference if what it changes is settled. */
  note(delta: Delta): void {
    if (delta.bucket > this.latestBucket) return;
    const targets = TARGETS.get(delta.table);
    if (targets === undefined) return;
    const { table } = delta;
    const start = table === WAIT_TIMES ? (delta.members[HOUR] as number) : delta.bucket;
    if (this.logTime < settlesAt(start + openMs(delta), this.latenessMs)) return;
    let sums = this.changed.get(start);
    if (sums === undefined) this.changed.set(start, (sums = RESTATEMENTS.sums.map(() => 0)));
    for (let i = 0; i < targets.length; i++) if (targets[i]! >= 0) sums[targets[i]!]! += delta.sums[i]!;
    // A sample that is replaced leaves their number as it was, and is a change all the same.
    if (delta.sample !== undefined) sums[SAMPLES]! += 1;
  }

  /** Emits what the event restated: one difference for each stretch of time whose figures are not what they were. */
  emit(tenant: string, event: CanonicalEvent, { hi, lo }: Hash64, emit: Emit): void {
    if (this.changed.size === 0) return;
    for (const [start, sums] of this.changed) {
      if (sums.every((sum) => sum === 0)) continue;
      emit({
        table: RESTATEMENTS,
        tenant,
        bucket: minuteOf(start),
        members: [event.location_id, this.logTime],
        events: 1,
        hi,
        lo,
        sums: sums.map((sum) => sum + 0),
        labels: event.location_name === undefined ? undefined : [event.location_name],
        labelTime: event.time,
      });
    }
    this.changed.clear();
  }
}
