/** Ingest messages that wait to be settled: those that came while others were, together. */
import type { IngestBatch } from '@ticketrail/core';
import { decodeIngest } from './codec.js';
import type { Entry } from './ports.js';

export interface TogetherOptions {
  /** Messages that wait are settled together until they have this many events or characters; one alone may have more. */
  readonly togetherEventsMax: number;
  readonly togetherCharactersMax: number;
}

/** An ingest message, decoded. */
export interface WaitingMessage {
  readonly entry: Entry;
  readonly batch: IngestBatch;
}

/** The entries in their order, in groups that are settled together; none is empty. */
export function* groupsOf(
  entries: readonly Entry[],
  { togetherEventsMax, togetherCharactersMax }: TogetherOptions,
): Generator<WaitingMessage[]> {
  let group: WaitingMessage[] = [];
  let events = 0;
  let characters = 0;
  for (const entry of entries) {
    const batch = decodeIngest(entry);
    const moreEvents = batch.parts.reduce((sum, part) => sum + part.events.length, 0);
    const moreCharacters = entry.body.length;
    const fits = events + moreEvents <= togetherEventsMax && characters + moreCharacters <= togetherCharactersMax;
    if (!fits && group.length > 0) {
      yield group;
      group = [];
      events = characters = 0;
    }
    group.push({ entry, batch });
    events += moreEvents;
    characters += moreCharacters;
  }
  if (group.length > 0) yield group;
}
