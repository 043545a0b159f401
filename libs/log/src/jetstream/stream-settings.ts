/** What the log's three streams are called in JetStream, and how they must be set up for the log to keep its promises. */
import {
  DiscardPolicy,
  PersistMode,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { StreamName } from '@ticketrail/pipeline';

export const STREAM_NAMES: readonly StreamName[] = ['ingest', 'events', 'rows'];

/** Several installations may share one NATS: each puts its prefix before its streams and subjects. */
export type Prefix = string;

export interface StreamLimits {
  readonly partitions: number;
  /** Copies of each message in a cluster of servers. */
  readonly replicas: number;
  /** Bytes that INGEST may take up. */
  readonly bytesMax: number;
  /** Bytes that EVENTS may take up: settled events are longer than what came in, and must find room when INGEST is full. */
  readonly eventsBytesMax: number;
  /** Bytes that ROWS may take up; the oldest make way. */
  readonly rowsBytesMax: number;
  /** How long rows are kept, in milliseconds. */
  readonly rowsAgeMs: number;
}

/** In which the server refuses a message id that it has seen: longer than anybody tries to send one message. */
const duplicateWindowMs = 120_000;

/** The metadata of INGEST and EVENTS. */
export const IDENTITY = 'ticketrail-identity';
export const PARTITIONS = 'ticketrail-partitions';

export function nameOf(stream: StreamName, prefix: Prefix): string {
  return prefix === '' ? stream.toUpperCase() : `${prefix}_${stream.toUpperCase()}`;
}

export function subjectOf(stream: StreamName, partition: number | '*', prefix: Prefix): string {
  return prefix === '' ? `${stream}.${partition}` : `${prefix}.${stream}.${partition}`;
}

/** The settings a stream is made with. */
export function settingsOf(
  stream: StreamName,
  prefix: Prefix,
  limits: StreamLimits,
  identity: string,
): Partial<StreamConfig> & { name: string } {
  const settings = {
    name: nameOf(stream, prefix),
    subjects: [subjectOf(stream, '*', prefix)],
    retention: RetentionPolicy.Limits,
    num_replicas: limits.replicas,
    duplicate_window: nanos(duplicateWindowMs),
    // Reads of one message need not ask the leader.
    allow_direct: true,
    max_age: 0,
    metadata: { [IDENTITY]: identity, [PARTITIONS]: String(limits.partitions) },
  };
  if (stream !== 'rows') {
    return {
      ...settings,
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      max_bytes: stream === 'ingest' ? limits.bytesMax : limits.eventsBytesMax,
      deny_delete: true,
    };
  }
  return {
    ...settings,
    ...rowsStorage(limits.replicas),
    discard: DiscardPolicy.Old,
    max_bytes: limits.rowsBytesMax,
    max_age: nanos(limits.rowsAgeMs),
    duplicate_window: nanos(Math.min(duplicateWindowMs, limits.rowsAgeMs)),
  };
}

/**
 * Rows can be made again, so nobody waits for a disk. In a cluster they are in the memory of several servers. A single
 * server forgets a stream in memory, settings and all, when it restarts; there they go to the disk, but without a sync.
 */
function rowsStorage(replicas: number): Partial<StreamConfig> {
  if (replicas > 1) return { storage: StorageType.Memory };
  return { storage: StorageType.File, persist_mode: PersistMode.Async };
}

/**
 * In which way a stream contradicts what the log promises; empty when in none. Sizes and replicas are the operator's to
 * change.
 */
export function contradictionsOf(stream: StreamName, prefix: Prefix, partitions: number, info: StreamInfo): string[] {
  const { config } = info;
  const unlimited = (value: number | undefined): boolean => value === undefined || value <= 0;
  const found: string[] = [];
  const demand = (holds: boolean, sentence: string): void => void (holds || found.push(sentence));

  demand(config.subjects?.join() === subjectOf(stream, '*', prefix), `it takes ${config.subjects?.join()}`);
  demand(config.retention === RetentionPolicy.Limits, `its retention is ${config.retention}, not limits`);
  demand(unlimited(config.max_msgs), `it keeps ${config.max_msgs} messages at most`);
  demand(unlimited(config.max_msgs_per_subject), `it keeps ${config.max_msgs_per_subject} messages a subject at most`);
  demand(config.allow_direct, 'it does not allow direct reads');
  demand(!config.sealed, 'it is sealed');
  if (stream === 'rows') return found;

  demand(config.storage === StorageType.File, `it is kept in ${config.storage}, not in files`);
  demand(config.discard === DiscardPolicy.New, `it discards ${config.discard} messages when it is full, not new ones`);
  demand(unlimited(config.max_age), 'it forgets by age');
  demand(config.persist_mode !== PersistMode.Async, 'it does not sync what it stores');
  demand(!config.deny_purge, 'it cannot be trimmed');
  demand(config.metadata?.[IDENTITY] !== undefined, 'it has no identity');
  const stored = config.metadata?.[PARTITIONS];
  demand(stored === String(partitions), `it has ${stored ?? 'an unknown number of'} partitions, not ${partitions}`);
  return found;
}
