/**
 * A table as data. Adapters derive everything from it: DDL and prepared statements for CQL, keys for the embedded store.
 */
export type ColumnType =
  /** A string. */
  | 'text'
  /** A whole number within ±2^31. */
  | 'int'
  /** A whole number within ±2^53. */
  | 'bigint'
  /** Bytes: Uint8Array. */
  | 'blob'
  /** Any JSON value; stored as text where the engine has no JSON. */
  | 'json';

export type Value = string | number | Uint8Array | JsonValue | JsonText | null;
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * A JSON value that is text already, for a `json` column that grows: what was written down once is not written down again.
 * Only writers use it; a row that was read holds the value.
 */
export class JsonText {
  constructor(readonly text: string) {}

  toJSON(): JsonValue {
    return JSON.parse(this.text) as JsonValue;
  }
}

/** A row by column name, every column present. */
export type Row = Readonly<Record<string, Value>>;

/** The key columns of a row, by name. */
export type Key = Readonly<Record<string, string | number>>;

export interface TableSpec {
  readonly name: string;
  /** What the table answers, for the generated DDL and for people. */
  readonly answers: string;
  /** Partition key, in order; the first is always `generation` (but for the tables that describe generations). */
  readonly partition: readonly string[];
  /** Clustering key, in order, ascending. Key columns are `text`, `int` or `bigint`. */
  readonly clustering: readonly string[];
  /** Every column, key columns included, in the order in which it is stored. */
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Its rows are long texts that are seldom read: an engine that compresses should do it well, and many of them at a time. */
  readonly isBulky?: true;
}

/** Names of the key columns, partition key first. */
export function keyColumns(table: TableSpec): readonly string[] {
  return [...table.partition, ...table.clustering];
}

/** Names of the columns outside the key, in order. */
export function valueColumns(table: TableSpec): readonly string[] {
  const keys = new Set(keyColumns(table));
  return Object.keys(table.columns).filter((column) => !keys.has(column));
}
