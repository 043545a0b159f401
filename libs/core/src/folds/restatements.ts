/**
 * Restatements: what an event changed in minutes that were settled by the time it came.
 *
 * They are made from the differences that the folds emit, before anything asks whether a row holds them already, so a second
 * pass over the log makes the same ones: by minute and location that it changed at all (RESTATED), and by entry what changed
 * (RESTATEMENTS). An event in time costs a comparison for each difference and nothing else.
 */
import type { SettledBatch } from '../batches.js';
import type { CanonicalEvent } from '../events/canonical.js';
import type { Hash64 } from '../hash.js';
import {
  AGGREGATES,
  FEEDBACK,
  FUNNEL,
  ITEM_SALES,
  PAYMENT_MIX,
  RESTATED,
  RESTATED_FIGURES,
  RESTATEMENT_SUMS,
  REVENUE,
  WAIT_TIMES,
} from '../tables/catalogue.js';
import type { AggregateTable } from '../tables/aggregate.js';
import type { Row } from '../tables/spec.js';
import { DAY_MS, dayOf, HOUR_MS, MINUTE_MS, minuteOf } from '../time.js';
import type { Delta, Emit } from './delta.js';
import { VISIT_MAX_MS } from './visit.js';

/** For settled batches that do not say how long late events were expected. Milliseconds. */
export const LATENESS_DEFAULT_MS = 5 * MINUTE_MS;

/** Changes that one row of the restatements lists; of an entry that makes more, the rest are counted and in its sums. */
export const RESTATEMENT_CHANGES_MAX = 200;

/** Log time from which a stretch that ends at `end` counts as settled. Figures and folds both ask here. */
export function settlesAt(end: number, latenessMs: number): number {
  return end + latenessMs;
}

type FigureName = (typeof RESTATED_FIGURES)[number];
type SumName = (typeof RESTATEMENT_SUMS)[number];

/** What each sum of a table is called in a restatement. The payment mix says by the day what revenue says by the minute. */
const NAMES: ReadonlyMap<AggregateTable, Readonly<Record<string, SumName>>> = new Map<
  AggregateTable,
  Readonly<Record<string, SumName>>
