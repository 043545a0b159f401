import type cassandra from 'cassandra-driver';
import type { TableSpec } from '@ticketrail/core';
import type { Requests } from './requests.js';
import { cqlColumns } from './schema.js';

/** The database lacks a table or column, or has it otherwise: the migrator has not run, or is of another version. */
export class SchemaMissing extends Error {
  readonly code = 'SCHEMA_MISSING';
}

interface StoredColumn {
  readonly table_name: string;
  readonly column_name: string;
  readonly type: string;
  readonly kind: string;
  readonly position: number;
}

/** Throws SchemaMissing, naming what differs, unless the keyspace has every table with every column. It may have more. */
export async function checkSchema(
  client: cassandra.Client,
  requests: Requests,
  keyspace: string,
  tables: readonly TableSpec[],
): Promise<void> {
  const differences = await requests.send('Reading the schema', () => schemaDifferences(client, keyspace, tables));
  if (differences.length === 0) return;
  throw new SchemaMissing(`The keyspace ${keyspace} is not as this version needs it: ${differences.join('; ')}`);
}

/** What has to change in the keyspace, as sentences. */
export async function schemaDifferences(
  client: cassandra.Client,
  keyspace: string,
  tables: readonly TableSpec[],
): Promise<string[]> {
  const stored = new Map<string, Map<string, StoredColumn>>();
  const columns =
    'SELECT table_name, column_name, type, kind, position FROM system_schema.columns WHERE keyspace_name = ?';
  const { rows } = await client.execute(columns, [keyspace], { prepare: true, isIdempotent: true, fetchSize: 5_000 });
  for (const row of rows as unknown as StoredColumn[]) {
    const table = stored.get(row.table_name) ?? new Map<string, StoredColumn>();
    stored.set(row.table_name, table.set(row.column_name, row));
  }

  return tables.flatMap((table) => {
    const there = stored.get(table.name);
    if (there === undefined) return [`the table ${table.name} is missing`];
    return cqlColumns(table).flatMap(({ name, type }) => {
      const column = there.get(name);
      if (column === undefined) return [`${table.name} lacks the column ${name}`];
      const wanted = placeOf(table, name);
      const place = column.kind === 'regular' ? 'regular' : `${column.kind} ${column.position}`;
      if (column.type === type && place === wanted) return [];
      return [`${table.name}.${name} is ${column.type} (${place}) instead of ${type} (${wanted})`];
    });
  });
}

function placeOf(table: TableSpec, column: string): string {
  const partition = table.partition.indexOf(column);
  const clustering = table.clustering.indexOf(column);
  if (partition >= 0) return `partition_key ${partition}`;
  return clustering >= 0 ? `clustering ${clustering}` : 'regular';
}
