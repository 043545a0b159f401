/**
 * The rows of an answer as columns, in their order. Objects and JSON are both made from the columns, and only for rows that are
 * answered.
 */
import { JsonBytes } from './json-bytes.js';

/** One field of every row. */
export type Field =
  | { readonly name: string; readonly texts: readonly string[] }
  | {
      readonly name: string;
      /** NaN where there is none. */
      readonly numbers: Float64Array;
      /** What the numbers are divided by when they are answered; they are whole then. */
      readonly per: 1 | 10 | 100;
    };

export class ColumnList<R> {
  /** What stands before each field of a row. */
  private readonly heads: readonly Uint8Array[];

  /** @param length rows; each field has as many values */
  constructor(
    readonly length: number,
    private readonly fields: readonly Field[],
  ) {
    this.heads = fields.map(({ name }, i) => {
      const head = new JsonBytes(name.length * 3 + 5);
      head.raw(`${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);
      return head.written;
    });
  }

  row(index: number): R {
    const row: Record<string, string | number | null> = {};
    for (const field of this.fields) {
      if ('texts' in field) row[field.name] = field.texts[index]!;
      else {
        const value = field.numbers[index]! / field.per;
        row[field.name] = Number.isNaN(value) ? null : value;
      }
    }
    return row as R;
  }

  rows(): R[] {
    return Array.from({ length: this.length }, (_, index) => this.row(index));
  }

  /** As `JSON.stringify` would write the list. Inside another value it is to be asked for its `rows`, or written to bytes. */
  toJSON(): R[] {
    return this.rows();
  }

  /** Writes the rows from ≤ index < to as JSON, with commas between them and before them unless `from` is 0. */
  write(into: JsonBytes, from: number, to: number): void {
    for (let index = from; index < to; index++) {
      if (index > 0) into.raw(',');
      for (let i = 0; i < this.fields.length; i++) {
        const field = this.fields[i]!;
        into.copy(this.heads[i]!);
        if ('texts' in field) into.text(field.texts[index]!);
        else into.number(field.numbers[index]!, field.per);
      }
      into.raw('}');
    }
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
      ? { name, texts: values }
      : { name, numbers: Float64Array.from(values, (value) => (value as number | null) ?? Number.NaN), per: 1 };
  });
  return { list: new ColumnList(first.length, fields), rowCount: rows.length };
}
