import { EventLog, UnexpectedLastEntry, type Entry, type Message, type StreamName } from '@ticketrail/pipeline';
import type { MemoryDisk, StoredPartition } from './memory-disk.js';

/** The process that used this log or these tables is gone; nothing of it runs on. */
export class Crashed extends Error {
  readonly code = 'CRASHED';
}

/** The log of one simulated process on a MemoryDisk. All streams survive, `rows` too. */
export class MemoryEventLog extends EventLog {
  private crashed = false;

  private constructor(private readonly disk: MemoryDisk) {
    super();
  }

  static on(disk: MemoryDisk): MemoryEventLog {
    return new MemoryEventLog(disk);
  }

  /** Ends the process: its reads and appends from now on fail, and appends on their way are not stored. */
  crash(): void {
    this.crashed = true;
    for (const partition of this.disk.partitions.values()) wake(partition);
  }

  override async identity(): Promise<string> {
    return this.disk.identity;
  }

  override async append(
    stream: StreamName,
    partition: number,
    message: Message,
    expectedLastSeq?: number,
  ): Promise<number> {
    this.assertAlive();
    const stored = this.disk.partition(stream, partition);
    const appended = stored.tail.then(() =>
      this.disk.write('log', `${stream}.${partition}`, () => this.store(stored, message, expectedLastSeq)),
    );
    stored.tail = appended.then(
      () => undefined,
      () => undefined,
    );
    return appended;
  }

  override async *read(
    stream: StreamName,
    partition: number,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<Entry[]> {
    const stored = this.disk.partition(stream, partition);
    let position = after;
    while (!signal.aborted) {
      this.assertAlive();
      const entries = stored.entries.slice(indexAfter(stored.entries, position));
      const newest = entries.at(-1);
      if (newest === undefined) {
        await change(stored, signal);
        continue;
      }
      position = newest.seq;
      yield entries;
    }
  }

  override async last(stream: StreamName, partition: number): Promise<Entry | undefined> {
    this.assertAlive();
    return this.disk.partition(stream, partition).entries.at(-1);
  }

  override async first(stream: StreamName, partition: number): Promise<Entry | undefined> {
    this.assertAlive();
    return this.disk.partition(stream, partition).entries[0];
  }

  override async at(stream: StreamName, partition: number, seq: number): Promise<Entry | undefined> {
    this.assertAlive();
    const { entries } = this.disk.partition(stream, partition);
    const entry = entries[indexAfter(entries, seq - 1)];
    return entry?.seq === seq ? entry : undefined;
  }

  override async trim(stream: StreamName, partition: number, through: number): Promise<void> {
    this.assertAlive();
    const stored = this.disk.partition(stream, partition);
    stored.entries = stored.entries.slice(indexAfter(stored.entries, through));
  }

  override async fullness(stream: StreamName): Promise<number> {
    this.assertAlive();
    return this.disk.fullness(stream);
  }

  private store(stored: StoredPartition, message: Message, expectedLastSeq: number | undefined): number {
    this.assertAlive();
    if (expectedLastSeq !== undefined && expectedLastSeq !== stored.lastSeq) {
      throw new UnexpectedLastEntry(`The last entry is ${stored.lastSeq}, not ${expectedLastSeq}`);
    }
    stored.lastSeq += 1;
    // Only what a disk keeps: readers in other processes have to parse the body.
    stored.entries.push({
      seq: stored.lastSeq,
      time: this.disk.clock.now(),
      id: message.id,
      body: message.body,
    });
    wake(stored);
    return stored.lastSeq;
  }

  private assertAlive(): void {
    if (this.crashed) throw new Crashed('The process has crashed');
  }
}

function wake(stored: StoredPartition): void {
  for (const waiter of stored.waiting) waiter();
}

/** Resolves at the next change of the partition, or when `signal` aborts. */
function change(stored: StoredPartition, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const waiter = (): void => {
      stored.waiting.delete(waiter);
      signal.removeEventListener('abort', waiter);
      resolve();
    };
    stored.waiting.add(waiter);
    signal.addEventListener('abort', waiter, { once: true });
  });
}

/** Index of the first entry after `seq`. */
function indexAfter(entries: readonly Entry[], seq: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.seq ?? 0) > seq) high = middle;
    else low = middle + 1;
  }
  return low;
}
