import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { LmdbEnvironment, type StorageUsage } from '@ticketrail/lmdb';
import { EventLog, type Entry, type Message, type StreamName } from '@ticketrail/pipeline';
import { RowsPartition } from '../rows-partition.js';
import { DurablePartition } from './durable-partition.js';
import { formatKey, identityKey } from './entry-format.js';
import { GroupCommit, roomOf } from './group-commit.js';

/** The log has been closed, or is being closed. */
export class LogClosed extends Error {
  readonly code = 'LOG_CLOSED';
}

/** The directory was written by a version of this software that stores the log in another way. */
export class UnknownLogFormat extends Error {
  readonly code = 'UNKNOWN_LOG_FORMAT';
}

export interface LmdbEventLogOptions {
  readonly directory: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /**
   * Room for entries, in bytes of pages in use; `append` throws LogFull beyond it and `trim` frees it. A quarter is kept for
   * `events`, so that a log full of ingest can be settled and drained. The file may be a little larger. Default: the disk.
   */
  readonly bytesMax?: number;
  /**
   * Characters of recent bodies kept in memory for each durable partition, until all who read it have read them. Default 4 Mi.
   */
  readonly recentCharactersMax?: number;
  /** How long `rows` are kept, in milliseconds. Default ten minutes. */
  readonly rowsAgeMsMax?: number;
  /** Characters of bodies of `rows` kept for each partition. Default 32 Mi. */
  readonly rowsCharactersMax?: number;
}

export interface LogStats extends StorageUsage {
  /** Characters of bodies held in memory for readers of `ingest` and `events`. */
  readonly recentCharacters: number;
  readonly rowsEntries: number;
  readonly rowsCharacters: number;
  /** Appends that wait for a commit to begin. */
  readonly appendsWaiting: number;
  /** Commits, each with a sync, since the log was opened. */
  readonly commits: number;
}

const format = '1';
/** Entries handed to a reader at a time, at most. */
const groupEntriesMax = 256;
const partitionMax = 0xffff_ffff;

/**
 * The log of a single process, embedded.
 *
 * `ingest` and `events` are on disk: sequences run from 1 without holes in each partition, and `append` resolves after the
 * sync. A reader follows its position through memory while it keeps up and through the disk while it does not; entries from
 * memory carry the `value` they were appended with. `rows` live in memory only, for a time and within a size: after a restart
 * they are gone, and sequences go on from a higher number taken from the clock.
 */
export class LmdbEventLog extends EventLog {
  private readonly durable = new Map<string, DurablePartition>();
  private readonly rows = new Map<number, RowsPartition>();
  private readonly commits: GroupCommit;
  private readonly openedAt: number;
  private closed = false;

  private constructor(
    private readonly environment: LmdbEnvironment,
    private readonly options: LmdbEventLogOptions,
    private readonly ownIdentity: string,
  ) {
    super();
    this.commits = new GroupCommit(environment, options.bytesMax ?? Infinity);
    this.openedAt = options.now();
  }

  /** Opens or creates the log. Throws DirectoryInUse when another process has it, UnknownLogFormat when it cannot be read. */
  static async open(options: LmdbEventLogOptions): Promise<LmdbEventLog> {
    const environment = LmdbEnvironment.open(options.directory);
    try {
      return new LmdbEventLog(environment, options, await identify(environment, options.directory));
    } catch (error) {
      await environment.close();
      throw error;
    }
  }

  override identity(): Promise<string> {
    return Promise.resolve(this.ownIdentity);
  }

  override async append(
    stream: StreamName,
    partition: number,
    message: Message,
    expectedLastSeq?: number,
  ): Promise<number> {
    this.assertOpen();
    if (stream === 'rows') return this.rowsOf(partition).append(message, expectedLastSeq);
    return this.commits.append(this.durableOf(stream, partition), message, expectedLastSeq, this.options.now());
  }

