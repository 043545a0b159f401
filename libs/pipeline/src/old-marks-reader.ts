/**
 * Looks up which events were settled before the window of identities begins: reads their first-seen marks a minute of event
 * time at a time, a few rows at a time, and keeps what it read as long as there is room. See OldMarks.
 */
import { FIRST_SEEN, type Hash64, hourOf, IdentityTable, type MarksRow, OldMarks } from '@ticketrail/core';
import { readCheckpoints } from './checkpoint.js';
import type { Epoch } from './epoch.js';
import type { Clock, Tables } from './ports.js';

export interface OldMarksOptions {
  /** First-seen marks kept in memory per partition, bytes; one minute's are kept whatever they take. */
  readonly oldMarksBytesMax: number;
  /** Rows of marks read at a time: others get their turn in between. */
  readonly oldMarksRowsPerRead: number;
  /** Tables may have lost what they took last: see AggregateOptions. */
  readonly isTailInDoubt?: boolean;
}

/** Counts for metrics; only ever grow, but for the size. */
export interface OldMarksStats {
  /** How often marks of a minute were read, for the first time or what was new of them. */
  oldMinutesRead: number;
  oldRowsRead: number;
  oldMarksBytes: number;
}

/** How long settling sleeps until it looks again whether there is a checkpoint that it waits for. */
export const CHECKPOINT_WAIT_MS = 50;

export class OldMarksReader {
  private readonly marks: OldMarks;
  private readonly found = new IdentityTable();

  constructor(
    private readonly ports: { readonly tables: Tables; readonly clock: Clock },
    private readonly epoch: Epoch,
    private readonly partition: number,
    private readonly options: OldMarksOptions,
    private readonly stats: OldMarksStats,
  ) {
    this.marks = new OldMarks(options.oldMarksBytesMax);
    stats.oldMarksBytes = 0;
  }

  /**
   * The wanted identities that were settled before, each with its first position, as far as the window cannot know them. Holds
   * until the next call, and is not complete when `signal` aborts.
   *
   * @param wanted by the minute of event time in which their marks lie
   * @param coversAfterSeq everything settled after this position is in the window
   * @param settled position of the last settled batch
   */
  async lookUp(
    wanted: ReadonlyMap<number, readonly Hash64[]>,
    coversAfterSeq: number,
    settled: number,
    signal: AbortSignal,
  ): Promise<IdentityTable> {
    const { marks, found, stats } = this;
    found.clear();
    let reach: Reach | undefined;
    for (const [minute, identities] of wanted) {
      if (!marks.isLoaded(minute, coversAfterSeq)) {
        reach ??= await this.reach(coversAfterSeq, settled, signal);
        await this.load(minute, reach, signal);
      }
      if (signal.aborted) break;
      marks.lookUp(minute, identities, found);
      marks.forget();
    }
    stats.oldMarksBytes = marks.bytes;
    return found;
  }

  /** Waits until the table holds every mark the window does not. Late is better than twice. */
  private async reach(coversAfterSeq: number, settled: number, signal: AbortSignal): Promise<Reach> {
    const { tables, clock } = this.ports;
    let checkpoints = await readCheckpoints(tables, this.epoch, this.partition);
    while (checkpoints.checkpoint.seq < coversAfterSeq && !signal.aborted) {
      await clock.sleep(CHECKPOINT_WAIT_MS, signal);
      checkpoints = await readCheckpoints(tables, this.epoch, this.partition);
    }
    const { checkpoint, earlier } = checkpoints;
    // A checkpoint may be ahead of us, when somebody else runs the partition too; what lies ahead does not count.
    const through = Math.min(checkpoint.seq, settled);
    // What the tables may have lost is written anew. A minute that was read before that lacks it, and is read again from there.
    const certain = this.options.isTailInDoubt === true ? Math.min(earlier.seq, through) : through;
    return { through, certain, needed: coversAfterSeq };
  }

  /** Reads what is not known of the minute's marks. */
  private async load(minute: number, { through, certain, needed }: Reach, signal: AbortSignal): Promise<void> {
    const { tables, clock } = this.ports;
    const key = { generation: this.epoch.generation, shard: this.partition, hour: hourOf(minute) };
    const { oldMarksRowsPerRead: limit } = this.options;
    const before = [minute, through + 1];
    let after = this.marks.readAfter(minute);
    while (!signal.aborted) {
      const rows = (await tables.scan(FIRST_SEEN, key, {
        from: [minute, after + 1],
        before,
        limit,
      })) as unknown as MarksRow[];
      this.marks.add(minute, rows);
      this.stats.oldRowsRead += rows.length;
      if (rows.length < limit) {
        this.marks.complete(minute, certain, needed);
        this.stats.oldMinutesRead++;
        return;
      }
      after = rows.at(-1)!.seq;
      await clock.turn();
    }
  }
}

/** How far marks can be read, and how far they have to be. Positions. */
interface Reach {
  /** Rows are read through here: the table has them, and they are settled. */
  readonly through: number;
  /** None of the rows through here can have been missing. */
  readonly certain: number;
  /** Everything after here is in the window. */
  readonly needed: number;
}