>([
  [REVENUE, Object.fromEntries(REVENUE.sums.map((sum) => [sum, sum as SumName]))],
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

/** The same by the table's index: where each of its sums goes, −1 for nowhere. */
const TARGETS: readonly (readonly number[] | undefined)[] = AGGREGATES.map((table) => {
  const names = NAMES.get(table);
  return names && table.sums.map((sum) => (names[sum] === undefined ? -1 : RESTATEMENT_SUMS.indexOf(names[sum])));
});
const SAMPLES = RESTATEMENT_SUMS.indexOf('samples_moved');
const REVENUE_MINOR = RESTATEMENT_SUMS.indexOf('revenue_minor');
const KITCHEN = WAIT_TIMES.sketches.indexOf('kitchen_minutes');

/** Which figure is made of a table, as RESTATED calls it. */
export const RESTATED_FIGURE: ReadonlyMap<AggregateTable, FigureName> = new Map<AggregateTable, FigureName>([
  [REVENUE, 'revenue'],
  [FUNNEL, 'funnel'],
  [ITEM_SALES, 'items'],
  [WAIT_TIMES, 'waits'],
  [PAYMENT_MIX, 'payment_mix'],
  [FEEDBACK, 'feedback'],
]);

/** By figure the sums that tell of it, by index. */
const SUMS_OF: readonly (readonly number[])[] = RESTATED_FIGURES.map((name) => {
  const [table] = [...RESTATED_FIGURE].find(([, figure]) => figure === name)!;
  if (table === WAIT_TIMES) return [SAMPLES];
  return TARGETS[(table === PAYMENT_MIX ? REVENUE : table).index]!.filter((target) => target >= 0);
});
const MIX = RESTATED_FIGURES.indexOf('payment_mix');

/** How long from the start of a row's stretch of time its figures are expected to change. Milliseconds. */
function openMs({ table, sample }: Delta): number {
  if (table === FEEDBACK) return DAY_MS;
  if (table !== WAIT_TIMES) return MINUTE_MS;
  // Waits are filed under the hour of the seating, and a visit goes on for hours.
  return sample?.sketch === KITCHEN ? HOUR_MS : HOUR_MS + VISIT_MAX_MS;
}

const HOUR = WAIT_TIMES.members.indexOf('hour');

/** What an entry changed in one minute of one location. */
interface Change {
  readonly minute: number;
  readonly locationId: string;
  locationName: string | null;
  events: number;
  readonly sums: number[];
}

export class Restatements {
  private logTime = 0;
  private latenessMs = LATENESS_DEFAULT_MS;
  /** Buckets that begin later cannot be settled, however short they are. */
  private latestBucket = Number.NEGATIVE_INFINITY;
  /** What the event that is being folded changed, by the minute (for waits the hour) that it changed. */
  private readonly changed = new Map<number, number[]>();
  /** What the entry changed so far, by tenant, then by minute and location. */
  private readonly changes = new Map<string, Map<string, Change>>();

  /** The events of this entry are folded next. */
  begin({ log_time, lateness_ms = LATENESS_DEFAULT_MS }: SettledBatch): void {
    this.logTime = log_time;
    this.latenessMs = lateness_ms;
    this.latestBucket = log_time - lateness_ms - MINUTE_MS;
    this.changed.clear();
    this.changes.clear();
  }

  /** Takes note of a difference if what it changes is settled. */
  note(delta: Delta): void {
    if (delta.bucket > this.latestBucket) return;
    const targets = TARGETS[delta.table.index];
    if (targets === undefined) return;
    const { table } = delta;
    const start = table === WAIT_TIMES ? (delta.members[HOUR] as number) : delta.bucket;
    if (this.logTime < settlesAt(start + openMs(delta), this.latenessMs)) return;
    let sums = this.changed.get(start);
    if (sums === undefined) this.changed.set(start, (sums = RESTATEMENT_SUMS.map(() => 0)));
    for (let i = 0; i < targets.length; i++) if (targets[i]! >= 0) sums[targets[i]!]! += delta.sums[i]!;
    // A sample that is replaced leaves their number as it was, and is a change all the same.
    if (delta.sample !== undefined) sums[SAMPLES]! += 1;
  }

  /** Emits what the event restated: one difference for each stretch of time whose figures are not what they were. */
  emit(tenant: string, event: CanonicalEvent, { hi, lo }: Hash64, emit: Emit): void {
    if (this.changed.size === 0) return;
    for (const [start, sums] of this.changed) {
      if (sums.every((sum) => sum === 0)) continue;
      const minute = minuteOf(start);
      this.keep(tenant, event, minute, sums);
      const counts = SUMS_OF.map((indexes, figure) => {
        const isOpen = figure === MIX && this.logTime < settlesAt(dayOf(minute) + DAY_MS, this.latenessMs);
        return !isOpen && indexes.some((index) => sums[index] !== 0) ? 1 : 0;
      });
      emit({
        table: RESTATED,
        tenant,
        bucket: minute,
        members: [event.location_id],
        events: 1,
        hi,
        lo,
        sums: [sums[REVENUE_MINOR]! + 0, ...counts],
        latest: counts.map((count) => count * this.logTime),
        labels: undefined,
        labelTime: 0,
        sample: undefined,
      });
    }
    this.changed.clear();
  }

  /** What the entry restated, whole, as one row of RESTATEMENTS for each tenant. */
  *rows(generation: number, shard: number, seq: number, entry: string): Iterable<Row> {
    for (const [tenant, byPlace] of this.changes) {
      const changes = [...byPlace.values()];
      const listed = changes.slice(0, RESTATEMENT_CHANGES_MAX);
      const totals = RESTATEMENT_SUMS.map((name, i) => [
        name,
        changes.reduce((total, { sums }) => total + sums[i]!, 0),
      ]);
      yield {
        generation,
        tenant,
        day: dayOf(this.logTime),
        shard,
        at: this.logTime,
        seq,
        entry,
        events: changes.reduce((total, { events }) => total + events, 0),
        ...(Object.fromEntries(totals) as Record<string, number>),
        changes: listed.map(({ minute, locationId, locationName, events, sums }) => [
          minute,
          locationId,
          locationName,
          events,
          ...sums,
        ]),
        changes_beyond: changes.length - listed.length,
      };
    }
  }

  private keep(tenant: string, event: CanonicalEvent, minute: number, sums: readonly number[]): void {
    let byPlace = this.changes.get(tenant);
    if (byPlace === undefined) this.changes.set(tenant, (byPlace = new Map<string, Change>()));
    const { location_id: locationId, location_name: locationName } = event;
    const key = `${minute}\u0000${locationId}`;
    let change = byPlace.get(key);
    if (change === undefined) {
      change = { minute, locationId, locationName: null, events: 0, sums: RESTATEMENT_SUMS.map(() => 0) };
      byPlace.set(key, change);
    }
    change.locationName = locationName ?? change.locationName;
    change.events++;
    for (let i = 0; i < sums.length; i++) change.sums[i]! += sums[i]!;
  }
}
