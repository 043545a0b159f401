/**
 * Tells a cursor that stands still while its log grows from one that has nothing to do: "healthy" must not hide "stuck".
 *
 * Asked in rounds where every cursor stands; compares it with the newest entry of its partition.
 */
import type { Clock, EventLog, StreamName } from './ports.js';

/** Where a loop stands on its partition. */
export interface Cursor {
  readonly partition: number;
  /** Position of the last entry it is done with. */
  readonly seq: number;
  /** The log's time at that position, epoch milliseconds; 0 before the first. */
  readonly logTime: number;
}

export interface Lag {
  readonly partition: number;
  /**
   * Positions between the cursor and the newest entry. Entries, where a log numbers each partition by itself; where partitions
   * share numbers, at most so many.
   */
  readonly entries: number;
  /** Log time between them. Seconds. */
  readonly seconds: number;
}

interface Seen {
  seq: number;
  /** Since when, by our clock, the cursor has been behind without moving; undefined while it is not. */
  stillSince: number | undefined;
  lag: Lag;
}

export class StalledCursors {
  private seen = new Map<number, Seen>();
  private unanswered: { since: number; reason: string } | undefined;

  /**
   * @param stream what the cursors move on
   * @param stalledMs standing still this long while there is something to do is a problem
   */
  constructor(
    private readonly log: EventLog,
    private readonly stream: StreamName,
    private readonly clock: Clock,
    private readonly stalledMs: number,
  ) {}

  /** One round over the cursors there are now. Never throws: a log that does not answer is what it reports. */
  async look(cursors: Iterable<Cursor>): Promise<void> {
    const known = this.seen;
    const next = new Map<number, Seen>();
    try {
      await Promise.all(
        [...cursors].map(async (cursor) => {
          const newest = await this.log.last(this.stream, cursor.partition);
          next.set(cursor.partition, this.judge(cursor, newest, known.get(cursor.partition)));
        }),
      );
    } catch (error) {
      this.unanswered ??= { since: this.clock.now(), reason: error instanceof Error ? error.message : String(error) };
      return;
    }
    this.unanswered = undefined;
    this.seen = next;
  }

  /** As of the last round that the log answered. */
  lags(): Lag[] {
    return [...this.seen.values()].map(({ lag }) => lag);
  }

  /** What is stuck, for health; undefined when nothing is. */
  problem(): string | undefined {
    const now = this.clock.now();
    if (this.unanswered !== undefined && now - this.unanswered.since >= this.stalledMs) {
      return `the log has not answered for ${Math.round((now - this.unanswered.since) / 1000)} seconds: ${this.unanswered.reason}`;
    }
    for (const [partition, { seq, stillSince, lag }] of this.seen) {
      if (stillSince === undefined || now - stillSince < this.stalledMs) continue;
      const seconds = Math.round((now - stillSince) / 1000);
      return `partition ${partition} has stood at ${seq} of ${this.stream} for ${seconds} seconds, ${lag.entries} behind its end`;
    }
    return undefined;
  }

  private judge(
    { partition, seq, logTime }: Cursor,
    newest: { seq: number; time: number } | undefined,
    before?: Seen,
  ): Seen {
    const entries = Math.max(0, (newest?.seq ?? 0) - seq);
    const seconds = entries === 0 || logTime === 0 ? 0 : Math.max(0, (newest!.time - logTime) / 1000);
    const isStill = entries > 0 && before?.seq === seq;
    const stillSince = entries === 0 ? undefined : isStill ? (before.stillSince ?? this.clock.now()) : this.clock.now();
    return { seq, stillSince, lag: { partition, entries, seconds } };
  }
}
