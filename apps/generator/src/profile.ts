import type { ChainEvent } from './chain-events.js';
import type { OntarioEvent } from './ontario-events.js';
import type { Random } from './random.js';

/** An event as the till sends it. */
export type RawEvent = ChainEvent | OntarioEvent;

export type ProfileName = 'chain' | 'ontario';

/** An event and when it happened. */
export interface Happening {
  /** Epoch milliseconds; the event's `timestamp` says the same. */
  readonly atMs: number;
  readonly event: RawEvent;
}

/** A kind of restaurant business: what one visit of its guests looks like. */
export interface Profile {
  readonly name: ProfileName;
  /** Mean number of events of a visit, from which the rate of visits follows. */
  readonly eventsPerVisit: number;
  /** Mean time from the first to the last event of a visit. */
  readonly meanVisitMs: number;
  /** No visit takes longer than this. */
  readonly longestVisitMs: number;
  /**
   * Everything that will happen in a visit that starts at `startMs`, in the order of event time. Callers ask for visits in
   * the order of their starts, because a table that is taken stays taken.
   */
  visit(startMs: number, random: Random): readonly Happening[];
}

/** The time of an event as it stands in the event. */
export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** A duration at `tempo` times life's pace; at least a millisecond, so that what comes later is later. */
export function atTempo(durationMs: number, tempo: number): number {
  return Math.max(1, Math.round(durationMs / tempo));
}

export const MINUTE_MS = 60_000;
export const SECOND_MS = 1_000;
