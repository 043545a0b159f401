/**
 * The whole outside world of the pipeline, on one page. Abstract classes, so that one name is both type and injection token.
 *
 * The contract suites beside this file (`event-log.contract.ts`, `tables.contract.ts`) say the same in tests, and every
 * adapter runs them.
 */
import { rangeOf, type Key, type Row, type SetRows, type TableSpec } from '@ticketrail/core';

/** `ingest`: what collectors took. `events`: what the enricher settled. `rows`: the changelog, kept for a short time only. */
export type StreamName = 'ingest' | 'events' | 'rows';

export interface Message {
  /** Unique on its stream and partition. */
  readonly id: string;
  /** What is stored. */
  readonly body: string;
  /**
   * The same as `body`, decoded. A log in the reader's own process may hand it over so that nobody parses twice; it must not
   * be changed by anyone after `append`.
   */
  readonly value?: unknown;
  /** About how many characters `body` has, where making it costs something and nobody may ask for it. */
  readonly size?: number;
  /** The trace it belongs to, a W3C traceparent: given back with the entry where the log can, and nothing depends on it. */
  readonly trace?: string;
  /**
   * What a reader of `readHeads` wants to know of `body`, in one line of text: it need not be brought the body then. Kept with the
   * entry or not at all.
   */
  readonly summary?: string;
}

export interface Entry extends Message {
  /** Position on the partition: positive, strictly increasing, not necessarily without holes. */
  readonly seq: number;
  /** The log's own clock when the entry was stored, epoch milliseconds. May go back after a change of leader. */
  readonly time: number;
}

/** An entry whose body may be missing where it has a summary. */
export type Head = Omit<Entry, 'body'> & Partial<Pick<Entry, 'body'>>;

/** The append was refused because the partition's last entry is not the one the writer expected: somebody else wrote. */
export class UnexpectedLastEntry extends Error {
  readonly code = 'UNEXPECTED_LAST_ENTRY';
}

/** The log takes no more: it is full. It refuses, it never forgets. */
export class LogFull extends Error {
  readonly code = 'LOG_FULL';
}

/**
 * An ordered, durable log of entries per stream and partition.
 *
 * Caller: at most one reader loop per partition and stage; keeps its own cursor.
 * Implementer: entries are never re-ordered, changed or dropped, but for `trim` (and `rows`, which keeps minutes).
 */
export abstract class EventLog {
  /**
   * Identity of this very log: set at its creation, different after it is deleted and created anew. Sequences of two
   * identities must never be compared.
   */
  abstract identity(): Promise<string>;

  /**
   * Stores one message and answers its `seq` once it is on disk (`rows` need not be). Appends of one partition issued in
   * order are stored in order.
   *
   * With `expectedLastSeq`, throws UnexpectedLastEntry unless the last entry of the partition has that `seq` (0: it never had
   * one). Throws LogFull when there is no room. Any other error leaves it open whether the message was stored.
   */
  abstract append(stream: StreamName, partition: number, message: Message, expectedLastSeq?: number): Promise<number>;

  /**
   * Entries after position `after` in order, in groups of whatever is there (never empty), and then each new one as it is
   * stored. Ends when `signal` aborts, without an error. A reader slower than the log is held by it, not dropped by it.
   * An entry is only handed to readers once it is on disk.
   */
  abstract read(stream: StreamName, partition: number, after: number, signal: AbortSignal): AsyncIterable<Entry[]>;

  /**
   * The same entries for who needs no more of them than their summaries: each has its summary, its value or its body. A log in
   * another process sends no body where there is a summary.
   */
  readHeads(stream: StreamName, partition: number, after: number, signal: AbortSignal): AsyncIterable<Head[]> {
    return this.read(stream, partition, after, signal);
  }

  /** The newest entry, or undefined when the partition is empty (also after everything was trimmed). */
  abstract last(stream: StreamName, partition: number): Promise<Entry | undefined>;

  /** The oldest entry still kept, or undefined when the partition is empty. */
  abstract first(stream: StreamName, partition: number): Promise<Entry | undefined>;

  /** The entry at exactly `seq`, or undefined. */
  abstract at(stream: StreamName, partition: number, seq: number): Promise<Entry | undefined>;

