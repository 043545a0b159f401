/**
 * A small enricher over a log and a first_seen table held in arrays: does what its loop does, without waiting for anything.
 */
import type { IngestBatch, SettledPart } from '../batches.js';
import { HistoryIndex } from '../folds/history-index.js';
import type { Choices } from '../folds/random.fixture.js';
import { identityOf } from '../hash.js';
import { minuteOf } from '../time.js';
import { DedupeWindow } from './dedupe-window.js';
import { IdentityTable } from './identity-table.js';
import { type MarksRow, OldMarks } from './old-marks.js';
import { identitiesToLookUp, normaliseBatch, settle, type SettlingBounds } from './settle.js';

export interface LogEntry {
  readonly seq: number;
  readonly logTime: number;
  readonly parts: readonly SettledPart[];
}

export interface WindowOptions {
  readonly windowMs: number;
  readonly identitiesMax: number;
  /** What marks of old minutes may take up. */
  readonly oldMarksBytesMax: number;
}

/** The aggregator's side: marks of every entry up to the checkpoint at least, and of some beyond it. */
export class FirstSeenTable {
  checkpoint = 0;
  private readonly rows: { readonly minute: number; readonly row: MarksRow }[] = [];
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

  /** Rows of a minute at positions after the one and through the other, in their order. */
  read(minute: number, after: number, through: number): MarksRow[] {
    return this.rows
      .filter((one) => one.minute === minute && one.row.seq > after && one.row.seq <= through)
      .map(({ row }) => row);
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
      this.rows.push({ minute: row['minute'] as number, row: { seq, marks: row['marks'] as Uint8Array } });
    }
  }
}

export class Enricher {
  readonly window: DedupeWindow;
  minutesLoaded = 0;
  rowsRead = 0;
  readonly oldMarks: OldMarks;

  /** Takes over: fills its window from the entries after `after`, as far as the checkpoint back or further. */
  constructor(
    private readonly log: LogEntry[],
    private readonly table: FirstSeenTable,
    private readonly bounds: SettlingBounds,
    options: WindowOptions,
    after: number,
    private readonly choices: Choices,
  ) {
    this.oldMarks = new OldMarks(options.oldMarksBytesMax);
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
    const found = new IdentityTable();
    for (const [minute, identities] of identitiesToLookUp(normalised, this.window, skewMs)) {
      this.load(minute);
      this.oldMarks.lookUp(minute, identities, found);
      this.oldMarks.forget();
    }
    const parts = settle(normalised, this.window, found, skewMs, (_, event) => event);
    const entry = { seq, logTime, parts };
    this.log.push(entry);
    this.window.commit(seq, logTime);
    return entry;
  }

  private load(minute: number): void {
    const { window, table, oldMarks, choices } = this;
    const needed = window.coversAfterSeq;
    if (oldMarks.isLoaded(minute, needed)) return;
    // Late is better than twice: the table must reach to where the window begins.
    if (table.checkpoint < needed) table.catchUp(this.log);
    const through = Math.min(table.checkpoint, this.log.at(-1)?.seq ?? 0);
    // The tables may have lost some of what nobody needs yet; it is there when it is read again.
    const certain = choices.chance(0.3) ? needed + choices.below(through - needed + 1) : through;
    const rows = table
      .read(minute, oldMarks.readAfter(minute), through)
      .filter(({ seq }) => seq <= certain || choices.chance(0.5));
    const half = choices.below(rows.length + 1);
    oldMarks.add(minute, rows.slice(0, half));
    oldMarks.add(minute, rows.slice(half));
    oldMarks.complete(minute, certain, needed);
    this.minutesLoaded++;
    this.rowsRead += rows.length;
  }
}
