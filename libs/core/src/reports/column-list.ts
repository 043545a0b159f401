/**
 * The rows of an answer as columns. Objects and JSON are both made from the columns, and only for rows that are answered.
 */
import { JsonBytes } from './json-bytes.js';
import type { KeptList } from './kept-lists.js';

interface TextField {
  readonly name: string;
  readonly textOf: (member: number) => string;
  /** The member of each index, where an index is not a member itself. */
  readonly members?: Int32Array;
}

interface NumberField {
  readonly name: string;
  /** By index whole numbers, or any with `per` 1; NaN where there is none. */
  readonly numbers: Float64Array | ((index: number) => number);
  /** What the numbers are divided by when they are answered. */
  readonly per: 1 | 10 | 100;
}

/** One field of every row. What a row has of it stands at the row's index. */
export type Field = TextField | NumberField;

interface TextColumn {
  /** By member. */
  readonly texts: readonly string[];
  /** By row. */
  readonly members: Int32Array;
}

interface NumberColumn {
  /** By row. */
  readonly numbers: Float64Array;
  readonly per: 1 | 10 | 100;
}

/** Shorter lists are written anew each time: it costs less than a look at what was written before. */
const KEPT_ROWS_MIN = 1_000;

export class ColumnList<R> {
  /** Where what was written of the list is kept for the next one; undefined for a list that is short. */
  readonly kept: KeptList | undefined;
  private readonly names: readonly string[];
  private readonly columns: readonly (TextColumn | NumberColumn)[];
  /** What stands before each field of a row. */
  private readonly heads: readonly Uint8Array[];

  /**
   * Takes a copy of what the rows are made of: what the fields are read from may change afterwards.
   *
   * @param chosen the index of each row
   */
  constructor(
    private readonly chosen: Int32Array,
    fields: readonly Field[],
    kept?: KeptList,
  ) {
    this.kept = chosen.length < KEPT_ROWS_MIN ? undefined : kept;
    this.names = fields.map(({ name }) => name);
    this.heads = this.names.map(headOf);
    const textsOf = this.kept === undefined ? textsByRow : textsByMember;
    this.columns = fields.map((field) => ('textOf' in field ? textsOf(field, chosen) : numbersOf(field, chosen)));
  }

  /** Rows. */
  get length(): number {
    return this.chosen.length;
  }

  /** Bytes that the columns take, texts aside. */
  get size(): number {
    let size = this.chosen.byteLength;
    for (const column of this.columns) {
      size += ('texts' in column ? column.members : column.numbers).byteLength;
    }
    return size;
  }

  row(row: number): R {
    const made: Record<string, string | number | null> = {};
    this.columns.forEach((column, i) => {
      const name = this.names[i]!;
      if ('texts' in column) made[name] = column.texts[column.members[row]!]!;
      else {
        const value = column.numbers[row]! / column.per;
        made[name] = Number.isNaN(value) ? null : value;
      }
    });
    return made as R;
  }

  rows(): R[] {
    return Array.from({ length: this.length }, (_, row) => this.row(row));
  }

  /** As `JSON.stringify` would write the list. Inside another value it is to be asked for its `rows`, or written to bytes. */
  toJSON(): R[] {
    return this.rows();
  }

  /** Writes a row as JSON. */
  writeRow(row: number, into: JsonBytes): void {
    for (let i = 0; i < this.columns.length; i++) {
      const column = this.columns[i]!;
      into.copy(this.heads[i]!);
      if ('texts' in column) into.text(column.texts[column.members[row]!]!);
      else into.number(column.numbers[row]!, column.per);
    }
    into.raw('}');
  }

  /** Whether rows of both have the same fields. */
  isLike(other: ColumnList<unknown>): boolean {
    return (
      this.names.length === other.names.length &&
      this.names.every((name, i) => name === other.names[i]) &&
      this.columns.every((column, i) => kindOf(column) === kindOf(other.columns[i]!))
    );
  }

