import { UnexpectedLastEntry, type Entry, type Message } from '@ticketrail/pipeline';
import { RecentEntries, type RecentLimits } from './recent-entries.js';
import { WakeUp } from './wake-up.js';

/**
 * One partition of the changelog, in memory only: a bounded run of the newest entries. Who needs more reads the tables.
 *
 * It begins after `firstAfter`, for which the log gives the time of opening in microseconds: so sequences go on rising over a
 * restart, as long as the machine's clock does, though the entries themselves are gone.
 */
export class RowsPartition {
  readonly changed = new WakeUp();
  private readonly entries: RecentEntries;
  private newestSeq = 0;

  constructor(
    limits: RecentLimits,
    private readonly firstAfter: number,
    private readonly now: () => number,
  ) {
    this.entries = new RecentEntries(limits);
  }

  /** The highest sequence given since the log was opened; 0 when there was none. */
  get lastSeq(): number {
    return this.newestSeq;
  }

  get count(): number {
    return this.entries.count;
  }

  get bodyCharacters(): number {
    return this.entries.bodyCharacters;
  }

  append(message: Message, expectedLastSeq: number | undefined): number {
    if (expectedLastSeq !== undefined && expectedLastSeq !== this.newestSeq) {
      throw new UnexpectedLastEntry(`The last entry is ${this.newestSeq}, not ${expectedLastSeq}`);
    }
    const seq = (this.newestSeq === 0 ? this.firstAfter : this.newestSeq) + 1;
    this.entries.push(new RowsEntry(message, seq, this.now()));
    this.newestSeq = seq;
    this.changed.wake();
    return seq;
  }

  after(seq: number, limit: number): Entry[] {
    this.entries.dropOld(this.now());
    return this.entries.after(seq, limit);
  }

  first(): Entry | undefined {
    this.entries.dropOld(this.now());
    return this.entries.first();
  }

  last(): Entry | undefined {
    this.entries.dropOld(this.now());
    return this.entries.last();
  }

  at(seq: number): Entry | undefined {
    this.entries.dropOld(this.now());
    return this.entries.at(seq);
  }

  trim(through: number): void {
    this.entries.dropThrough(through);
  }
}

/** Asks the message for its text only when a reader asks for it: a reader in this process has the value. */
class RowsEntry implements Entry {
  constructor(
    private readonly message: Message,
    readonly seq: number,
    readonly time: number,
  ) {}

  get id(): string {
    return this.message.id;
  }

  get value(): unknown {
    return this.message.value;
  }

  get size(): number {
    return this.message.size ?? this.message.body.length;
  }

  get body(): string {
    return this.message.body;
  }
}
