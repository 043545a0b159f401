/**
 * The CQL of the tables, derived from what core declares. It stays within what ScyllaDB and Apache Cassandra 5 have in common,
 * so that a test on the one says something about the other; but for one word, which `forCassandra` replaces.
 */
import { fileURLToPath } from 'node:url';
import { keyColumns, valueColumns, type ColumnType, type TableSpec } from '@ticketrail/core';

/**
 * Every value outside the key as one JSON object by column name, but for blobs, which have columns of their own. Nothing is ever
 * asked for by such a value, a row is written and read whole, and what a server and the driver spend on a row grows with its
 * columns. Null is a value of JSON: a CQL null would be a tombstone, and a partition whose rows each have two of them answers with
 * a warning from 500 rows on and not at all from 50,000.
 */
export const FIELDS_COLUMN = 'fields';

const CQL_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  int: 'int',
  bigint: 'bigint',
  blob: 'blob',
  json: 'text',
};

/**
 * Rows vanish by the time to live of each write, never by a delete, and all versions of a row vanish at the same time. So
 * nothing can come back, and what has vanished need only be kept until every replica has heard of the last write.
 */
const GC_GRACE_SECONDS = 86_400;

/**
 * The one strategy both engines have that neither ties rows to the time they were written at (time windows do, and a replay
 * writes old rows today) nor rewrites each of them many times over. Rows are rewritten within minutes and then never, so few
 * files hold versions of one. Where an engine has a better one (UnifiedCompactionStrategy, IncrementalCompactionStrategy),
 * ALTER TABLE may choose it: the migrator does not look at it.
 *
 * Files below the least size count as of one size, and each four of them are merged. It is 50 MiB where nothing is said, and a flush
 * of a table is a few: what was merged would be merged again with every three flushes more, until it is that large.
 */
const SSTABLE_BYTES_MIN = 1_048_576;
const COMPACTION =
  `{'class': 'SizeTieredCompactionStrategy', 'min_sstable_size': '${SSTABLE_BYTES_MIN}', ` +
  "'tombstone_threshold': '0.1', 'unchecked_tombstone_compaction': 'true'}";

/**
 * Zstandard at its usual level, in pieces of several pages: what repeats is only found within a piece, and those that the engines
 * choose by themselves are of 4 KiB (ScyllaDB) and 16 (Cassandra). ScyllaDB takes at most 128 KiB.
 */
const BULK_COMPRESSION = "{'sstable_compression': 'ZstdCompressor', 'chunk_length_in_kb': '64'}";

/** Where the schema is checked in. */
export const SCHEMA_FILE = fileURLToPath(new URL('../../../../infra/scylla/schema.cql', import.meta.url));

export interface CqlColumn {
  readonly name: string;
  readonly type: string;
}

/** Every column as it stands in CQL: those of the key, blobs, and the fields. */
export function cqlColumns(table: TableSpec): readonly CqlColumn[] {
  if (Object.hasOwn(table.columns, FIELDS_COLUMN)) {
    throw new TypeError(`${table.name} has a column ${FIELDS_COLUMN}, which is the adapter's own`);
  }
  const columns = [...keyColumns(table), ...blobColumns(table)].map((name) => {
    const type = table.columns[name];
    if (type === undefined) throw new TypeError(`${table.name} has no column ${name}`);
    return { name, type: CQL_TYPES[type] };
  });
  return [...columns, { name: FIELDS_COLUMN, type: 'text' }];
}

/** Names of the columns whose values do not stand among the fields. */
export function blobColumns(table: TableSpec): readonly string[] {
  return valueColumns(table).filter((name) => table.columns[name] === 'blob');
}

/** CREATE TABLE IF NOT EXISTS, without a semicolon. @param keyspace qualifies the name when given */
export function ddlOf(table: TableSpec, keyspace?: string): string {
  const partition = table.partition.join(', ');
  const primary = [`(${partition})`, ...table.clustering].join(', ');
  const order = table.clustering.map((column) => `${column} ASC`).join(', ');
  return [
    `CREATE TABLE IF NOT EXISTS ${tableName(table, keyspace)} (`,
    ...cqlColumns(table).map(({ name, type }) => `  ${name} ${type},`),
    `  PRIMARY KEY (${primary})`,
    `) WITH ${order === '' ? '' : `CLUSTERING ORDER BY (${order})\n  AND `}comment = '${table.answers.replaceAll("'", "''")}'`,
    `  AND compaction = ${COMPACTION}`,
    ...(table.isBulky === true ? [`  AND compression = ${BULK_COMPRESSION}`] : []),
    '  AND default_time_to_live = 0',
    `  AND gc_grace_seconds = ${GC_GRACE_SECONDS}`,
  ].join('\n');
}

/** The same in the words of Cassandra 5, which refuses what ScyllaDB asks for: the class of a compression goes by another name. */
export function forCassandra(cql: string): string {
  return cql.replaceAll("'sstable_compression'", "'class'");
}

/** The whole schema as a file, without its keyspace: how often and where it is kept is for the operator to say. */
export function schemaCql(tables: readonly TableSpec[]): string {
  const head = [
    '-- Every table, generated from libs/core/src/tables/catalogue.ts by `npm run schema`. Do not edit.',
    '-- A database gets there by the numbered files in migrations/, which the migrator applies.',
  ];
  return `${head.join('\n')}\n\n${tables.map((table) => `${ddlOf(table)};\n`).join('\n')}`;
}

export function tableName(table: TableSpec, keyspace?: string): string {
  return keyspace === undefined ? table.name : `${keyspace}.${table.name}`;
}
