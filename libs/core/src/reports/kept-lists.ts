/**
 * What was written of long lists, kept for the next question: between two of them few rows change, and the others are copied, most
 * of them in long stretches, as they stand side by side again.
 *
 * A row is copied when every value it was made of is the same. So nobody has to say what changed, and the bytes are those that
 * writing it anew would give.
 */
import type { ColumnList } from './column-list.js';
import type { JsonBytes } from './json-bytes.js';

/** Bytes that are kept at most, of all lists together: answers and the columns that they were made of, names of members aside. */
const KEPT_BYTES_MAX = 128 * 1_048_576;

/** A list is let go when it is tended this often without being asked for. */
const IDLE_MAX = 60;

/** How many rows are copied in the time in which one is written. */
const COPIED_FOR_ONE = 8;

/** A list that was written. */
interface WrittenList {
  readonly list: ColumnList<unknown>;
  /** The whole answer that it is in. */
  readonly bytes: Uint8Array;
  /** By row, where it is in the bytes. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** All that are kept. */
export class KeptLists {
  /** The one that was asked for last is the last. */
  private readonly lists = new Set<KeptList>();
  private bytes = 0;

  /** @param bytesMax what is kept beyond that goes, what was asked for longest ago first */
  constructor(private readonly bytesMax = KEPT_BYTES_MAX) {}

  /** Bytes that are kept. */
  get size(): number {
    return this.bytes;
  }

  /** Lets go of lists of the table that nobody asks for. To be called every second or so. */
  tend(table: number): void {
    for (const list of this.lists) if (list.table === table && ++list.idle >= IDLE_MAX) this.release(list);
  }

  /** Keeps the list written, for which nothing is kept. */
  hold(list: KeptList, written: WrittenList): void {
    list.written = written;
    list.idle = 0;
    this.lists.add(list);
    this.bytes += sizeOf(written);
    for (const oldest of this.lists) {
      if (this.bytes <= this.bytesMax) break;
      this.release(oldest);
    }
  }

  /** What was kept of the list is kept no longer. */
  release(list: KeptList): WrittenList | undefined {
    const { written } = list;
    if (written === undefined) return undefined;
    list.written = undefined;
    this.lists.delete(list);
    this.bytes -= sizeOf(written);
    return written;
  }
}

/** With the room that was left behind the answer. */
function sizeOf({ list, bytes, starts, ends }: WrittenList): number {
  return bytes.buffer.byteLength + list.size + starts.byteLength + ends.byteLength;
}

/** What is kept of the lists that one report answers for one window that moves on. */
export class KeptList {
  written: WrittenList | undefined;
  /** Times it was tended since somebody asked for it. */
  idle = 0;

  /** @param table index of the table that the list is made from */
  constructor(
    private readonly all: KeptLists,
    readonly table: number,
  ) {}

  /** What was written before, and belongs to whoever takes it: two answers may be written at a time, a slice of each by turns. */
  take(): WrittenList | undefined {
    return this.all.release(this);
  }

  /** Keeps what was written in place of anything else. */
  keep(written: WrittenList): void {
    this.take();
    this.all.hold(this, written);
  }
}

/** Writes the rows of a list as JSON, with commas between them, some at a time. */
export class ListWriting {
  private readonly before: WrittenList | undefined;
  /** By row, the row before that it is copied from; −1 where there is none. */
  private readonly same: Int32Array;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private row = 0;
  /** A stretch of the bytes before that is to be copied; it ends where it begins when there is none. */
  private from = 0;
  private to = 0;

  constructor(
    private readonly list: ColumnList<unknown>,
    private readonly into: JsonBytes,
  ) {
    const before = list.kept?.take();
    this.before = before?.list.isLike(list) === true ? before : undefined;
    this.same = this.before === undefined ? new Int32Array(list.length).fill(-1) : list.sameRows(this.before.list);
    this.starts = new Int32Array(list.length);
    this.ends = new Int32Array(list.length);
  }

  /** Bytes that the answer before came to; 0 where there is none to copy from. */
  get bytesBefore(): number {
    return this.before?.bytes.length ?? 0;
  }

  /** Writes as much as `rows` rows cost that are written anew: whether all are written. */
  write(rows: number): boolean {
    const { length } = this.list;
    let budget = rows * COPIED_FOR_ONE;
    for (; this.row < length && budget > 0; this.row++) {
      const same = this.same[this.row]!;
      if (same >= 0) {
        this.copyRow(same, this.before!);
        budget--;
      } else {
        this.writeRow();
        budget -= COPIED_FOR_ONE;
      }
    }
    this.copyStretch();
    return this.row === length;
  }

  /** Keeps what was written for the next list of the kind. `bytes` are the whole answer, and are not to change any more. */
  keep(bytes: Uint8Array): void {
    const { list, starts, ends } = this;
    list.kept?.keep({ list, bytes, starts, ends });
  }

  private copyRow(same: number, before: WrittenList): void {
    const start = before.starts[same]!;
    const end = before.ends[same]!;
    // The comma between them is there as well.
    if (this.to === this.from || start !== this.to + 1) {
      this.copyStretch();
      this.comma();
      this.from = start;
    }
    this.to = end;
    const at = this.into.size + start - this.from;
    this.starts[this.row] = at;
    this.ends[this.row] = at + end - start;
  }

  private writeRow(): void {
    this.copyStretch();
    this.comma();
    this.starts[this.row] = this.into.size;
    this.list.writeRow(this.row, this.into);
    this.ends[this.row] = this.into.size;
  }

  private copyStretch(): void {
    if (this.to > this.from) this.into.copy(this.before!.bytes, this.from, this.to);
    this.from = this.to;
  }

  private comma(): void {
    if (this.row > 0) this.into.raw(',');
  }
}
