/**
 * What the messages of the log hold. One message carries a batch, written as JSON so that a person can read the log.
 */
import type { CanonicalEvent } from './events/canonical.js';

/** Events as a collector took them, of one tenant, in one message of `ingest.<p>`. */
export interface IngestPart {
  tenant: string;
  /** When the collector took them: epoch milliseconds. For people and traces; nothing is decided by it. */
  received_at: number;
  /** Each event as its sender wrote it: an object, or the text of anything that is not a JSON object. */
  events: unknown[];
}

export interface IngestBatch {
  /** Who numbered this message: collector, its boot, and a count per partition from 1 without holes. */
  collector: string;
  boot: string;
  n: number;
  /** Numbers (from, to) before this one whose messages may or may not be in the log: their senders were told to send again. */
  given_up?: [from: number, to: number];
  parts: IngestPart[];
}

/** An event that was not counted because one with its identity was settled before. */
export interface Duplicate {
  event_id: string;
  location_id: string;
  event_type: string;
  time: number;
  /** Sequence on `events.<p>` at which the counted one stands; 0 when it stands in this same batch. */
  first: number;
}

/** Why an event was refused, as a value: nothing is dropped without one. */
export interface Rejection {
  reason: string;
  message: string;
  /** What the sender wrote. */
  payload: unknown;
}

/** One tenant's share of a settled batch: `accepted = events + duplicates + rejections`, always. */
export interface SettledPart {
  tenant: string;
  /** How many events an ingest message held for this tenant. */
  accepted: number;
  events: CanonicalEvent[];
  duplicates: Duplicate[];
  rejections: Rejection[];
}

/** An ingest message that was settled, as far as its collector's numbers go. */
export interface SettledMessage {
  ingest_id: string;
  /** What the ingest message says its collector gave up. */
  given_up?: [from: number, to: number];
}

/**
 * One message of `events.<p>`. Each ingest message is settled in exactly one, together with others that waited beside it, in their
 * order; while nothing happens there is an empty one now and then.
 */
export interface SettledBatch {
  /** Id of the settled batch before this one on the partition: the chain. The empty string at the beginning of an epoch. */
  previous: string;
  /** Position on `ingest.<p>` up to which everything is settled. */
  ingest: number;
  /** Message id of the ingest message at `ingest`, the last one settled here; the empty string for an idle batch. */
  ingest_id: string;
  /** The messages settled here before that one, where it is not the only one. */
  before?: SettledMessage[];
  /** In an idle batch: id of the message at `ingest`, where it is known. An ingest log that lost its end is noticed by it. */
  last_ingest_id?: string;
  /** Monotone over the partition. Epoch milliseconds. */
  log_time: number;
  /** How long after its end a minute was still expected to change when this was settled, milliseconds: see Restatements. */
  lateness_ms?: number;
  /** What the last ingest message says its collector gave up. */
  given_up?: [from: number, to: number];
  parts: SettledPart[];
}

/** The ingest messages settled in the batch, in their order; none for an idle batch. */
export function messagesSettledIn({ ingest_id, given_up, before = [] }: SettledBatch): SettledMessage[] {
  if (ingest_id === '') return [];
  return [...before, given_up === undefined ? { ingest_id } : { ingest_id, given_up }];
}
