import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { TABLES, type TableSpec } from '@ticketrail/core';
import { CassandraFixture, START_MS_MAX } from './cassandra.fixture.js';
import { CqlTables } from './cql-tables.js';
import { migrate, type MigrateOptions } from './migrate.js';
import { readMigrations, type Migration } from './migrations.js';
import { ddlOf, forCassandra } from './schema.js';

const sales: TableSpec = {
  name: 'sales',
  answers: 'nothing: it tests the migrator',
  partition: ['day'],
  clustering: ['place'],
  columns: { day: 'int', place: 'text', amount: 'bigint' },
};
const wider: TableSpec = { ...sales, columns: { ...sales.columns, note: 'blob' } };
const first: Migration = { version: 1, name: 'tables', cql: `-- The first.\n\n${ddlOf(sales)};\n` };
const second: Migration = { version: 2, name: 'add-note', cql: 'ALTER TABLE sales ADD note blob;\n' };

let cassandra: CassandraFixture;
jest.setTimeout(120_000);
beforeAll(async () => {
  cassandra = await CassandraFixture.start();
}, START_MS_MAX);
afterAll(() => cassandra?.stop());

const optionsOf = (
  migrations: readonly Migration[],
  specs: readonly TableSpec[],
  keyspace: string,
): MigrateOptions => ({
  ...cassandra.connection,
  keyspace,
  replication: { datacenter1: 1 },
  migrations,
  specs,
});

test('the migrations of the repository add up to the tables in core, also when two apply them at the same time', async () => {
  const options = {
    ...cassandra.connection,
    keyspace: cassandra.nextKeyspace(),
    replication: { datacenter1: 1 },
    specs: TABLES,
  };
  const migrations = await readMigrations();
  const results = await Promise.all([migrate(options), migrate(options)]);
  for (const { version } of results) expect(version).toBe(migrations.length);
  expect(await migrate(options)).toEqual({ applied: [], version: migrations.length });
  await (await CqlTables.open(options)).close();
});

test('a table is compressed as its migration says, whichever engine the words are of', async () => {
  const keyspace = cassandra.nextKeyspace();
  const bulky = ddlOf({ ...sales, isBulky: true });
  const other = forCassandra(bulky).replace('sales', 'sales_again');
  const migration = { ...first, cql: `${bulky};\n${other};\n` };
  await migrate(optionsOf([migration], [sales, { ...sales, name: 'sales_again' }], keyspace));
  const rows = await cassandra.ask(`SELECT compression FROM system_schema.tables WHERE keyspace_name = '${keyspace}'`);
  const compressions = rows.map(({ compression }) => compression as Record<string, string>);
  expect(compressions.filter((options) => options['class']?.endsWith('ZstdCompressor'))).toHaveLength(2);
  const unknown = { ...first, cql: bulky.replace('ZstdCompressor', 'NoCompressor') };
  const refused = optionsOf([unknown], [sales], cassandra.nextKeyspace());
  await expect(migrate(refused)).rejects.toMatchObject({ code: 'TABLES_REFUSED' });
});

test('a later migration is applied to what is there, and rows of before have null in the new column', async () => {
  const keyspace = cassandra.nextKeyspace();
  expect(await migrate(optionsOf([first], [sales], keyspace))).toEqual({ applied: [1], version: 1 });
  const before = await CqlTables.open({ ...cassandra.connection, keyspace, specs: [sales] });
  await before.write([{ table: sales, row: { day: 1, place: 'p', amount: 5 }, clock: 1 }]);
  await before.close();

  expect(await migrate(optionsOf([first, second], [wider], keyspace))).toEqual({ applied: [2], version: 2 });
  const after = await CqlTables.open({ ...cassandra.connection, keyspace, specs: [wider] });
  expect(await after.read(wider, [{ day: 1, place: 'p' }])).toEqual([{ day: 1, place: 'p', amount: 5, note: null }]);
  await after.close();
});

test('a migration that was interrupted before it was recorded is applied again without harm', async () => {
  const keyspace = cassandra.nextKeyspace();
  await migrate(optionsOf([first, second], [wider], keyspace));
  await cassandra.ask(`DELETE FROM ${keyspace}.schema_migrations WHERE component = 'tables' AND version IN (1, 2)`);
  expect(await migrate(optionsOf([first, second], [wider], keyspace))).toEqual({ applied: [1, 2], version: 2 });
});

test('a migration whose text changed after it was applied is refused, unless only its form changed', async () => {
  const keyspace = cassandra.nextKeyspace();
  await migrate(optionsOf([first], [sales], keyspace));
  const reformed = { ...first, cql: `-- Another comment.\n${first.cql}\n` };
  expect(await migrate(optionsOf([reformed], [sales], keyspace))).toMatchObject({ applied: [] });
  const changed = { ...first, cql: first.cql.replace('place text', 'place bigint') };
  await expect(migrate(optionsOf([changed], [sales], keyspace))).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
});

test('a database that newer code has migrated is refused', async () => {
  const keyspace = cassandra.nextKeyspace();
  await migrate(optionsOf([first, second], [wider], keyspace));
  await expect(migrate(optionsOf([first], [sales], keyspace))).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
});

test('migrations that do not add up to the tables of the code, or that the database refuses, are errors', async () => {
  const missing = optionsOf([first], [wider], cassandra.nextKeyspace());
  await expect(migrate(missing)).rejects.toMatchObject({ code: 'SCHEMA_MISSING' });
  const wrong = { ...second, cql: 'ALTER TABLE nothing ADD note blob;' };
  const refused = optionsOf([first, wrong], [wider], cassandra.nextKeyspace());
  await expect(migrate(refused)).rejects.toMatchObject({ code: 'TABLES_REFUSED' });
});
