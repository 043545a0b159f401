/**
 * Rows of the changelog, packed: the values of a row as an array in an order that follows from its table. What rows have in
 * common (table, tenant, bucket, shard) stands once beside many of them, and what only verification asks for (the books of a
 * row) is left to the tables.
 *
 * The order: members · applied · sums · latest · labels and the time they are of · sketches.
 */
import type { EncodedSketch } from '../sketch.js';
import type { AggregateTable } from './aggregate.js';
import type { Row, Value } from './spec.js';

export type PackedValue = string | number | null | EncodedSketch;

/** The time of the labels is relative to the bucket, milliseconds, and null while there are none. */
export type PackedRow = readonly PackedValue[];

/** Rows of one table (its index in AGGREGATES), tenant and bucket (epoch milliseconds). */
export type PackedRows = readonly [index: number, tenant: string, bucket: number, rows: readonly PackedRow[]];

/** Grows with every change of what stands where, so that nobody takes one column for another. */
export const PACKED_VERSION = 1;

/** Stands for "no label yet" in a cell and in the tables. */
export const NO_LABEL_TIME = Number.MIN_SAFE_INTEGER;

/** Where in a packed row the values of the table begin. */
export interface PackedLayout {
  readonly applied: number;
  /** The table's sums, then its `latest`. */
  readonly numbers: number;
  readonly labels: number;
  /** Only there where the table has labels. */
  readonly labelTime: number;
  readonly sketches: number;
}

export function packedLayout({ members, sums, latest, labels }: AggregateTable): PackedLayout {
  const applied = members.length;
  const numbers = applied + 1;
  const afterNumbers = numbers + sums.length + latest.length;
  const labelTime = afterNumbers + labels.length;
  return {
    applied,
    numbers,
    labels: afterNumbers,
    labelTime,
    sketches: labels.length > 0 ? labelTime + 1 : afterNumbers,
  };
}

/** Packs a row as the tables hold it. */
export function packRow(table: AggregateTable, row: Row): PackedRow {
  const packed: PackedValue[] = table.members.map((member) => row[member] as string | number);
  packed.push(row['applied'] as number);
  for (const column of table.sums) packed.push(row[column] as number);
  for (const column of table.latest) packed.push(row[column] as number);
  for (const label of table.labels) packed.push(row[label] as string | null);
  if (table.labels.length > 0) packed.push(packLabelTime(row['label_time'] as number, row[table.bucket] as number));
  for (const sketch of table.sketches) packed.push(row[sketch] as EncodedSketch);
  return packed;
}

/** The row of a report: every column but the generation and the row's books. */
export function unpackRow(
  table: AggregateTable,
  tenant: string,
  bucket: number,
  shard: number,
  packed: PackedRow,
): Row {
  const row: Record<string, Value> = { tenant, [table.bucket]: bucket, shard };
  let at = 0;
  const take = (columns: readonly string[]): void => {
    for (const column of columns) row[column] = packed[at++]!;
  };
  take(table.members);
  take(APPLIED);
  take(table.sums);
  take(table.latest);
  take(table.labels);
  if (table.labels.length > 0) row['label_time'] = unpackLabelTime(packed[at++] as number | null, bucket);
  take(table.sketches);
  return row;
}

const APPLIED = ['applied'];

export function packLabelTime(labelTime: number, bucket: number): number | null {
  return labelTime === NO_LABEL_TIME ? null : labelTime - bucket;
}

export function unpackLabelTime(packed: number | null, bucket: number): number {
  return packed === null ? NO_LABEL_TIME : packed + bucket;
}

/** Gathers packed rows into groups of one table, tenant and bucket. */
export class PackedGroups {
  readonly groups: PackedRows[] = [];
  /** By table and bucket the tenants: few tables and buckets, and perhaps many tenants. */
  private readonly known: Map<number, Map<string, PackedRow[]>>[] = [];

  add(index: number, tenant: string, bucket: number, row: PackedRow): void {
    const buckets = (this.known[index] ??= new Map());
    let tenants = buckets.get(bucket);
    if (tenants === undefined) buckets.set(bucket, (tenants = new Map()));
    let rows = tenants.get(tenant);
    if (rows === undefined) {
      tenants.set(tenant, (rows = []));
      this.groups.push([index, tenant, bucket, rows]);
    }
    rows.push(row);
  }
}
