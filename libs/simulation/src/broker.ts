/**
 * The engine behind the simulated log: what it stores, and what can happen to what it stores. Processes reach it through a
 * RemoteEventLog, which adds what can happen on the way.
 */
import { LogFull, UnexpectedLastEntry, type Entry, type Message, type StreamName } from '@ticketrail/pipeline';
import type { Scheduler } from './scheduler.js';
import type { Sometimes } from './sometimes.js';

interface Partition {
  entries: Entry[];
  /** Every entry of this life of the log, also those that were trimmed. */
  archive: Entry[];
  lastSeq: number;
  /** When each message id was last stored. */
  readonly ids: Map<string, { seq: number; at: number }>;
  readonly waiting: Set<() => void>;
}

export class Broker {
  identity = 'log-1';
  isFull = false;
  /** What is added to the time of day: another leader has another clock. */
  clockOffsetMs = 0;
  /** Changes when the engine was down, which ends every reader's stream. */
  connection = 0;
  private readonly partitions = new Map<string, Partition>();

  /** @param dedupeMs how long a message id is remembered; 0 for an engine that does not */
  constructor(
    private readonly scheduler: Scheduler,
    private readonly dedupeMs: number,
    private readonly sometimes: Sometimes,
  ) {}

  append(stream: StreamName, partition: number, message: Message, expectedLastSeq: number | undefined): number {
    const stored = this.partition(stream, partition);
    if (this.isFull && stream !== 'rows') throw new LogFull('the simulated log is full');
    const now = this.scheduler.now();
    const known = stored.ids.get(message.id);
    if (known !== undefined && now - known.at < this.dedupeMs) {
      this.sometimes.saw('the log recognised a message id');
      return known.seq;
    }
    if (expectedLastSeq !== undefined && expectedLastSeq !== stored.lastSeq) {
      this.sometimes.saw('a publish was refused, as somebody else had written');
      throw new UnexpectedLastEntry(`the last entry is ${stored.lastSeq}, not ${expectedLastSeq}`);
    }
    const seq = ++stored.lastSeq;
    const entry: Entry = {
      seq,
      time: Math.floor(now) + this.clockOffsetMs,
      id: message.id,
      // Only when it is read: nobody may ask for the text of a change.
      get body() {
        return message.body;
      },
    };
    stored.entries.push(entry);
    if (stream !== 'rows') {
      stored.archive.push(entry);
      stored.ids.set(message.id, { seq, at: now });
    }
    for (const wake of stored.waiting) wake();
    return seq;
  }

  after(stream: StreamName, partition: number, seq: number): Entry[] {
    const { entries } = this.partition(stream, partition);
    let from = entries.length;
    while (from > 0 && entries[from - 1]!.seq > seq) from--;
    return entries.slice(from);
  }

  kept(stream: StreamName, partition: number): readonly Entry[] {
    return this.partition(stream, partition).entries;
  }

  /** Every entry that is or was in the log, but for those that were rolled back. */
  archive(stream: StreamName, partition: number): readonly Entry[] {
    return this.partition(stream, partition).archive;
  }

  lastSeq(stream: StreamName, partition: number): number {
    return this.partition(stream, partition).lastSeq;
  }

  /** Forgets entries through `seq`, as `trim` does, or as eviction does unasked. */
  forget(stream: StreamName, partition: number, seq: number): void {
    const stored = this.partition(stream, partition);
    stored.entries = stored.entries.filter((entry) => entry.seq > seq);
  }

  /** Calls `wake` at the next change of the partition, until the answer is called. */
  onChange(stream: StreamName, partition: number, wake: () => void): () => void {
    const { waiting } = this.partition(stream, partition);
    waiting.add(wake);
    return () => waiting.delete(wake);
  }

  /** The engine was down: whoever reads has to begin again. */
  disconnect(): void {
    this.connection++;
    for (const { waiting } of this.partitions.values()) for (const wake of waiting) wake();
  }

  /** Loses the entries after `seq`, as after a loss of power, and will give their positions out again. */
  rollBack(stream: StreamName, partition: number, seq: number): void {
    const stored = this.partition(stream, partition);
    stored.entries = stored.entries.filter((entry) => entry.seq <= seq);
    stored.archive = stored.archive.filter((entry) => entry.seq <= seq);
    stored.lastSeq = seq;
    for (const [id, known] of stored.ids) if (known.seq > seq) stored.ids.delete(id);
  }

  /** The log is deleted and created anew. */
  recreate(): void {
    this.identity = 'log-2';
    this.partitions.clear();
    this.connection++;
  }

  private partition(stream: StreamName, partition: number): Partition {
    const name = `${stream}.${partition}`;
    let stored = this.partitions.get(name);
    if (stored === undefined) {
      stored = { entries: [], archive: [], lastSeq: 0, ids: new Map(), waiting: new Set() };
      this.partitions.set(name, stored);
    }
    return stored;
  }
}
