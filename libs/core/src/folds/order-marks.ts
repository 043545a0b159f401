/**
 * Which orders of a shard may have rows: a filter in memory, and the rows that it is filled from again after a start.
 *
 * An order is marked by each of its parts of which no earlier one (in place) lies on the same day of event time, so that a mark is
 * kept at least as long as the rows that it stands for. What is marked by the entries of a stretch of the log is a function of the
 * log alone, and a row says of which stretch it is: behind `since`, up to and including `seq`. It grows with each checkpoint
 * until it is long enough, and is written before that checkpoint is. Rows that join without a gap up to the checkpoint hold every
 * order that has rows at or below it; any order that begins behind it is met again when folding goes over the log.
 */
import { hash64, type Hash64 } from '../hash.js';
import { ORDER_MARKS } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { DAY_MS, dayOf } from '../time.js';
import { readMarks } from './history-index.js';
import { FILTER_SHARE_MAX, KnownOrders } from './known-orders.js';
import type { OrderState } from './order-state.js';
import type { ChangedRow } from './changed-rows.js';

/** Orders in one row, and those of one checkpoint's stretch besides. */
const MARKS_PER_ROW = 2_000;

export interface OrderMarksOptions {
  readonly generation: number;
  readonly shard: number;
  readonly skewMs: number;
  /** Of the filter; with 0 there is none, and rows say that orders were not marked. */
  readonly bytes: number;
}

/** Where folding goes on. */
export interface MarksStart {
  /** Position of the checkpoint; 0 at the beginning of a generation. */
  readonly seq: number;
  /** Every row of the shard, in the order of `since`. */
  readonly rows: readonly Row[];
  /** A stretch of the log before this log time may have no row any more: its orders have none either. Epoch milliseconds. */
  readonly expiredBefore: number;
}

export class OrderMarks {
  /** Undefined when some orders are not in it: then each that is not in memory has to be read. */
  private known: KnownOrders | undefined;
  private since: number;
  private seq: number;
  private logTime = 0;
  /** Log time of the first entry that marked an order in the stretch; 0 while there is none. */
  private firstAt = 0;
  /** Halves of hashes, in the order of places. */
  private marks: number[] = [];
  /** The same of the entry that is being folded. */
  private noted: number[] = [];
  private isChanged: boolean;

  constructor(
    private readonly options: OrderMarksOptions,
    start: MarksStart,
  ) {
    if (options.bytes > 0) this.known = new KnownOrders(options.bytes);
    const covered = start.seq === 0 ? 0 : this.load(start);
    this.since = this.seq = Math.min(covered, start.seq);
    // A generation without an order has a row, too: none at all means that rows are missing.
    this.isChanged = start.seq === 0;
  }

  /** Share of the filter's bits that are set; 1 when it is of no use. */
  get share(): number {
    return this.known?.share ?? 1;
  }

  /** Whether the order has no row for certain. */
  isNew(tenant: string, orderId: string, locationId: string): boolean {
    if (this.known === undefined) return false;
    hash64(tenant, orderId, locationId, hash);
    return !this.known.mayHold(hash.hi, hash.lo);
  }

  /** Marks the order of the part at `index`, if it is the first of its day. */
  note(order: OrderState, index: number): void {
    const day = dayOf(order.timeAt(index));
    for (let i = 0; i < index; i++) if (dayOf(order.timeAt(i)) === day) return;
    hash64(order.tenant, order.orderId, order.locationId, hash);
    this.known?.add(hash.hi, hash.lo);
    this.noted.push(hash.hi, hash.lo);
  }

  /** What was noted since the last call: of the entry that was folded, to be given back when it is committed. */
  takeNoted(): readonly number[] {
    const { noted } = this;
    this.noted = [];
    return noted;
  }

  /** @param noted what `takeNoted` answered of this entry */
  commit(seq: number, logTime: number, noted: readonly number[]): void {
    this.seq = seq;
    this.logTime = logTime;
    if (noted.length === 0) return;
    if (this.firstAt === 0) this.firstAt = logTime;
    this.isChanged = true;
    if (this.known !== undefined) for (const half of noted) this.marks.push(half);
  }

  /** The row of the stretch up to the last entry committed, if it marked anything since the last call. */
  takeChanged(changed: ChangedRow[]): void {
    if (!this.isChanged) return;
    this.isChanged = false;
    const { options, since, seq, firstAt } = this;
    const { generation, shard, skewMs } = options;
    const bytes = new Uint8Array(this.marks.length * 4);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < this.marks.length; i++) view.setUint32(i * 4, this.marks[i]!);
    const unmarked = this.known === undefined ? 1 : 0;
    const row = { generation, shard, since, unmarked, seq, first_at: firstAt, marks: bytes };
    // An event lies at most the skew ahead of log time, and others of its day may follow that it stands for.
    changed.push({ table: ORDER_MARKS, row, time: this.logTime + skewMs + DAY_MS });
    const isFull = this.known !== undefined && this.known.share > FILTER_SHARE_MAX;
    if (isFull) this.known = undefined;
    if (!isFull && this.marks.length < MARKS_PER_ROW * 2) return;
    this.since = seq;
    this.firstAt = 0;
    this.marks = [];
  }

  /** Fills the filter; answers up to which position the rows say what was marked. */
  private load({ seq, rows, expiredBefore }: MarksStart): number {
    const { known } = this;
    let isComplete = rows.length > 0;
    let covered = 0;
    for (const [i, row] of rows.entries()) {
      const since = row['since'] as number;
      const isExpired = i === 0 && (row['first_at'] as number) < expiredBefore;
      if (since > covered && since < seq && !isExpired) isComplete = false;
      if (row['unmarked'] !== 0) isComplete = false;
      covered = Math.max(covered, row['seq'] as number);
      readMarks(row['marks'] as Uint8Array, (hi, lo) => known?.add(hi, lo));
    }
    if (!isComplete || this.share > FILTER_SHARE_MAX) this.known = undefined;
    return covered;
  }
}

const hash: Hash64 = { hi: 0, lo: 0 };
