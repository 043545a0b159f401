/** Raw CQL: the rows of the fold in unlogged batches, with nothing around the driver. */
import cassandra from 'cassandra-driver';
import { JsonText, type ChangedRow, type ColumnType, type TableSpec, type Value } from '@ticketrail/core';
import { ddlOf } from '@ticketrail/tables';
import type { Ceiling } from './ceiling.js';
import { flushesOf, type Flush } from './in-process.js';
import { measure } from './measure.js';
import type { StageOptions } from './stages.js';

const keyspace = 'bench_ceiling';
const measuredEvents = 50_000;
const batchRowsMax = 64;
/** Of several partitions; and how many rows of one are worth a batch of their own. */
const mixedBatchRowsMax = 32;
const partitionRowsMin = 8;
const batchBytesMax = 30_000;
const inFlightMax = 24;

interface Batch {
  readonly statements: { query: string; params: unknown[] }[];
  bytes: number;
}

export async function cqlCeiling(contactPoint: string, pid: number, options: StageOptions): Promise<Ceiling> {
  const client = new cassandra.Client({ contactPoints: [contactPoint], localDataCenter: 'datacenter1' });
  try {
    await client.connect();
    await client.execute(
      `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}`,
    );
    const flushes = flushesOf(measuredEvents, options);
    const tables = new Set(flushes.flatMap(({ rows }) => rows.map(({ table }) => table)));
    for (const table of tables) await client.execute(ddlOf(table, keyspace));
    const rows = flushes.reduce((sum, flush) => sum + flush.rows.length, 0);
    const measured = await measure(async () => {
      let events = 0;
      let clock = 1;
      for (const flush of flushes) {
        await send(client, batchesOf(flush, clock++));
        events += flush.events;
      }
      return events;
    }, pid);
    await client.execute(`DROP KEYSPACE ${keyspace}`);
    return { id: 'cql-rows', name: `CQL, the fold's ${rows} rows, in unlogged batches`, ...measured };
  } finally {
    await client.shutdown();
  }
}

async function send(client: cassandra.Client, batches: readonly Batch[]): Promise<void> {
  let next = 0;
  const sender = async (): Promise<void> => {
    for (;;) {
      const batch = batches[next++];
      if (batch === undefined) return;
      await client.batch(batch.statements, { prepare: true, logged: false, isIdempotent: true });
    }
  };
  await Promise.all(Array.from({ length: inFlightMax }, sender));
}

/** Many rows of one partition go together; the others with rows of their table. */
function batchesOf({ rows }: Flush, clock: number): Batch[] {
  const partitionOf = ({ table, row }: ChangedRow): string =>
    `${table.name} ${table.partition.map((column) => String(row[column])).join(' ')}`;
  const sizes = new Map<string, number>();
  for (const changed of rows) {
    const partition = partitionOf(changed);
    sizes.set(partition, (sizes.get(partition) ?? 0) + 1);
  }
  const open = new Map<string, Batch>();
  const batches: Batch[] = [];
  for (const changed of rows) {
    const { table, row } = changed;
    const params = [
      ...Object.entries(table.columns).map(([column, type]) => valueOf(row[column] ?? null, type)),
      cassandra.types.Long.fromNumber(clock),
    ];
    const bytes = params.reduce<number>((sum, param) => sum + sizeOf(param), 0);
    const partition = partitionOf(changed);
    const isAlone = (sizes.get(partition) ?? 0) >= partitionRowsMin;
    const [key, rowsMax] = isAlone ? [partition, batchRowsMax] : [table.name, mixedBatchRowsMax];
    let batch = open.get(key);
    if (batch === undefined || batch.statements.length >= rowsMax || batch.bytes + bytes > batchBytesMax) {
      batch = { statements: [], bytes: 0 };
      open.set(key, batch);
      batches.push(batch);
    }
    batch.statements.push({ query: insertOf(table), params });
    batch.bytes += bytes;
  }
  return batches;
}

const inserts = new Map<TableSpec, string>();

function insertOf(table: TableSpec): string {
  let text = inserts.get(table);
  if (text === undefined) {
    const names = Object.keys(table.columns);
    const marks = names.map(() => '?').join(', ');
    text = `INSERT INTO ${keyspace}.${table.name} (${names.join(', ')}) VALUES (${marks}) USING TIMESTAMP ?`;
    inserts.set(table, text);
  }
  return text;
}

function valueOf(value: Value, type: ColumnType): unknown {
  if (value === null) return type === 'json' ? 'null' : cassandra.types.unset;
  if (type === 'json') return value instanceof JsonText ? value.text : JSON.stringify(value);
  if (type === 'bigint') return cassandra.types.Long.fromNumber(value as number);
  return type === 'blob' ? Buffer.from(value as Uint8Array) : value;
}

const sizeOf = (param: unknown): number =>
  10 + (typeof param === 'string' || Buffer.isBuffer(param) ? param.length : 8);
