import type { TableSpec } from '@ticketrail/core';
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

  constructor(
    readonly table: WritableTable,
    readonly first: RowWrite,
  ) {
    this.rows = [first];
    this.key = table.codec.partition(first.row);
  }

  isOf({ table, row }: RowWrite): boolean {
    const { first } = this;
    return table === first.table && table.partition.every((column) => row[column] === first.row[column]);
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

/** Rows mostly come with others of their partition beside them: then one name is enough for all. */
function partitionsOf(rows: readonly RowWrite[], tableOf: (table: TableSpec) => WritableTable): Iterable<Partition> {
  const partitions = new Map<string, Partition>();
  let last: Partition | undefined;
  for (const write of rows) {
    if (last?.isOf(write) !== true) {
      const table = tableOf(write.table);
      const name = `${write.table.name} ${table.codec.identity(write.row, write.table.partition)}`;
      const known = partitions.get(name);
      last = known ?? new Partition(table, write);
      if (known === undefined) {
        partitions.set(name, last);
        continue;
      }
    }
    last.rows.push(write);
  }
  return partitions.values();
}
