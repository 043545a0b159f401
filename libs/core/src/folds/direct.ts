/** Contributions that depend on one event alone: the funnel, kitchen times, feedback. */
import { dayOf, hourOf, localHour, minuteOf } from '../time.js';
import type { CanonicalEvent, Feedback, OrderCompleted } from '../events/canonical.js';
import { FEEDBACK, FUNNEL, WAIT_TIMES } from '../tables/catalogue.js';
import type { Hash64 } from '../hash.js';
import type { Emit } from './delta.js';

/** The funnel counts events, whatever else is known of their order or table. A sale is placed and paid at once. */
export function emitFunnel(tenant: string, event: CanonicalEvent, identity: Hash64, emit: Emit): void {
  const type = event.event_type;
  const seated = type === 'table_seated' ? 1 : 0;
  const placed = type === 'order_placed' || type === 'sale' ? 1 : 0;
  const completed = type === 'order_completed' ? 1 : 0;
  const paid = type === 'payment' || type === 'sale' ? 1 : 0;
  if (seated + placed + completed + paid === 0) return;
  emit({
    table: FUNNEL,
    tenant,
    bucket: minuteOf(event.time),
    members: [event.location_id],
    events: 1,
    hi: identity.hi,
    lo: identity.lo,
    sums: [seated, placed, completed, paid],
    latest: undefined,
    labels: event.location_name === undefined ? undefined : [event.location_name],
    labelTime: event.time,
    sample: undefined,
  });
}

const KITCHEN = WAIT_TIMES.sketches.indexOf('kitchen_minutes');

/** The kitchen's time is filed under the hour in which the order was completed. */
export function emitKitchenTime(tenant: string, event: OrderCompleted, identity: Hash64, emit: Emit): void {
  if (event.kitchen_time_minutes === undefined) return;
  emit({
    table: WAIT_TIMES,
    tenant,
    bucket: dayOf(event.time),
    members: [event.location_id, hourOf(event.time), localHour(event.time, event.utc_offset_minutes ?? 0)],
    events: 1,
    hi: identity.hi,
    lo: identity.lo,
    sums: [0],
    latest: undefined,
    labels: event.location_name === undefined ? undefined : [event.location_name],
    labelTime: event.time,
    sample: { sketch: KITCHEN, value: event.kitchen_time_minutes, count: 1 },
  });
}

/** Net promoter score: 9 and 10 promote, 7 and 8 are passive, 0 to 6 detract (Reichheld, 2003). */
export function emitFeedback(tenant: string, event: Feedback, identity: Hash64, emit: Emit): void {
  const score = event.nps_score;
  const scored = score === undefined ? 0 : 1;
  const promoter = score !== undefined && score >= 9 ? 1 : 0;
  const passive = score !== undefined && score >= 7 && score < 9 ? 1 : 0;
  emit({
    table: FEEDBACK,
    tenant,
    bucket: dayOf(event.time),
    members: [event.location_id],
    events: 1,
    hi: identity.hi,
    lo: identity.lo,
    sums: [
      1,
      event.rating === undefined ? 0 : 1,
      event.rating ?? 0,
      scored,
      promoter,
      passive,
      scored - promoter - passive,
    ],
    latest: undefined,
    labels: event.location_name === undefined ? undefined : [event.location_name],
    labelTime: event.time,
    sample: undefined,
  });
}