  /** Forgets entries up to and including `through`. Sequences are not used again, and `last` numbers survive a restart. */
  abstract trim(stream: StreamName, partition: number, through: number): Promise<void>;

  /**
   * How much of the room that a stream may take up is taken: 0 … 1, and 1 or more when appends are refused. Cheap enough to
   * ask every second; 0 where there is no limit.
   */
  abstract fullness(stream: StreamName): Promise<number>;
}

/** A whole row to be written at a position of the log. */
export interface RowWrite {
  readonly table: TableSpec;
  /** Every column of the table. */
  readonly row: Row;
  /** The write clock: the row wins over what is stored when its clock is higher or equal, and is ignored when lower. */
  readonly clock: number;
  /** Epoch milliseconds after which the row may vanish. Always given when the table is kept for a limited time. */
  readonly expiresAt?: number;
}

/** Bounds on the clustering key within one partition: each a prefix of the clustering columns' values. */
export interface ClusteringRange {
  /** Inclusive. */
  readonly from?: readonly (string | number)[];
  /** Exclusive for full keys and for prefixes (every row that begins with the prefix is beyond it). */
  readonly before?: readonly (string | number)[];
  readonly limit?: number;
  /** Newest (highest) first. */
  readonly reverse?: boolean;
}

/**
 * Tables whose rows are written whole, with an explicit clock.
 *
 * Caller: one writer per row. Implementer: no counters, no read-modify-write visible to others, no partial rows; a write
 * that returned is read by every reader at once, and is on disk within `syncMs`. What is not on disk yet may be lost when the tables go down:
 * then `life` changes.
 */
export abstract class Tables {
  /** How long after `write` answered everything of it is on disk, milliseconds; 0: by then. */
  abstract readonly syncMs: number;

  /** The rows with these keys, in the order of the keys; undefined where there is none. */
  abstract read(table: TableSpec, keys: readonly Key[]): Promise<(Row | undefined)[]>;

  /** Rows of one partition in clustering order. `partition` gives every partition-key column. */
  abstract scan(table: TableSpec, partition: Key, range?: ClusteringRange): Promise<Row[]>;

  /** Rows of several different partitions, in no order: of many small ones much quicker than one after the other. */
  async scanMany(
    table: TableSpec,
    partitions: readonly Key[],
    range?: Pick<ClusteringRange, 'from' | 'before'>,
  ): Promise<Row[]> {
    return (await Promise.all(partitions.map((partition) => this.scan(table, partition, range)))).flat();
  }

  /** The rows of each set, in clustering order: of many much quicker than one after the other. */
  async scanSets(sets: readonly SetRows[]): Promise<Row[][]> {
    return Promise.all(sets.map((set) => this.scan(set.table, set.partition, rangeOf(set))));
  }

  /**
   * Writes rows; when it answers, all are stored. When it throws, any subset may be: writing the same again is always safe.
   * Of two rows with one key in one call, the one with the higher clock stays (the later one, if equal).
   */
  abstract write(rows: readonly RowWrite[]): Promise<void>;

  /**
   * Names this life of the tables: another one answers otherwise once they may have lost something that `write` had answered.
   * Rows that were answered in the life that this names, and longer ago than a sync takes, are on disk: it may wait until they are.
   */
  abstract life(): Promise<string>;
}

/** Which partitions this process runs. Ownership only matters for liveness: two owners for a moment are harmless. */
export abstract class Membership {
  /** Called with the set of partitions to run now, and again whenever it changes, until `signal` aborts. */
  abstract follow(role: string, signal: AbortSignal, onChange: (partitions: readonly number[]) => void): Promise<void>;
}

/** What is known about a place, from reference data. */
export interface Location {
  readonly name?: string;
  /** IANA time zone, such as America/Toronto. */
  readonly timeZone?: string;
}

export abstract class Reference {
  /** Synchronous: an adapter keeps what it needs in memory. */
  abstract location(tenant: string, locationId: string): Location | undefined;
}

/** The only clock of the pipeline. */
export abstract class Clock {
  /** Epoch milliseconds. */
  abstract now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  abstract sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Lets everything else in the process have its turn: with ports that answer from memory, long work would otherwise be one turn,
   * in which nothing is published, taken or answered.
   */
  abstract turn(): Promise<void>;
}
