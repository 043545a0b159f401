/**
 * Aggregate tables: rows that are sums over events, per bucket of time and member. They all have one shape, so that folding,
 * writing, replicating and reporting are each written once.
 */
import { NO_FINGERPRINT } from '../fingerprint.js';
import { DAY_MS, dayOf, MINUTE_MS, minuteOf } from '../time.js';
import { NO_LABEL_TIME } from './packed-row.js';
import type { ColumnType, Row, TableSpec } from './spec.js';

/** A column that is part of every row's books: see Cell. */
const BOOKS: Record<string, ColumnType> = {
  /** How many events the row is made of. */
  events: 'bigint',
  /** Σ h64(event) mod 2⁶⁴ over them, sixteen hexadecimal digits. */
  fingerprint: 'text',
  /** Position of the last entry that changed the row, and that entry's id. */
  applied: 'bigint',
  entry: 'text',
};

export type BucketName = 'minute' | 'day';

/** How long a bucket of the table is, milliseconds. */
export function bucketMsOf({ bucket }: Pick<AggregateTable, 'bucket'>): number {
  return bucket === 'minute' ? MINUTE_MS : DAY_MS;
}

/** Start of the table's bucket that holds the instant, epoch milliseconds. */
export function bucketAt(table: Pick<AggregateTable, 'bucket'>, time: number): number {
  return table.bucket === 'minute' ? minuteOf(time) : dayOf(time);
}

export interface AggregateTable {
  /** Its number in AGGREGATES, which the changelog uses instead of the name. */
  readonly index: number;
  readonly bucket: BucketName;
  readonly members: readonly string[];
  readonly labels: readonly string[];
  readonly sums: readonly string[];
  /** Columns of log times of which the latest stays; 0 before there is one. Epoch milliseconds. */
  readonly latest: readonly string[];
  /** The sums, then the latest. */
  readonly totals: readonly string[];
  readonly sketches: readonly string[];
  readonly spec: TableSpec;
  /** A row with every column and no values: copying it is much quicker than adding columns one by one. */
  readonly blank: Row;
  /**
   * The numbers of a row in memory that nothing was added to: its fingerprint, at EVENTS how many events it is made of,
   * at LABEL_TIME the event time of its labels, and from TOTALS on its totals.
   */
  readonly unused: readonly number[];
  /** Other tables with the same cells under another key. */
  readonly mirrors: readonly Mirror[];
  /** `live` tables are flushed as soon as possible, `slow` ones every few seconds. */
  readonly cadence: 'live' | 'slow';
}

export const EVENTS = NO_FINGERPRINT.length;
export const LABEL_TIME = EVENTS + 1;
export const TOTALS = LABEL_TIME + 1;

export interface Mirror {
  readonly spec: TableSpec;
  /** The mirror's row made from the row. */
  readonly rowOf: (row: Row) => Row;
}

export interface AggregateDefinition {
  name: string;
  answers: string;
  bucket: BucketName;
  members: Record<string, 'text' | 'int' | 'bigint'>;
  labels?: string[];
  sums?: string[];
  latest?: string[];
  sketches?: string[];
  mirrors?: (columns: Record<string, ColumnType>) => Mirror[];
  cadence?: 'live' | 'slow';
}

/** Builds the table from what differs between tables. */
export function aggregate(index: number, definition: AggregateDefinition): AggregateTable {
  const { name, answers, bucket, members, labels = [], sums = [], latest = [], sketches = [] } = definition;
  const values: Record<string, ColumnType> = {
    ...Object.fromEntries(labels.map((label) => [label, 'text' as const])),
    ...(labels.length > 0 ? { label_time: 'bigint' as const } : {}),
    ...Object.fromEntries([...sums, ...latest].map((column) => [column, 'bigint' as const])),
    ...Object.fromEntries(sketches.map((sketch) => [sketch, 'json' as const])),
    ...BOOKS,
  };
  const names = [
    ...Object.keys(members),
    ...labels,
    ...sums,
    ...latest,
    ...sketches,
    ...Object.keys(BOOKS),
    bucket,
    'label_time',
  ];
  if (new Set(names).size !== names.length) throw new TypeError(`${name} has a column twice`);
  const spec: TableSpec = {
    name,
    answers,
    partition: ['generation', 'tenant', bucket, 'shard'],
    clustering: Object.keys(members),
    columns: { generation: 'int', tenant: 'text', [bucket]: 'bigint', shard: 'int', ...members, ...values },
  };
  const totals = [...sums, ...latest];
  return {
    index,
    bucket,
    members: Object.keys(members),
    labels,
    sums,
    latest,
    totals,
    sketches,
    spec,
    blank: Object.fromEntries(Object.keys(spec.columns).map((column) => [column, null])),
    unused: [...NO_FINGERPRINT, 0, NO_LABEL_TIME, ...totals.map(() => 0)],
    mirrors: definition.mirrors?.(values) ?? [],
    cadence: definition.cadence ?? 'live',
  };
}
