/**
 * The visit: pairs what happens at a table (orders completed, payments) with the seating before it.
 *
 * The state is the set of moments at one table, kept in periods of six hours; a visit lasts six hours at most, so a moment's
 * seating stands in its own period or the one before. Like an order's parts, moments carry their places, and a new moment
 * emits the difference it makes: a seating that comes late takes the samples behind it over from the seating before.
 */
import { dayOf, hourOf, localHour } from '../time.js';
import type { OrderCompleted, Payment, TableSeated } from '../events/canonical.js';
import type { Hash64 } from '../hash.js';
import { WAIT_TIMES } from '../tables/catalogue.js';
import type { Emit } from './delta.js';

/** The longest time from a seating to what still belongs to it. Milliseconds. */
export const VISIT_MAX_MS = 6 * 3_600_000;

/** A table with more moments than this in six hours is not a table; what comes beyond is counted but not paired. */
export const MOMENTS_PER_PERIOD_MAX = 1_000;

export type VisitEvent = TableSeated | OrderCompleted | Payment;

/** What the pairing has to know of an event. */
export interface Moment {
  readonly place: number;
  readonly kind: 'seated' | 'completed' | 'paid';
  readonly time: number;
  readonly utc_offset_minutes: number;
  /** The event's identity. */
  readonly hi: number;
  readonly lo: number;
}

export function momentOf(event: VisitEvent, place: number, { hi, lo }: Hash64): Moment {
  const { time, utc_offset_minutes = 0 } = event;
  return { place, kind: kindOf(event), time, utc_offset_minutes, hi, lo };
}

export function kindOf({ event_type }: VisitEvent): Moment['kind'] {
  return event_type === 'table_seated' ? 'seated' : event_type === 'payment' ? 'paid' : 'completed';
}

export interface TableOfLocation {
  readonly tenant: string;
  readonly locationId: string;
  /** As the event that is added has it. */
  readonly locationName?: string | undefined;
}

/** Start of the period of six hours in which a moment is kept. */
export function periodOf(time: number): number {
  return Math.floor(time / VISIT_MAX_MS) * VISIT_MAX_MS;
}

/** Emits what `added` changes, given what came before it (in place) at its table: momentsBeside says which of it is enough. */
export function emitMoment(where: TableOfLocation, others: readonly Moment[], added: Moment, emit: Emit): void {
  if (added.kind === 'completed') {
    const seating = seatingOf(added, others);
    if (seating !== undefined) emitWait(where, seating, added, 1, emit);
  } else if (added.kind === 'paid') {
    const seating = seatingOf(added, others);
    if (seating !== undefined) {
      const previous = lastPayment(seating, nextSeating(seating, others), others);
      if (previous === undefined || isBefore(previous, added)) {
        if (previous !== undefined) emitVisitLength(where, seating, previous, -1, emit);
        emitVisitLength(where, seating, added, 1, emit);
      }
    }
  } else {
    emitSeating(where, others, added, emit);
  }
}

function emitSeating(where: TableOfLocation, others: readonly Moment[], added: Moment, emit: Emit): void {
  emitTo(where, added, added, 1, undefined, emit);
  const earlier = seatingOf(added, others);
  const next = nextSeating(added, others);
  for (const moment of others) {
    if (moment.kind !== 'completed' || !belongs(moment, added, next)) continue;
    if (earlier !== undefined && belongs(moment, earlier, next)) emitWait(where, earlier, moment, -1, emit);
    emitWait(where, added, moment, 1, emit);
  }
  if (earlier !== undefined) {
    const before = lastPayment(earlier, next, others);
    const left = lastPayment(earlier, added, others);
    if (left !== before) {
      if (before !== undefined) emitVisitLength(where, earlier, before, -1, emit);
      if (left !== undefined) emitVisitLength(where, earlier, left, 1, emit);
    }
  }
  const own = lastPayment(added, next, others);
  if (own !== undefined) emitVisitLength(where, added, own, 1, emit);
}

/**
 * Total order of moments by event time; of equal times a seating before what follows from it, and then by the hash of
 * the identity, as the id itself is not kept in memory.
 */
export function isBefore(a: Moment, b: Moment): boolean {
  if (a.time !== b.time) return a.time < b.time;
  if ((a.kind === 'seated') !== (b.kind === 'seated')) return a.kind === 'seated';
  return a.hi === b.hi ? a.lo < b.lo : a.hi < b.hi;
}

/** The latest seating before the moment, at most VISIT_MAX_MS earlier. */
function seatingOf(moment: Moment, moments: readonly Moment[]): Moment | undefined {
  let latest: Moment | undefined;
  for (const other of moments) {
    if (other.kind !== 'seated' || other === moment || !isBefore(other, moment)) continue;
    if (moment.time - other.time > VISIT_MAX_MS) continue;
    if (latest === undefined || isBefore(latest, other)) latest = other;
  }
  return latest;
}

/** The earliest seating after the given one. */
function nextSeating(seating: Moment, moments: readonly Moment[]): Moment | undefined {
  let next: Moment | undefined;
  for (const other of moments) {
    if (other.kind !== 'seated' || !isBefore(seating, other)) continue;
    if (next === undefined || isBefore(other, next)) next = other;
  }
  return next;
}

/** Whether the moment is of the visit that begins with `seating`, when the seating that follows is `next`. */
function belongs(moment: Moment, seating: Moment, next: Moment | undefined): boolean {
  return (
    isBefore(seating, moment) &&
    (next === undefined || isBefore(moment, next)) &&
    moment.time - seating.time <= VISIT_MAX_MS
  );
}

/** The last payment of the visit, if there is one yet. */
function lastPayment(seating: Moment, next: Moment | undefined, moments: readonly Moment[]): Moment | undefined {
  let last: Moment | undefined;
  for (const moment of moments) {
    if (moment.kind !== 'paid' || !belongs(moment, seating, next)) continue;
    if (last === undefined || isBefore(last, moment)) last = moment;
  }
  return last;
}

const WAIT = WAIT_TIMES.sketches.indexOf('wait_minutes');
const VISIT = WAIT_TIMES.sketches.indexOf('visit_minutes');

function emitWait(where: TableOfLocation, seating: Moment, completed: Moment, count: 1 | -1, emit: Emit): void {
  emitTo(where, seating, completed, count, WAIT, emit);
}

function emitVisitLength(where: TableOfLocation, seating: Moment, paid: Moment, count: 1 | -1, emit: Emit): void {
  emitTo(where, seating, paid, count, VISIT, emit);
}

/**
 * Everything about a visit is filed under the hour of its seating. The seating itself gives the row its name, and nothing else
 * does: what is paired later may be paired anew, and a name cannot be taken back.
 */
function emitTo(
  where: TableOfLocation,
  seating: Moment,
  cause: Moment,
  count: 1 | -1,
  sketch: number | undefined,
  emit: Emit,
): void {
  const opens = sketch === undefined;
  emit({
    table: WAIT_TIMES,
    tenant: where.tenant,
    bucket: dayOf(seating.time),
    members: [where.locationId, hourOf(seating.time), localHour(seating.time, seating.utc_offset_minutes)],
    events: count,
    hi: cause.hi,
    lo: cause.lo,
    sums: [opens ? 1 : 0],
    latest: undefined,
    labels: opens ? [where.locationName] : undefined,
    labelTime: opens ? seating.time : 0,
    sample: opens ? undefined : { sketch, value: (cause.time - seating.time) / 60_000, count },
  });
}
