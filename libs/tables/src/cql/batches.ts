import { keyColumns, type TableSpec } from '@ticketrail/core';
import type { RowWrite } from '@ticketrail/pipeline';
import { routingKeyOf, secondsToLive, type EncodedRow, type RowCodec } from './row-codec.js';

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

interface Partition {
  readonly routingKey: Buffer;
  readonly insert: string;
  readonly rows: EncodedRow[];
}

/**
 * Puts rows into as few batches as their limits allow: first by partition, and what is left over by the replicas that keep it,
 * so that no server has to pass most of a batch on.
 *
 * @param replicasOf names the replicas of a routing key; the same text for the same replicas
 * @throws InvalidKey, InvalidRow
 */
export function batchesOf(
  rows: readonly RowWrite[],
  now: number,
  limits: BatchLimits,
  tableOf: (table: TableSpec) => WritableTable,
  replicasOf: (routingKey: Buffer) => string,
): Batch[] {
  const partitions = new Map<string, Partition>();
  for (const { table, row, clock, expiresAt } of latestOf(rows, tableOf)) {
    const { codec, insert } = tableOf(table);
    const encoded = codec.encode(row, clock, secondsToLive(expiresAt, now));
    const name = `${table.name} ${codec.identity(row, table.partition)}`;
    const partition = partitions.get(name);
    if (partition === undefined) {
      partitions.set(name, { routingKey: routingKeyOf(codec.partition(row)), insert, rows: [encoded] });
    } else {
      partition.rows.push(encoded);
    }
  }

  const batches: Batch[] = [];
  const mixed = new Map<string, Batch>();
  for (const partition of partitions.values()) {
    const isLarge = partition.rows.length >= limits.mixedRowsMax;
    const replicas = isLarge ? '' : replicasOf(partition.routingKey);
    const rowsMax = isLarge ? limits.partitionRowsMax : limits.mixedRowsMax;
    let batch = isLarge ? undefined : mixed.get(replicas);
    for (const { params, bytes } of partition.rows) {
      if (batch === undefined || batch.statements.length >= rowsMax || batch.bytes + bytes > limits.batchBytesMax) {
        batch = { statements: [], routingKey: partition.routingKey, bytes: 0 };
        batches.push(batch);
      }
      batch.statements.push({ query: partition.insert, params });
      batch.bytes += bytes;
    }
    if (!isLarge && batch !== undefined) mixed.set(replicas, batch);
  }
  return batches;
}

/**
 * Of rows with one key the one with the highest clock, the later one if they are equal: CQL would decide equal clocks column by
 * column, by the larger value.
 */
function latestOf(rows: readonly RowWrite[], tableOf: (table: TableSpec) => WritableTable): Iterable<RowWrite> {
  if (rows.length < 2) return rows;
  const latest = new Map<string, RowWrite>();
  for (const write of rows) {
    const { codec } = tableOf(write.table);
    const name = `${write.table.name} ${codec.identity(write.row as never, keyColumns(write.table))}`;
    const rival = latest.get(name);
    if (rival === undefined || write.clock >= rival.clock) latest.set(name, write);
  }
  return latest.values();
}
