/** Rows that were answered and are not on disk yet. */
import { ByteArena } from './byte-arena.js';

export interface EncodedRow {
  readonly key: Buffer;
  /** How many of the key's first bytes are those of its partition. */
  readonly partitionBytes: number;
  readonly value: Buffer;
}

/** Rows are sorted in runs of so many as they come, some 5 ms each, so that no sync has to sort all at once. */
const runRows = 4096;
/** Room for a value is a multiple of so many bytes, so that it may grow a little in place: a sum by a digit. */
const roomStepBytes = 64;

/**
 * The rows of one sync, each key once, found by key and by partition. Partitions are told apart because a scan is
 * always of one, and would otherwise have to look through all rows.
 *
 * A key is a text, its name, of one character a byte, so that texts sort as the bytes do. Values lie in an arena, and
 * what else is known of a row in arrays of numbers (20 bytes a row), by the row's number; these are used again after
 * `clear`. So no row has an array buffer of its own, unless its value is larger than a chunk of the arena.
 */
export class UnsyncedRows {
  /** When the first row was answered, epoch milliseconds. */
  since = 0;
  private readonly numbers = new Map<string, number>();
  private names: string[] = [];
  /** Of each partition, by its name, the row that came last. */
  private readonly newest = new Map<string, number>();
  private readonly values = new ByteArena();
  private columns = new Columns(runRows);
  /** Rows in `columns.order`: all but those of `ahead`. */
  private inOrder = 0;
  private readonly ahead: number[] = [];
  private size = 0;

  /** @param beginnings what the names of rows begin with that come before all others */
  constructor(private readonly beginnings: readonly string[]) {}

  get count(): number {
    return this.names.length;
  }

  /** Taken by names and values; the room of a value that was replaced by a larger one counts. */
  get bytes(): number {
    return this.size;
  }

  has(name: string): boolean {
    return this.numbers.has(name);
  }

  /** The value of a row. A view, right as long as control is not given up. */
  get(name: string): Buffer | undefined {
    const row = this.numbers.get(name);
    return row === undefined ? undefined : this.value(row);
  }

  /**
   * Name and value of a row by its number. The view of the value is right until the row is replaced or all rows are
   * cleared.
   */
  name(row: number): string {
    return this.names[row] as string;
  }

  value(row: number): Buffer {
    return this.values.at(this.columns.position[row] as number, this.columns.length[row] as number);
  }

  /** Copies the value. Replaces what there was of the name, perhaps in place: not while somebody may be storing it. */
  set(name: string, partitionBytes: number, value: Buffer): void {
    let row = this.numbers.get(name);
    if (row === undefined) {
      row = this.add(name, partitionBytes);
      this.place(row, value.length);
    } else if (value.length > roomFor(this.columns.length[row] as number)) {
      this.place(row, value.length);
    }
    this.columns.length[row] = value.length;
    this.values.write(this.columns.position[row] as number, value);
  }

  /** The rows of a partition whose names are from `lower` to before `upper`, in no order. */
  between(partition: string, lower: string, upper: string): number[] {
    const found: number[] = [];
    let row = this.newest.get(partition) ?? -1;
    while (row >= 0) {
      const name = this.name(row);
      if (name >= lower && name < upper) found.push(row);
      row = this.columns.previous[row] as number;
    }
    return found;
  }

  /**
   * All rows in the order of their names, so that those beside each other on disk come together; but first those that
   * begin with one of `beginnings`.
   */
  *ordered(): Generator<number, void> {
    yield* this.ahead.sort(this.byName);
    this.sortRun(this.inOrder - (this.inOrder % runRows));
    const runs: { row: number; name: string; next: number; readonly end: number }[] = [];
    for (let start = 0; start < this.inOrder; start += runRows) {
      const row = this.columns.order[start] as number;
      runs.push({ row, name: this.name(row), next: start + 1, end: Math.min(start + runRows, this.inOrder) });
    }
    while (runs.length > 0) {
      let first = 0;
      let run = runs[0] as (typeof runs)[number];
      for (let rival = 1; rival < runs.length; rival += 1) {
        if ((runs[rival] as typeof run).name < run.name) run = runs[(first = rival)] as typeof run;
      }
      yield run.row;
      if (run.next === run.end) {
        runs.splice(first, 1);
      } else {
        run.row = this.columns.order[run.next] as number;
        run.name = this.name(run.row);
        run.next += 1;
      }
    }
  }

  /** Forgets all rows, whose values nobody may read or store any more. */
  clear(): void {
    this.numbers.clear();
    this.names = [];
    this.newest.clear();
    this.values.clear();
    this.inOrder = 0;
    this.ahead.length = 0;
    this.size = 0;
  }

  private add(name: string, partitionBytes: number): number {
    const row = this.names.push(name) - 1;
    if (row === this.columns.capacity) this.columns = this.columns.doubled();
    this.numbers.set(name, row);
    this.size += name.length;
    const partition = name.slice(0, partitionBytes);
    this.columns.previous[row] = this.newest.get(partition) ?? -1;
    this.newest.set(partition, row);
    if (this.beginnings.some((beginning) => name.startsWith(beginning))) {
      this.ahead.push(row);
    } else {
      this.columns.order[this.inOrder] = row;
      this.inOrder += 1;
      if (this.inOrder % runRows === 0) this.sortRun(this.inOrder - runRows);
    }
    return row;
  }

  private place(row: number, valueBytes: number): void {
    const room = roomFor(valueBytes);
    this.columns.position[row] = this.values.reserve(room);
    this.size += room;
  }

  private sortRun(start: number): void {
    this.columns.order.subarray(start, Math.min(start + runRows, this.inOrder)).sort(this.byName);
  }

  private readonly byName = (a: number, b: number): number => (this.name(a) < this.name(b) ? -1 : 1);
}

/** What is known of each row besides its name and value. */
class Columns {
  readonly position: Float64Array;
  readonly length: Uint32Array;
  /** The row of the same partition that came before, or -1. */
  readonly previous: Int32Array;
  /** Numbers of rows in runs, each sorted once it is full. */
  readonly order: Int32Array;

  constructor(readonly capacity: number) {
    this.position = new Float64Array(capacity);
    this.length = new Uint32Array(capacity);
    this.previous = new Int32Array(capacity);
    this.order = new Int32Array(capacity);
  }

  doubled(): Columns {
    const doubled = new Columns(2 * this.capacity);
    doubled.position.set(this.position);
    doubled.length.set(this.length);
    doubled.previous.set(this.previous);
    doubled.order.set(this.order);
    return doubled;
  }
}

/** The name of a key, or of the first bytes of one. */
export function nameOf(key: Buffer): string {
  return key.toString('latin1');
}

/** Never more than what was reserved for a value that has become shorter since. */
function roomFor(valueBytes: number): number {
  return Math.ceil(valueBytes / roomStepBytes) * roomStepBytes;
}
