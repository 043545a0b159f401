/**
 * A small enricher over a log and a first_seen table held in arrays: does what its loop does, without waiting for anything.
 */
import type { IngestBatch, SettledPart } from '../batches.js';
import { HistoryIndex } from '../folds/history-index.js';
import type { Choices } from '../folds/random.fixture.js';
import { identityOf } from '../hash.js';
import { minuteOf } from '../time.js';
import { DedupeWindow } from './dedupe-window.js';
import { type MarksRow, OldMarks } from './old-marks.js';
import { hoursToLoad, normaliseBatch, settle, type SettlingBounds } from './settle.js';

export interface LogEntry {
  readonly seq: number;
  readonly logTime: number;
  readonly parts: readonly SettledPart[];
}

export interface WindowOptions {
  readonly windowMs: number;
  readonly identitiesMax: number;
}

/** The aggregator's side: marks of every entry up to the checkpoint at least, and of some beyond it. */
export class FirstSeenTable {
  checkpoint = 0;
  private readonly rows: { readonly hour: number; readonly row: MarksRow }[] = [];
  private written = 0;

  /** Writes the marks of some more entries, and vouches for some of them. */
  advance(log: readonly LogEntry[], choices: Choices): void {
    const until = this.written + choices.below(log.length - this.written + 1);
    for (; this.written < until; this.written++) this.write(log[this.written]!);
    const durable = log.slice(0, this.written).filter(({ seq }) => seq >= this.checkpoint);
    if (durable.length > 0) this.checkpoint = choices.pick(durable).seq;
  }

  /** Writes and vouches for all there is. */
  catchUp(log: readonly LogEntry[]): void {
    for (; this.written < log.length; this.written++) this.write(log[this.written]!);
    this.checkpoint = log.at(-1)?.seq ?? 0;
  }

  read(hour: number): MarksRow[] {
    return this.rows.filter((one) => one.hour === hour).map(({ row }) => row);
  }

  private write({ seq, parts }: LogEntry): void {
    const marks = new HistoryIndex();
    for (const { tenant, events } of parts) {
      for (const event of events) {
        const identity = { hi: 0, lo: 0 };
        identityOf(tenant, event, identity);
        marks.add(minuteOf(event.time), identity, 0, 'payment', 0);
      }
    }
    for (const row of marks.rows(1, 0, seq, '', 0)) {
      this.rows.push({ hour: row['hour'] as number, row: { seq, marks: row['marks'] as Uint8Array } });
    }
  }
}

export class Enricher {
  readonly window: DedupeWindow;
  hoursLoaded = 0;
  private readonly oldHours = new Map<number, OldMarks>();

  /** Takes over: fills its window from the entries after `after`, as far as the checkpoint back or further. */
  constructor(
    private readonly log: LogEntry[],
    private readonly table: FirstSeenTable,
    private readonly bounds: SettlingBounds,
    options: WindowOptions,
    after: number,
  ) {
    const entries = log.filter(({ seq }) => seq > after);
    // Of the entries up to `after` it is only known that they are not later than the next one.
    const since = after === 0 ? Number.NEGATIVE_INFINITY : (entries[0]?.logTime ?? log.at(-1)!.logTime);
    this.window = new DedupeWindow(after, since, options.windowMs, options.identitiesMax);
    for (const { seq, logTime, parts } of entries) {
      for (const { tenant, events } of parts) {
        for (const event of events) {
          const identity = { hi: 0, lo: 0 };
          identityOf(tenant, event, identity);
          this.window.add(identity);
        }
      }
      this.window.commit(seq, logTime);
    }
  }

  settle(batch: IngestBatch, seq: number, logTime: number): LogEntry {
    const { skewMs } = this.bounds;
    const normalised = normaliseBatch(batch, logTime, this.bounds);
    const isLoaded = (hour: number): boolean => {
      const marks = this.oldHours.get(hour);
      return marks !== undefined && marks.loadedAt >= this.window.coversAfterSeq;
    };
    for (const hour of hoursToLoad(normalised, this.window, isLoaded, skewMs)) {
      // Late is better than twice: the table must reach to where the window begins.
      if (this.table.checkpoint < this.window.coversAfterSeq) this.table.catchUp(this.log);
      this.oldHours.set(hour, new OldMarks(this.table.checkpoint, this.table.read(hour), this.log.at(-1)?.seq ?? 0));
      this.hoursLoaded++;
    }
    const parts = settle(
      normalised,
      this.window,
      (hour) => this.oldHours.get(hour),
      skewMs,
      (_, event) => event,
    );
    const entry = { seq, logTime, parts };
    this.log.push(entry);
    this.window.commit(seq, logTime);
    return entry;
  }
}
