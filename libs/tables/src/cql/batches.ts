import type { TableSpec, Value } from '@ticketrail/core';
import type { RowWrite } from '@ticketrail/pipeline';
import { routingKeyOf, secondsToLive, type RowCodec } from './row-codec.js';

export interface BatchLimits {
  /** Rows of one partition in one batch: the server applies them at once, so many are cheap. */
  readonly partitionRowsMax: number;
  /** Rows of several partitions in one batch. */
  readonly mixedRowsMax: number;
  /** Bytes in one batch. Must stay below the server's `batch_size_fail_threshold`: 50 KiB in Cassandra, 1 MiB in ScyllaDB. */
  readonly batchBytesMax: number;
}

export interface Statement {
  readonly query: string;
  readonly params: readonly Buffer[];
}

/** Statements that are sent together, to a replica of the key. */
export interface Batch {
  readonly statements: Statement[];
  readonly routingKey: Buffer;
  bytes: number;
}

/** What the batches need to know of a table. */
export interface WritableTable {
  readonly codec: RowCodec;
  readonly insert: string;
}

/** Rows of one partition. */
class Partition {
  readonly rows: RowWrite[];
  readonly key: readonly Buffer[];

  /** @param own value of the last column of the partition key */
  constructor(
    readonly table: WritableTable,
    private readonly first: RowWrite,
    readonly own: Value | undefined,
  ) {
    this.rows = [first];
    this.key = table.codec.partition(first.row);
  }

  /** Whether the row's partition is this one, or differs from it in the last column of its key only. */
  isBeside({ table, row }: RowWrite): boolean {
    const { first } = this;
    if (table !== first.table) return false;
    const { partition } = table;
    for (let i = partition.length - 2; i >= 0; i--) if (row[partition[i]!] !== first.row[partition[i]!]) return false;
    return true;
  }

  /**
   * Of rows with one key the one with the highest clock, the later one if they are equal: CQL would decide equal clocks column
   * by column, by the larger value.
   */
  latest(): readonly RowWrite[] {
    const { rows } = this;
    const { clustering } = this.first.table;
    // The last column is the one that differs most.
    if (rows.length === 1 || clustering.findLast((column) => isUnique(column, rows)) !== undefined) return rows;
    const { codec } = this.table;
    const latest = new Map<string, RowWrite>();
    for (const write of rows) {
      const name = codec.identity(write.row, clustering);
      const known = latest.get(name);
      if (known === undefined || write.clock >= known.clock) latest.set(name, write);
    }
    return [...latest.values()];
  }
}

/** Whether one column of the key alone tells the rows from each other: mostly so, and then no name has to be made for each. */
function isUnique(column: string, rows: readonly RowWrite[]): boolean {
  if (isAscending(column, rows)) return true;
  const seen = new Set<unknown>();
  for (const { row } of rows) {
    const value = row[column];
    if (seen.has(value)) return false;
    seen.add(value);
  }
  return true;
}

/** Numbers, each above the one before, as places and times mostly are: then nothing has to be remembered. */
function isAscending(column: string, rows: readonly RowWrite[]): boolean {
  let last = Number.NEGATIVE_INFINITY;
  for (const { row } of rows) {
    const value = row[column];
    if (typeof value !== 'number' || !(value > last)) return false;
    last = value;
  }
  return true;
}

/**
 * Puts rows into as few batches as their limits allow: first by partition, and what is left over by the replicas that keep it,
 * so that no server has to pass most of a batch on.
 *
 * @param replicasOf names the replicas of a routing key; the same text for the same replicas. undefined: all are of the same ones
 * @throws InvalidKey, InvalidRow
 */
export function batchesOf(
  rows: readonly RowWrite[],
  now: number,
  limits: BatchLimits,
  tableOf: (table: TableSpec) => WritableTable,
  replicasOf?: (routingKey: Buffer) => string,
): Batch[] {
  const batches: Batch[] = [];
  const mixed = new Map<string, Batch>();
  for (const partition of partitionsOf(rows, tableOf)) {
    const { key, table } = partition;
    const own = partition.latest();
    const isLarge = own.length >= limits.mixedRowsMax;
    const replicas = isLarge || replicasOf === undefined ? '' : replicasOf(routingKeyOf(key));
    const rowsMax = isLarge ? limits.partitionRowsMax : limits.mixedRowsMax;
    let batch = isLarge ? undefined : mixed.get(replicas);
    for (const { row, clock, expiresAt } of own) {
      const { params, bytes } = table.codec.encode(row, key, clock, secondsToLive(expiresAt, now));
      if (batch === undefined || batch.statements.length >= rowsMax || batch.bytes + bytes > limits.batchBytesMax) {
        batch = { statements: [], routingKey: routingKeyOf(key), bytes: 0 };
        batches.push(batch);
      }
      batch.statements.push({ query: table.insert, params });
      batch.bytes += bytes;
    }
    if (!isLarge && batch !== undefined) mixed.set(replicas, batch);
  }
  return batches;
}

/**
 * Rows mostly come with others of their partition beside them, or of one that differs in the last column of its key only: then no
 * name has to be made for them.
 */
function partitionsOf(rows: readonly RowWrite[], tableOf: (table: TableSpec) => WritableTable): readonly Partition[] {
  const partitions: Partition[] = [];
  const families = new Map<string, Map<Value | undefined, Partition>>();
  let family = new Map<Value | undefined, Partition>();
  let last: Partition | undefined;
  for (const write of rows) {
    const { table, row } = write;
    const columns = table.partition;
    const own = row[columns[columns.length - 1]!];
    if (last === undefined || !last.isBeside(write)) {
      const name = `${table.name} ${tableOf(table).codec.identity(row, columns.slice(0, -1))}`;
      const known = families.get(name);
      family = known ?? new Map<Value | undefined, Partition>();
      if (known === undefined) families.set(name, family);
      last = family.get(own);
    } else if (own !== last.own) {
      last = family.get(own);
    }
    if (last === undefined) {
      last = new Partition(tableOf(table), write, own);
      family.set(own, last);
      partitions.push(last);
    } else {
      last.rows.push(write);
    }
  }
  return partitions;
}
