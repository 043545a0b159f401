/**
 * The messages of the log as text and back. A reader in the writer's own process is handed the value and never decodes.
 */
import { createHash } from 'node:crypto';
import type { IngestBatch, Row, SettledBatch } from '@ticketrail/core';
import type { Entry, Message } from './ports.js';

/** An event as a collector passes it on: its JSON text and, beside it, what that text says. */
export interface TakenEvent {
  readonly text: string;
  readonly value: unknown;
}

export interface TakenPart {
  readonly tenant: string;
  readonly receivedAt: number;
  readonly events: readonly TakenEvent[];
}

/** Writes an ingest message around the events' own text, so that they are stored as their senders wrote them. */
export function encodeIngest(
  collector: string,
  boot: string,
  n: number,
  parts: readonly TakenPart[],
  givenUp?: readonly [from: number, to: number],
): Message {
  const texts = parts.map(
    ({ tenant, receivedAt, events }) =>
      `{"tenant":${JSON.stringify(tenant)},"received_at":${receivedAt},"events":[${events.map(({ text }) => text).join(',')}]}`,
  );
  const value: IngestBatch = {
    collector,
    boot,
    n,
    ...(givenUp === undefined ? {} : { given_up: [...givenUp] }),
    parts: parts.map(({ tenant, receivedAt, events }) => ({
      tenant,
      received_at: receivedAt,
      events: events.map((event) => event.value),
    })),
  };
  return {
    id: `${collector}.${boot}.${n}`,
    body: `{"collector":${JSON.stringify(collector)},"boot":${JSON.stringify(boot)},"n":${n},${givenUp === undefined ? '' : `"given_up":${JSON.stringify(givenUp)},`}"parts":[${texts.join(',')}]}`,
    value,
  };
}

export function decodeIngest(entry: Entry): IngestBatch {
  return (entry.value ?? JSON.parse(entry.body)) as IngestBatch;
}

/**
 * Writes a settled batch. Its id is the beginning of the SHA-256 of its text, which names its predecessor's id: each id vouches
 * for the whole chain before it.
 */
export function encodeSettled(batch: SettledBatch): Message {
  const body = JSON.stringify(batch);
  return { id: settledId(body), body, value: batch };
}

/** 128 bits, as 32 hexadecimal digits. */
export function settledId(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 32);
}

export function decodeSettled(entry: Entry): SettledBatch {
  return (entry.value ?? JSON.parse(entry.body)) as SettledBatch;
}

/** One message of the changelog: aggregate rows that changed, whole, and how far its partition has come. */
export interface RowsChange {
  /** `seq` of the change before this one: a reader that has not come so far has missed something. */
  readonly from: number;
  /** Position on `events.<p>` up to which the rows are complete, and that entry's log time. */
  readonly seq: number;
  readonly logTime: number;
  /** Position on `ingest.<p>` up to which everything is settled. */
  readonly ingest: number;
  /** Each with its table's index in AGGREGATES. */
  readonly rows: readonly (readonly [index: number, row: Row])[];
}

/** What a row has about, as text. */
const ROW_CHARACTERS = 400;

/** The text is only made when somebody asks for it: readers in the same process do not. */
export function encodeRows(change: RowsChange): Message {
  return {
    id: String(change.seq),
    size: 100 + change.rows.length * ROW_CHARACTERS,
    get body() {
      return JSON.stringify(change);
    },
    value: change,
  };
}

export function decodeRows(entry: Entry): RowsChange {
  return (entry.value ?? JSON.parse(entry.body)) as RowsChange;
}
