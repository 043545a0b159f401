import { Queue } from '@ticketrail/core';
import type { Entry } from '@ticketrail/pipeline';

export interface RecentLimits {
  /** Length of the bodies kept, in characters. The newest entry is always kept. */
  readonly bodyCharactersMax: number;
  /** Entries stored longer ago are let go. Infinity for no limit. */
  readonly ageMsMax: number;
}

/**
 * The newest entries of one partition, in memory: a contiguous run of sequences that ends with the newest. Bounded, so that a
 * slow reader costs nothing here. Adding and handing over are O(1) per entry.
 */
export class RecentEntries {
  private entries = new Queue<Entry>();
  private characters = 0;

  constructor(private readonly limits: RecentLimits) {}

  get count(): number {
    return this.entries.length;
  }

  get bodyCharacters(): number {
    return this.characters;
  }

  first(): Entry | undefined {
    return this.entries.at(0);
  }

  last(): Entry | undefined {
    return this.count === 0 ? undefined : this.entries.at(this.count - 1);
  }

  at(seq: number): Entry | undefined {
    const first = this.first();
    return first === undefined || seq < first.seq ? undefined : this.entries.at(seq - first.seq);
  }

  /** Adds the entry that follows the newest one. Anything else is a bug of the caller. */
  push(entry: Entry): void {
    const last = this.last();
    if (last !== undefined && entry.seq !== last.seq + 1) {
      throw new Error(`Entry ${entry.seq} does not follow ${last.seq}`);
    }
    this.entries.push(entry);
    this.characters += sizeOf(entry);
    while (this.characters > this.limits.bodyCharactersMax && this.count > 1) this.dropFirst();
    this.dropOld(entry.time);
  }

  /** Lets entries go that are too old at `now` (epoch milliseconds). */
  dropOld(now: number): void {
    for (
      let first = this.first();
      first !== undefined && first.time < now - this.limits.ageMsMax;
      first = this.first()
    ) {
      this.dropFirst();
    }
  }

  /** Lets entries go up to and including `seq`. */
  dropThrough(seq: number): void {
    for (let first = this.first(); first !== undefined && first.seq <= seq; first = this.first()) this.dropFirst();
  }

  clear(): void {
    this.entries = new Queue();
    this.characters = 0;
  }

  /** Entries after `seq`, at most `limit`; those let go already are passed over. */
  after(seq: number, limit: number): Entry[] {
    const first = this.first();
    if (first === undefined) return [];
    const from = Math.max(0, seq + 1 - first.seq);
    return this.entries.slice(from, from + limit);
  }

  private dropFirst(): void {
    const first = this.entries.shift();
    if (first !== undefined) this.characters -= sizeOf(first);
  }
}

function sizeOf(entry: Entry): number {
  return entry.size ?? entry.body.length;
}
