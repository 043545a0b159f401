import { StorageFull, WriteLoop, type LmdbEnvironment } from '@ticketrail/lmdb';
import { LogFull, UnexpectedLastEntry, type Entry, type Message, type StreamName } from '@ticketrail/pipeline';
import type { DurablePartition } from './durable-partition.js';
import { encodeEntry, encodeSeq, entryKey, trimmedKey } from './entry-format.js';

interface Append {
  readonly target: DurablePartition;
  readonly message: Message;
  readonly expectedLastSeq: number | undefined;
  readonly time: number;
  readonly value: Buffer;
  readonly resolve: (seq: number) => void;
  readonly reject: (error: Error) => void;
}

interface Trim {
  readonly target: DurablePartition;
  readonly through: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A group is bounded, so that an append waits for two commits of limited size at most while the disk keeps up. */
const groupAppendsMax = 1024;
const groupBytesMax = 8 << 20;
const groupTrimsMax = 1024;

const pageBytes = 4096;
/** Ingest may fill this share of the log. The rest is for what settles it: otherwise a full log could never be drained. */
const ingestShare = 0.75;

/** Bytes the log may hold before appends to the stream are refused. */
export function roomOf(stream: StreamName, bytesMax: number): number {
  return stream === 'ingest' ? bytesMax * ingestShare : bytesMax;
}

/**
 * The only writer of the log. Whatever is asked for while a commit is on its way to the disk waits and goes into the next one
 * together: one sync pays for all of it, and under load a slower disk makes larger groups instead of longer queues.
 *
 * Sequences are given when a group is made up, and there is one group at a time: a failed group leaves no hole.
 */
export class GroupCommit {
  private appends: Append[] = [];
  private readonly trims: Trim[] = [];
  private readonly loop = new WriteLoop(
    () => this.appends.length > 0 || this.trims.length > 0,
    () => this.commitGroup(),
  );
  private committed = 0;

  constructor(
    private readonly environment: LmdbEnvironment,
    private readonly bytesMax: number,
  ) {}

  get waiting(): number {
    return this.appends.length;
  }

  /** Commits made since opening. */
  get commits(): number {
    return this.committed;
  }

  append(
    target: DurablePartition,
    message: Message,
    expectedLastSeq: number | undefined,
    time: number,
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      const value = encodeEntry(message, time);
      this.appends.push({ target, message, expectedLastSeq, time, value, resolve, reject });
      this.loop.start();
    });
  }

  trim(target: DurablePartition, through: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.trims.push({ target, through, resolve, reject });
      this.loop.start();
    });
  }

  /** Resolves when everything asked for so far is settled. */
  drained(): Promise<void> {
    return this.loop.drained();
  }

  private async commitGroup(): Promise<void> {
    const trim = this.trims.shift();
    const group = new Group(this.environment, this.bytesMax);
    for (const append of this.takeAppends()) group.add(append);
    if (trim !== undefined) group.remove(trim);
    const unfinished = await group.commit();
    this.committed += 1;
    if (unfinished !== undefined) this.trims.push(unfinished);
  }

  private takeAppends(): Append[] {
    let bytes = 0;
    let count = 0;
    for (const append of this.appends) {
      bytes += append.value.length;
      if (count > 0 && (count >= groupAppendsMax || bytes > groupBytesMax)) break;
      count += 1;
    }
    const taken = this.appends.slice(0, count);
    this.appends = this.appends.slice(count);
    return taken;
  }
}

/** One transaction being made up. Answers are given when it has settled, since they depend on it. */
class Group {
  private readonly entries = new Map<DurablePartition, Entry[]>();
  private readonly puts: { key: Buffer; value: Buffer }[] = [];
  private readonly removals: Buffer[] = [];
  private readonly answers: (() => void)[] = [];
  private readonly refusals: ((error: Error) => void)[] = [];
  private trimming: { trim: Trim; through: number } | undefined;
  private bytesUsed: number;

  constructor(
    private readonly environment: LmdbEnvironment,
    private readonly bytesMax: number,
  ) {
    this.bytesUsed = bytesMax === Infinity ? 0 : environment.usage().bytesUsed;
  }

  add(append: Append): void {
    const { target, message, expectedLastSeq, resolve, reject } = append;
    this.refusals.push(reject);
    const staged = this.entries.get(target) ?? [];
    const lastSeq = staged.at(-1)?.seq ?? target.lastSeq;
    if (expectedLastSeq !== undefined && expectedLastSeq !== lastSeq) {
      const name = `${target.stream}.${target.partition}`;
      this.answers.push(() =>
        reject(new UnexpectedLastEntry(`The last entry of ${name} is ${lastSeq}, not ${expectedLastSeq}`)),
      );
      return;
    }
    const bytes = Math.ceil(append.value.length / pageBytes) * pageBytes;
    if (this.bytesUsed + bytes > roomOf(target.stream, this.bytesMax)) {
      this.answers.push(() => reject(new LogFull(`${this.bytesUsed} of ${this.bytesMax} bytes of the log are in use`)));
      return;
    }
    this.bytesUsed += bytes;

    const seq = lastSeq + 1;
    staged.push({ ...message, seq, time: append.time });
    this.entries.set(target, staged);
    this.puts.push({ key: entryKey(target.stream, target.partition, seq), value: append.value });
    this.answers.push(() => resolve(seq));
  }

  /** Removes a bounded number of entries; `commit` hands back the trim when there are more. */
  remove(trim: Trim): void {
    const { stream, partition, trimmed, lastSeq } = trim.target;
    this.refusals.push(trim.reject);
    const through = Math.min(trim.through, lastSeq, trimmed + groupTrimsMax);
    for (let seq = trimmed + 1; seq <= through; seq += 1) this.removals.push(entryKey(stream, partition, seq));
    if (through > trimmed) this.puts.push({ key: trimmedKey(stream, partition), value: encodeSeq(through) });
    this.trimming = { trim, through: Math.max(through, trimmed) };
  }

  async commit(): Promise<Trim | undefined> {
    // The disk shows a removal before this thread hears of it: readers must stop looking for those entries first.
    this.trimming?.trim.target.forgotten(this.trimming.through);
    try {
      if (this.puts.length > 0) await this.environment.commit(() => this.apply());
    } catch (error) {
      this.fail(error as Error);
      return undefined;
    }
    for (const [target, entries] of this.entries) target.published(entries);
    for (const answer of this.answers) answer();
    return this.finishTrim();
  }

  private apply(): void {
    const { store } = this.environment;
    for (const { key, value } of this.puts) void store.put(key, value);
    for (const key of this.removals) void store.remove(key);
  }

  private finishTrim(): Trim | undefined {
    if (this.trimming === undefined) return undefined;
    const { trim, through } = this.trimming;
    if (through < Math.min(trim.through, trim.target.lastSeq)) return trim;
    trim.resolve();
    return undefined;
  }

  private fail(error: Error): void {
    const targets = new Set(this.entries.keys());
    if (this.trimming !== undefined) targets.add(this.trimming.trim.target);
    for (const target of targets) {
      target.load();
      target.changed.wake();
    }
    const reason = error instanceof StorageFull ? new LogFull(error.message, { cause: error }) : error;
    for (const refuse of this.refusals) refuse(reason);
  }
}
