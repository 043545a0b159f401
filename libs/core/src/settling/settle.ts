/**
 * Settling: for every event of an ingest message exactly one of applied, duplicate, rejected. Pure; what it may have to look
 * up (marks of old events) is named first and supplied by the caller.
 */
import type { IngestBatch, Rejection, SettledPart } from '../batches.js';
import type { CanonicalEvent } from '../events/canonical.js';
import { identityOf, type Hash64 } from '../hash.js';
import { isRejection, normalise } from '../normalise.js';
import { minuteOf } from '../time.js';
import { keepable } from './payload.js';
import { IN_THIS_ENTRY, type DedupeWindow } from './dedupe-window.js';
import type { IdentityTable } from './identity-table.js';

export interface SettlingBounds {
  /** How old an event may be, by its own time against log time. Milliseconds. */
  readonly horizonMs: number;
  /** How far ahead of log time an event's time may be. Milliseconds. */
  readonly skewMs: number;
}

/** What reference data adds to an event: called once for each event that is otherwise in order. */
export type Enrich = (tenant: string, event: CanonicalEvent) => CanonicalEvent;

/** An ingest part whose events are canonical, or refused for what they are. */
export interface NormalisedPart {
  readonly tenant: string;
  readonly outcomes: readonly (CanonicalEvent | Rejection)[];
}

/** First step: dialects and schemas, and the bounds on event time. */
export function normaliseBatch(batch: IngestBatch, logTime: number, bounds: SettlingBounds): NormalisedPart[] {
  return batch.parts.map(({ tenant, events }) => ({
    tenant,
    outcomes: events.map((raw) => {
      const outcome = normalise(raw);
      if (isRejection(outcome)) return { ...outcome, payload: keepable(outcome.payload) };
      return withinBounds(outcome, raw, logTime, bounds);
    }),
  }));
}

function withinBounds(
  event: CanonicalEvent,
  raw: unknown,
  logTime: number,
  { horizonMs, skewMs }: SettlingBounds,
): CanonicalEvent | Rejection {
  if (event.time > logTime + skewMs) {
    return { reason: 'time_in_future', message: timeMessage(event.time, 'ahead of', logTime), payload: raw };
  }
  if (event.time < logTime - horizonMs) {
    return {
      reason: 'time_before_horizon',
      message: timeMessage(event.time, 'before', logTime - horizonMs),
      payload: raw,
    };
  }
  return event;
}

function timeMessage(time: number, relation: string, bound: number): string {
  return `the event's time ${new Date(time).toISOString()} is too far ${relation} ${new Date(bound).toISOString()}`;
}

/**
 * Second step: the identities that have to be looked up among old marks before the batch can be decided, by the minute of event
 * time in which their marks lie.
 */
export function identitiesToLookUp(
  parts: readonly NormalisedPart[],
  window: DedupeWindow,
  skewMs: number,
): Map<number, Hash64[]> {
  const wanted = new Map<number, Hash64[]>();
  for (const { tenant, outcomes } of parts) {
    for (const outcome of outcomes) {
      if (isRejection(outcome) || window.decides(outcome.time, skewMs)) continue;
      const old = { hi: 0, lo: 0 };
      identityOf(tenant, outcome, old);
      // A late event may have been settled lately.
      if (window.find(old) !== 0) continue;
      const minute = minuteOf(outcome.time);
      const identities = wanted.get(minute);
      if (identities === undefined) wanted.set(minute, [old]);
      else identities.push(old);
    }
  }
  return wanted;
}

/**
 * Third step: decides, and marks what is applied in the window, which the caller commits once the batch is in the log.
 *
 * @param oldFirsts what was found of the identities that had to be looked up
 */
export function settle(
  parts: readonly NormalisedPart[],
  window: DedupeWindow,
  oldFirsts: IdentityTable,
  skewMs: number,
  enrich: Enrich,
): SettledPart[] {
  return parts.map(({ tenant, outcomes }) => {
    const settled: SettledPart = { tenant, accepted: outcomes.length, events: [], duplicates: [], rejections: [] };
    for (const outcome of outcomes) {
      if (isRejection(outcome)) {
        settled.rejections.push(outcome);
        continue;
      }
      identityOf(tenant, outcome, identity);
      let first = window.find(identity);
      if (first === 0 && !window.decides(outcome.time, skewMs)) {
        first = oldFirsts.find(identity.hi, identity.lo);
      }
      if (first !== 0) {
        const { event_id, location_id, event_type, time } = outcome;
        settled.duplicates.push({
          event_id,
          location_id,
          event_type,
          time,
          first: first === IN_THIS_ENTRY ? 0 : first,
        });
        continue;
      }
      window.add(identity);
      settled.events.push(enrich(tenant, outcome));
    }
    return settled;
  });
}

const identity: Hash64 = { hi: 0, lo: 0 };
