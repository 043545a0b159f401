import type { Clock, Entry, StreamName } from '@ticketrail/pipeline';
import type { Row } from '@ticketrail/core';

/** A write about to happen, for whoever injects faults. */
export interface DiskWrite {
  readonly to: 'log' | 'tables';
  /** Counts the writes to log and tables together, from 1. */
  readonly number: number;
  /** Where: a stream and partition, or the names of the tables. */
  readonly target: string;
}

/** What shall happen to a write instead of simply succeeding. */
export interface DiskFault {
  /** Milliseconds that pass first. Writes to one partition of the log keep their order. */
  readonly delayMs?: number;
  /** The writer gets `error`: and the write was stored before it (`stored: true`) or was not. */
  readonly error?: Error;
  readonly stored?: boolean;
}

export interface StoredPartition {
  entries: Entry[];
  lastSeq: number;
  /** Readers that wait for more. */
  readonly waiting: Set<() => void>;
  /** Settles when the latest append to it has been dealt with. */
  tail: Promise<void>;
}

/** One row that was stored, and how to undo it. */
export interface JournalEntry {
  readonly at: number;
  /** Which row. */
  readonly key: string;
  readonly undo: () => void;
}

export interface StoredRow {
  readonly row: Row;
  readonly clock: number;
  readonly expiresAt: number;
}

/**
 * What survives a crash: the log and the tables of a simulated cluster. Any number of logs and tables work on one disk, as
 * processes on one cluster do.
 */
export class MemoryDisk {
  /** Partitions of the log, by stream and number. */
  readonly partitions = new Map<string, StoredPartition>();
  /** Rows by table, then partition key, then clustering key, each as JSON. */
  readonly tables = new Map<string, Map<string, Map<string, StoredRow>>>();
  /** Asked before each write. */
  onWrite: (write: DiskWrite) => DiskFault | undefined = () => undefined;
  /** How full a stream says it is. */
  fullness: (stream: StreamName) => number = () => 0;
  /** What was stored in the tables, the latest last, where somebody keeps it: for tables that lose their last seconds. */
  journal: JournalEntry[] | undefined;
  /** How long what was stored in the tables may be lost when they go down. */
  syncMs = 0;
  /** Counts the times that the tables went down and may have lost what was stored last. */
  life = 1;
  /** Rows that were written again at the position they were of, and rows that came after a newer one and lost. */
  rowsRepeated = 0;
  rowsOvertaken = 0;
  private writes = 0;

  constructor(
    readonly clock: Clock,
    /** Identity of the log on it. */
    readonly identity: string,
  ) {}

  /** Makes the `number`th write from now on fail, before or after it was stored. */
  failWrite(number: number, when: 'before' | 'after', error: Error = new Error('An injected fault')): void {
    const failing = this.writes + number;
    const { onWrite } = this;
    this.onWrite = (write) => (write.number === failing ? { error, stored: when === 'after' } : onWrite(write));
  }

  /** Runs `store` with whatever fault is due. */
  async write<T>(to: DiskWrite['to'], target: string, store: () => T): Promise<T> {
    this.writes += 1;
    const fault = this.onWrite({ to, target, number: this.writes });
    if (fault?.delayMs !== undefined) await this.clock.sleep(fault.delayMs);
    if (fault?.error !== undefined && fault.stored !== true) throw fault.error;
    const result = store();
    if (fault?.error !== undefined) throw fault.error;
    return result;
  }

  partition(stream: StreamName, partition: number): StoredPartition {
    const name = `${stream}.${partition}`;
    let stored = this.partitions.get(name);
    if (stored === undefined) {
      stored = { entries: [], lastSeq: 0, waiting: new Set(), tail: Promise.resolve() };
      this.partitions.set(name, stored);
    }
    return stored;
  }
}
