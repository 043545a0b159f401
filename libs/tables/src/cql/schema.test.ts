import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { EVENT_PAGES, TABLES, type TableSpec } from '@ticketrail/core';
import { checksumOf, readMigrations, statementsOf } from './migrations.js';
import { cqlColumns, ddlOf, forCassandra, SCHEMA_FILE, schemaCql } from './schema.js';
import { insertOf, scanOf, selectManyOf, selectOf } from './statements.js';

const sales: TableSpec = {
  name: 'sales',
  answers: "What the house's own table says.",
  partition: ['tenant', 'day'],
  clustering: ['place', 'hour'],
  columns: { tenant: 'text', place: 'text', amount: 'bigint', day: 'int', hour: 'int', detail: 'json', bytes: 'blob' },
};

test('the schema that is checked in is the one of the tables in core (npm run schema writes it)', async () => {
  expect(await readFile(SCHEMA_FILE, 'utf8')).toBe(schemaCql(TABLES));
});

test('a table has its key first, then its blobs, and everything else in one column', () => {
  const [head, ...columns] = ddlOf(sales, 'shop').split('\n');
  expect(head).toBe('CREATE TABLE IF NOT EXISTS shop.sales (');
  expect(columns.slice(0, 7)).toEqual([
    '  tenant text,',
    '  day int,',
    '  place text,',
    '  hour int,',
    '  bytes blob,',
    '  fields text,',
    '  PRIMARY KEY ((tenant, day), place, hour)',
  ]);
  expect(ddlOf(sales)).toContain("comment = 'What the house''s own table says.'");
  expect(() => ddlOf({ ...sales, columns: { ...sales.columns, fields: 'text' } })).toThrow(TypeError);
});

test('the history is compressed well, in words of which each engine knows its own; of other tables the engine decides', () => {
  const compressed = TABLES.filter((table) => ddlOf(table).includes('compression'));
  expect(compressed).toEqual([EVENT_PAGES]);
  const [cql] = compressed.map((table) => ddlOf(table));
  expect(cql).toContain("  AND compression = {'sstable_compression': 'ZstdCompressor', 'chunk_length_in_kb': '64'}\n");
  expect(forCassandra(cql!)).toContain("  AND compression = {'class': 'ZstdCompressor', 'chunk_length_in_kb': '64'}\n");
});

describe.each(TABLES.map((table) => [table.name, table] as const))('%s', (_, table) => {
  test('is created without what ties rows to the time of writing, what counts by itself, or what one engine alone has', () => {
    expect(ddlOf(table)).not.toMatch(/TimeWindow|counter|Unified|Incremental|VIEW|INDEX/i);
    expect(ddlOf(table)).toContain('default_time_to_live = 0');
  });

  test('has files of a few flushes merged as files of their own size, not again with each flush', () => {
    expect(ddlOf(table)).toContain("'min_sstable_size': '1048576'");
  });

  test('is only written with an explicit clock and time to live, whole, and without a condition', () => {
    const insert = insertOf(table, 'k');
    expect(insert).toMatch(/^INSERT INTO k\.\w+ \([\w, ]+\) VALUES \([?, ]+\) USING TIMESTAMP \? AND TTL \?$/);
    for (const { name } of cqlColumns(table)) expect(insert).toContain(name);
  });

  test('is only read within one partition', () => {
    const statements = [selectOf(table, 'k'), scanOf(table, 'k', 0, 0, false)];
    if (table.clustering.length > 0) statements.push(selectManyOf(table, 'k'));
    for (const statement of statements) {
      for (const column of table.partition) expect(statement).toContain(`${column} = ?`);
      expect(statement).not.toContain('ALLOW FILTERING');
    }
  });
});

test('bounds of a scan are prefixes of the clustering key', () => {
  expect(scanOf(sales, 'k', 2, 1, true)).toMatch(
    / WHERE tenant = \? AND day = \? AND \(place, hour\) >= \(\?, \?\) AND \(place\) < \(\?\) ORDER BY place DESC, hour DESC LIMIT \?$/,
  );
});

test('a checksum is of the statements, not of comments and ends of lines', async () => {
  const migration = { version: 1, name: 'one', cql: '-- A comment; with a semicolon.\nCREATE a;\n\nCREATE b\n;\n' };
  expect(statementsOf(migration.cql)).toEqual(['CREATE a', 'CREATE b']);
  expect(checksumOf({ ...migration, cql: 'CREATE a;\r\nCREATE b;\r\n' })).toBe(checksumOf(migration));
  expect(checksumOf({ ...migration, cql: 'CREATE a;\nCREATE c;' })).not.toBe(checksumOf(migration));
  const versions = (await readMigrations()).map(({ version }) => version);
  expect(versions).toEqual(versions.map((_, index) => index + 1));
});