  override async *read(
    stream: StreamName,
    partition: number,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<Entry[]> {
    const source = this.partitionOf(stream, partition);
    const reader = source instanceof DurablePartition ? source.opened(after) : undefined;
    let position = after;
    try {
      while (!signal.aborted) {
        this.assertOpen();
        const entries = source.after(position, groupEntriesMax);
        const newest = entries.at(-1);
        if (newest === undefined) {
          await source.changed.wait(signal);
          continue;
        }
        position = newest.seq;
        yield entries;
        reader?.passed(position);
        // Catching up must not keep the process from everything else.
        if (position < source.lastSeq) await setImmediate();
      }
    } finally {
      reader?.left();
    }
  }

  override async last(stream: StreamName, partition: number): Promise<Entry | undefined> {
    return this.partitionOf(stream, partition).last();
  }

  override async first(stream: StreamName, partition: number): Promise<Entry | undefined> {
    return this.partitionOf(stream, partition).first();
  }

  override async at(stream: StreamName, partition: number, seq: number): Promise<Entry | undefined> {
    return this.partitionOf(stream, partition).at(seq);
  }

  override async trim(stream: StreamName, partition: number, through: number): Promise<void> {
    this.assertOpen();
    if (stream === 'rows') this.rowsOf(partition).trim(through);
    else await this.commits.trim(this.durableOf(stream, partition), through);
  }

  override async fullness(stream: StreamName): Promise<number> {
    this.assertOpen();
    const { bytesMax = Infinity } = this.options;
    if (stream === 'rows' || bytesMax === Infinity) return 0;
    return this.environment.usage().bytesUsed / roomOf(stream, bytesMax);
  }

  stats(): LogStats {
    this.assertOpen();
    const total = (numbers: Iterable<number>): number => [...numbers].reduce((sum, number) => sum + number, 0);
    const rows = [...this.rows.values()];
    return {
      ...this.environment.usage(),
      recentCharacters: total([...this.durable.values()].map((partition) => partition.recentCharacters)),
      rowsEntries: total(rows.map((partition) => partition.count)),
      rowsCharacters: total(rows.map((partition) => partition.bodyCharacters)),
      appendsWaiting: this.commits.waiting,
      commits: this.commits.commits,
    };
  }

  /** Takes no more, waits until what was appended is on disk, and closes. Readers that go on afterwards get LogClosed. */
  async close(): Promise<void> {
    this.closed = true;
    await this.commits.drained();
    await this.environment.close();
    for (const partition of [...this.durable.values(), ...this.rows.values()]) partition.changed.wake();
  }

  private partitionOf(stream: StreamName, partition: number): DurablePartition | RowsPartition {
    this.assertOpen();
    return stream === 'rows' ? this.rowsOf(partition) : this.durableOf(stream, partition);
  }

  private durableOf(stream: 'ingest' | 'events', partition: number): DurablePartition {
    const name = `${stream}.${partition}`;
    let known = this.durable.get(name);
    if (known === undefined) {
      assertPartition(partition);
      const limits = { bodyCharactersMax: this.options.recentCharactersMax ?? 4 << 20, ageMsMax: Infinity };
      known = new DurablePartition(stream, partition, this.environment, limits);
      this.durable.set(name, known);
    }
    return known;
  }

  private rowsOf(partition: number): RowsPartition {
    let known = this.rows.get(partition);
    if (known === undefined) {
      assertPartition(partition);
      const limits = {
        bodyCharactersMax: this.options.rowsCharactersMax ?? 32 << 20,
        ageMsMax: this.options.rowsAgeMsMax ?? 600_000,
      };
      known = new RowsPartition(limits, this.openedAt * 1000, this.options.now);
      this.rows.set(partition, known);
    }
    return known;
  }

  private assertOpen(): void {
    if (this.closed) throw new LogClosed('The log is closed');
  }
}

function assertPartition(partition: number): void {
  if (Number.isInteger(partition) && partition >= 0 && partition <= partitionMax) return;
  throw new RangeError(`${partition} is not a partition: a whole number from 0 to ${partitionMax} is`);
}

/** The identity of the log on disk; a new log gets one first. */
async function identify(environment: LmdbEnvironment, directory: string): Promise<string> {
  const known = environment.peek(identityKey)?.toString();
  if (known === undefined) {
    const identity = randomUUID();
    await environment.commit(() => {
      void environment.store.put(identityKey, Buffer.from(identity));
      void environment.store.put(formatKey, Buffer.from(format));
    });
    return identity;
  }
  const found = environment.peek(formatKey)?.toString();
  if (found === format) return known;
  throw new UnknownLogFormat(`${directory} holds a log of format ${found}; this version reads format ${format}`);
}