  /** Of each row, which row of an earlier list that is like this one is the same; −1 where none is. */
  sameRows(before: ColumnList<unknown>): Int32Array {
    const places = new Int32Array(endOf(before.chosen));
    for (let row = 0; row < before.length; row++) places[before.chosen[row]!] = row + 1;
    const rows = new Int32Array(this.length).fill(-1);
    for (let row = 0; row < rows.length; row++) {
      if (this.chosen[row]! < places.length) rows[row] = places[this.chosen[row]!]! - 1;
    }
    this.columns.forEach((column, i) => {
      const other = before.columns[i]!;
      if ('texts' in column) dropOtherTexts(rows, column, other as TextColumn);
      else dropOtherNumbers(rows, column.numbers, (other as NumberColumn).numbers);
    });
    return rows;
  }
}

/** What a report answers: the first rows of a list, how many it has, and perhaps what all of them come to. */
export interface Report<R, T = undefined> {
  readonly list: ColumnList<R>;
  readonly rowCount: number;
  readonly totals?: T;
}

/** A report of rows that are few, all of them made. */
export function reportOf<R extends object>(rows: readonly R[], limit = rows.length): Report<R> {
  const first = rows.slice(0, limit);
  const fields = Object.keys(first[0] ?? {}).map((name): Field => {
    const values = first.map((row) => (row as Record<string, string | number | null>)[name]!);
    return values.every((value) => typeof value === 'string')
      ? { name, textOf: (row) => values[row]! }
      : { name, numbers: Float64Array.from(values, (value) => (value as number | null) ?? Number.NaN), per: 1 };
  });
  return {
    list: new ColumnList(
      Int32Array.from(first, (_, row) => row),
      fields,
    ),
    rowCount: rows.length,
  };
}

function headOf(name: string, field: number): Uint8Array {
  const head = new JsonBytes(name.length * 3 + 5);
  head.raw(`${field === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  return head.written;
}

/** What two columns have to have in common to be compared. */
function kindOf(column: TextColumn | NumberColumn): unknown {
  return 'texts' in column ? undefined : column.per;
}

/** Takes the rows out of which the text is another. */
function dropOtherTexts(rows: Int32Array, { texts, members }: TextColumn, before: TextColumn): void {
  const isOther = new Uint8Array(Math.max(texts.length, before.texts.length));
  for (let member = 0; member < isOther.length; member++) {
    if (texts[member] !== before.texts[member]) isOther[member] = 1;
  }
  for (let row = 0; row < rows.length; row++) {
    const other = rows[row]!;
    if (other >= 0 && (isOther[members[row]!] === 1 || before.members[other] !== members[row])) rows[row] = -1;
  }
}

/** Takes the rows out of which the number is another. */
function dropOtherNumbers(rows: Int32Array, numbers: Float64Array, before: Float64Array): void {
  for (let row = 0; row < rows.length; row++) {
    if (rows[row]! < 0) continue;
    const [number, other] = [numbers[row]!, before[rows[row]!]!];
    if (number !== other && !(Number.isNaN(number) && Number.isNaN(other))) rows[row] = -1;
  }
}

function endOf(indexes: Int32Array): number {
  let end = 0;
  for (let i = 0; i < indexes.length; i++) if (indexes[i]! >= end) end = indexes[i]! + 1;
  return end;
}

/** The texts of the members that are chosen, each asked for once. */
function textsByMember({ textOf, members: memberOf }: TextField, chosen: Int32Array): TextColumn {
  const members = memberOf === undefined ? chosen : chosen.map((index) => memberOf[index]!);
  const texts: string[] = [];
  texts.length = endOf(members);
  for (let row = 0; row < members.length; row++) texts[members[row]!] ??= textOf(members[row]!);
  return { texts, members };
}

/** The same of a few rows, each as a member of its own. */
function textsByRow({ textOf, members }: TextField, chosen: Int32Array): TextColumn {
  const texts = Array.from(chosen, (index) => textOf(members === undefined ? index : members[index]!));
  return { texts, members: Int32Array.from(texts.keys()) };
}

function numbersOf({ numbers, per }: NumberField, chosen: Int32Array): NumberColumn {
  const made = new Float64Array(chosen.length);
  if (typeof numbers === 'function') for (let row = 0; row < made.length; row++) made[row] = numbers(chosen[row]!);
  else for (let row = 0; row < made.length; row++) made[row] = numbers[chosen[row]!]!;
  return { numbers: made, per };
}
