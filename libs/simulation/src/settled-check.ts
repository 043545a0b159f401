/**
 * The independent recount of settling: what must stand on `events.<p>`, given what stands on `ingest.<p>` and what was sent. It
 * shares no code with the enricher; of what that wrote it takes only log time, after checking it.
 */
import type { IngestBatch, IngestPart, SettledBatch } from '@ticketrail/core';
import type { Entry } from '@ticketrail/pipeline';
import { keyOf, type SentEvent } from './sent-event.js';
import { HORIZON_MS, SKEW_MS } from './settings.js';

/** The books of one minute of log time. */
export interface Books {
  accepted: number;
  applied: number;
  duplicate: number;
  rejected: number;
}

export interface Settled {
  readonly problems: string[];
  /** What counts, in the order in which it was settled. */
  readonly applied: SentEvent[];
  /** By tenant and minute of log time. */
  readonly books: Map<string, Books>;
  /** Position on `ingest.<p>` up to which everything is settled, and the last log time. */
  readonly ingest: number;
  readonly logTime: number;
}

const MINUTE_MS = 60_000;

export function checkSettled(
  ingest: readonly Entry[],
  events: readonly Entry[],
  sent: ReadonlyMap<string, SentEvent>,
): Settled {
  const problems: string[] = [];
  const applied: SentEvent[] = [];
  const books = new Map<string, Books>();
  const firsts = new Map<string, number>();
  let previous = '';
  let logTime = 0;
  let settledTo = 0;
  let next = 0;
  for (const entry of events) {
    const batch = JSON.parse(entry.body) as SettledBatch;
    const where = `entry ${entry.seq}`;
    if (batch.previous !== previous) problems.push(`${where} does not follow the entry before it`);
    if (batch.log_time < logTime) problems.push(`${where}: log time goes back`);
    previous = entry.id;
    logTime = batch.log_time;
    if (batch.ingest_id === '') {
      if (batch.ingest !== settledTo) problems.push(`${where} is idle, but settles ${batch.ingest}`);
      if (batch.parts.length > 0) problems.push(`${where} is idle, but holds events`);
      continue;
    }
    const sources = [...(batch.before ?? []), batch].map(({ ingest_id, given_up }) => {
      const source = ingest[next++];
      if (source?.id !== ingest_id) {
        problems.push(`${where} settles ${ingest_id}, but the next ingest entry is ${source?.id ?? 'none'}`);
        return undefined;
      }
      const message = JSON.parse(source.body) as IngestBatch;
      if (JSON.stringify(message.given_up) !== JSON.stringify(given_up)) {
        problems.push(`${where}: of ${ingest_id} ${JSON.stringify(message.given_up)} was given up`);
      }
      if (logTime < source.time) problems.push(`${where}: log time lies before the ingest entry was stored`);
      settledTo = source.seq;
      return message;
    });
    if (settledTo !== batch.ingest) problems.push(`${where} settles up to ${batch.ingest}, not ${settledTo}`);
    if (sources.includes(undefined)) break;
    checkBatch(
      entry.seq,
      batch,
      sources.flatMap((source) => source!.parts),
    );
  }
  return { problems, applied, books, ingest: settledTo, logTime };

  function checkBatch(seq: number, batch: SettledBatch, source: readonly IngestPart[]): void {
    if (batch.parts.length !== source.length) problems.push(`entry ${seq} has ${batch.parts.length} parts`);
    source.forEach(({ tenant, events: raw }, i) => {
      const part = batch.parts[i];
      const expected = { events: [] as string[], duplicates: [] as string[], rejections: 0 };
      for (const one of raw) {
        const { location_id, event_id } = one as { location_id: string; event_id: string };
        const key = keyOf(tenant, location_id, event_id);
        const event = sent.get(key);
        if (event === undefined) problems.push(`entry ${seq}: nobody sent ${key}`);
        else if (!event.isSound || event.time > logTime + SKEW_MS || event.time < logTime - HORIZON_MS) {
          expected.rejections++;
        } else if (firsts.has(key))
          expected.duplicates.push(`${key} first ${firsts.get(key) === seq ? 0 : firsts.get(key)}`);
        else {
          firsts.set(key, seq);
          expected.events.push(key);
          applied.push(event);
        }
      }
      const found = {
        events: (part?.events ?? []).map((event) => keyOf(tenant, event.location_id, event.event_id)),
        duplicates: (part?.duplicates ?? []).map(
          ({ location_id, event_id, first }) => `${keyOf(tenant, location_id, event_id)} first ${first}`,
        ),
        rejections: part?.rejections.length ?? 0,
      };
      if (part?.tenant !== tenant || part.accepted !== raw.length)
        problems.push(`entry ${seq}: the books do not close`);
      if (JSON.stringify(found) !== JSON.stringify(expected)) {
        problems.push(`entry ${seq} settled ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
      }
      const text = `${tenant}/${Math.floor(logTime / MINUTE_MS) * MINUTE_MS}`;
      const book = books.get(text) ?? { accepted: 0, applied: 0, duplicate: 0, rejected: 0 };
      books.set(text, book);
      book.accepted += raw.length;
      book.applied += expected.events.length;
      book.duplicate += expected.duplicates.length;
      book.rejected += expected.rejections;
    });
  }
}
