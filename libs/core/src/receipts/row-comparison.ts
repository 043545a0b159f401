/** Holds a row against the one a recount gives, column by column. */
import { keyColumns, type Row, type TableSpec, type Value } from '../tables/spec.js';

/** One column that is not what the history gives; `null` stands for a row that is not there. */
export interface Difference {
  readonly table: string;
  /** The row's key, without its generation. */
  readonly key: Readonly<Record<string, string | number>>;
  /** The column, or `row` when the whole row is missing or should not be there. */
  readonly column: string;
  readonly expected: Value;
  readonly found: Value;
}

/**
 * What differs between the row that the history gives (`expected`) and the one that is stored (`found`). Generations are not
 * compared, since a recount lies beside what it recounts.
 */
export function compareRows(table: TableSpec, expected: Row | undefined, found: Row | undefined): Difference[] {
  const any = expected ?? found;
  if (any === undefined) return [];
  const key = Object.fromEntries(
    keyColumns(table)
      .filter((column) => column !== 'generation')
      .map((column) => [column, any[column] as string | number]),
  );
  if (expected === undefined || found === undefined) {
    const whole = (row: Row | undefined): Value => (row === undefined ? null : textOf(row['entry'] ?? null));
    return [{ table: table.name, key, column: 'row', expected: whole(expected), found: whole(found) }];
  }
  const differences: Difference[] = [];
  for (const column of Object.keys(table.columns)) {
    if (column === 'generation') continue;
    const [left, right] = [textOf(expected[column]!), textOf(found[column]!)];
    if (left !== right) differences.push({ table: table.name, key, column, expected: left, found: right });
  }
  return differences;
}

/** Numbers and texts as they are; bytes in hexadecimal digits and anything else as JSON. */
function textOf(value: Value): Value {
  if (value instanceof Uint8Array) return [...value].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
