import type { LmdbEnvironment } from '@ticketrail/lmdb';
import type { Entry } from '@ticketrail/pipeline';
import { RecentEntries, type RecentLimits } from '../recent-entries.js';
import { WakeUp } from '../wake-up.js';
import { decodeEntry, entryKey, seqOfKey, trimmedKey, type DurableStream } from './entry-format.js';

/** An entry between the first and the last of a partition is not on disk. The log is damaged. */
export class EntryMissing extends Error {
  readonly code = 'ENTRY_MISSING';
}

/** Somebody who reads a partition. */
export interface Reader {
  /** Everything up to here was handed over, and is done with. */
  passed(seq: number): void;
  left(): void;
}

/** Characters of body that one group read from disk may hold; the first entry is always in it. */
const groupCharactersMax = 4 << 20;

/**
 * What is on disk of one stream and partition. Entries are contiguous: `trimmed` + 1 … `lastSeq`. All of it is committed;
 * what is still being written is not seen here.
 */
export class DurablePartition {
  readonly changed = new WakeUp();
  private readonly recent: RecentEntries;
  private readonly readers = new Set<{ position: number }>();
  private trimmedSeq = 0;
  private newestSeq = 0;

  constructor(
    readonly stream: DurableStream,
    readonly partition: number,
    private readonly environment: LmdbEnvironment,
    recentLimits: RecentLimits,
  ) {
    this.recent = new RecentEntries(recentLimits);
    this.load();
  }

  /** The highest sequence ever given, trimmed or not; 0 when there never was an entry. */
  get lastSeq(): number {
    return this.newestSeq;
  }

  /** Entries up to and including this one are forgotten. */
  get trimmed(): number {
    return this.trimmedSeq;
  }

  get recentCharacters(): number {
    return this.recent.bodyCharacters;
  }

  /** Takes the truth from disk: at opening, and after a commit of which nobody knows whether it was stored. */
  load(): void {
    this.environment.store.resetReadTxn();
    const trimmed = this.environment.peek(trimmedKey(this.stream, this.partition));
    this.trimmedSeq = trimmed === undefined ? 0 : trimmed.readDoubleBE(0);
    const newest = this.environment.store.getKeys({
      start: entryKey(this.stream, this.partition, Number.MAX_SAFE_INTEGER),
      end: entryKey(this.stream, this.partition, 0),
      reverse: true,
      limit: 1,
    });
    this.newestSeq = this.trimmedSeq;
    for (const key of newest) this.newestSeq = seqOfKey(key);
    this.recent.clear();
  }

  /** The next entries are on disk: readers may have them. */
  published(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.recent.push(entry);
      this.newestSeq = entry.seq;
    }
    this.changed.wake();
  }

  /** Entries up to and including `through` are no more, or are about to be removed. */
  forgotten(through: number): void {
    this.trimmedSeq = through;
    this.recent.dropThrough(through);
  }

  /**
   * Somebody begins to read behind a position. What all who read have read leaves memory: an entry that is gone before its memory is
   * old costs the garbage collector nothing. Who comes later reads it from disk.
   */
  opened(position: number): Reader {
    const place = { position };
    this.readers.add(place);
    return {
      passed: (seq) => {
        place.position = seq;
        let through = seq;
        for (const each of this.readers) through = Math.min(through, each.position);
        this.recent.dropThrough(through);
      },
      left: () => this.readers.delete(place),
    };
  }

  /** Entries after `seq`, at most `limit`: from memory where they are recent, from disk otherwise. */
  after(seq: number, limit: number): Entry[] {
    const from = Math.max(seq, this.trimmedSeq) + 1;
    if (from > this.newestSeq) return [];
    const oldestRecent = this.recent.first();
    if (oldestRecent !== undefined && from >= oldestRecent.seq) return this.recent.after(from - 1, limit);

    const entries: Entry[] = [];
    let characters = 0;
    for (let next = from; next <= this.newestSeq && entries.length < limit; next += 1) {
      const entry = this.fromDisk(next);
      entries.push(entry);
      characters += entry.body.length;
      if (characters >= groupCharactersMax) break;
    }
    return entries;
  }

  first(): Entry | undefined {
    return this.at(this.trimmedSeq + 1);
  }

  last(): Entry | undefined {
    return this.at(this.newestSeq);
  }

  at(seq: number): Entry | undefined {
    if (!Number.isInteger(seq) || seq <= this.trimmedSeq || seq > this.newestSeq) return undefined;
    return this.recent.at(seq) ?? this.fromDisk(seq);
  }

  private fromDisk(seq: number): Entry {
    const key = entryKey(this.stream, this.partition, seq);
    const value = this.environment.peek(key);
    if (value !== undefined) return decodeEntry(seq, value);
    throw new EntryMissing(`Entry ${seq} of ${this.stream}.${this.partition} is missing on disk`);
  }
}
