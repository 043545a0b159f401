/**
 * The messages of the log as text and back. A reader in the writer's own process is handed the value and never decodes.
 */
import { createHash } from 'node:crypto';
import { type IngestBatch, PACKED_VERSION, type PackedRows, type SettledBatch } from '@ticketrail/core';
import type { Entry, Head, Message } from './ports.js';

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
    summary: JSON.stringify(countEvents(value)),
  };
}

/** By tenant, how many events; a tenant may come several times. */
export type EventCounts = readonly (readonly [tenant: string, events: number])[];

/** How many events an ingest message holds, from its summary where it has one: those of older versions have none. */
export function eventCounts({ summary, value, body }: Head): EventCounts {
  if (value !== undefined) return countEvents(value as IngestBatch);
  if (summary !== undefined) return JSON.parse(summary) as EventCounts;
  return countEvents(JSON.parse(body!) as IngestBatch);
}

function countEvents({ parts }: IngestBatch): EventCounts {
  return parts.map(({ tenant, events }) => [tenant, events.length] as const);
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

/** One message of the changelog: aggregate rows that changed, whole, and how far their partition has come. */
export interface RowsChange {
  /** PACKED_VERSION of the writer. */
  readonly version: number;
  readonly shard: number;
  /** `seq` of the change before this one: a reader that has not come so far has missed something. */
  readonly from: number;
  /** Position on `events.<p>` up to which the rows are complete, and that entry's log time. */
  readonly seq: number;
  readonly logTime: number;
  /** Position on `ingest.<p>` up to which everything is settled. */
  readonly ingest: number;
  readonly rows: readonly PackedRows[];
}

/** The changelog is written in a form that came after this reader. */
export class UnknownChangelogForm extends Error {
  readonly code = 'CHANGELOG_FORM_UNKNOWN';

  constructor(version: number) {
    super(`the changelog is written in form ${version}, and this service reads form ${PACKED_VERSION}`);
  }
}

/** What a packed row has about, as text. */
const ROW_CHARACTERS = 70;

/** The text is only made when somebody asks for it: readers in the same process do not. */
export function encodeRows(change: Omit<RowsChange, 'version'>): Message {
  const value: RowsChange = { version: PACKED_VERSION, ...change };
  return {
    id: String(change.seq),
    size: 100 + change.rows.reduce((sum, [, , , rows]) => sum + rows.length, 0) * ROW_CHARACTERS,
    get body() {
      return JSON.stringify(value);
    },
    value,
  };
}

/**
 * Undefined for a change in an older form, left from before an upgrade: to its reader it is one that was missed. Throws
 * UnknownChangelogForm for a newer one.
 */
export function decodeRows(entry: Pick<Entry, 'body' | 'value'>): RowsChange | undefined {
  const change = (entry.value ?? JSON.parse(entry.body)) as RowsChange;
  const { version = 0 } = change as Partial<RowsChange>;
  if (version > PACKED_VERSION) throw new UnknownChangelogForm(version);
  return version < PACKED_VERSION ? undefined : change;
}
