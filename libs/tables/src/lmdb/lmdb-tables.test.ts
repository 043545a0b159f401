import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Row, TableSpec } from '@ticketrail/core';
import type { RowWrite } from '@ticketrail/pipeline';
import { LmdbTables } from './lmdb-tables.js';

const visits: TableSpec = {
  name: 'visits',
  answers: 'nothing: it tests the tables',
  partition: ['tenant', 'location'],
  clustering: ['table', 'seated_at'],
  columns: { tenant: 'text', location: 'text', table: 'text', seated_at: 'bigint', guests: 'int', sketch: 'blob' },
};

let directory: string;
let tables: LmdbTables;
let time: number;

const open = (): Promise<LmdbTables> => LmdbTables.open({ directory, now: () => time });
const visit = (table: string, guests = 2): Row => ({
  tenant: 't',
  location: 'l',
  table,
  seated_at: 1,
  guests,
  sketch: null,
});
const write = (row: Row, clock = 1, expiresAt?: number): RowWrite =>
  expiresAt === undefined ? { table: visits, row, clock } : { table: visits, row, clock, expiresAt };
const scan = async (): Promise<unknown[]> =>
  (await tables.scan(visits, { tenant: 't', location: 'l' })).map((row) => [row['table'], row['guests']]);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ticketrail-tables-'));
  time = 1_800_000_000_000;
  tables = await open();
});
afterEach(async () => {
  await tables.close();
  await rm(directory, { recursive: true });
});

test('a row at the clock of the stored one replaces it', async () => {
  await tables.write([write(visit('a', 1), 5)]);
  await tables.write([write(visit('a', 2), 5)]);
  expect(await scan()).toEqual([['a', 2]]);
});

test('calls made together keep to the clocks, also when they share a transaction', async () => {
  await Promise.all([
    tables.write([write(visit('a', 3), 3), write(visit('b', 1), 1)]),
    tables.write([write(visit('a', 2), 2), write(visit('b', 2), 2)]),
  ]);
  expect(await scan()).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
});

test('a call with a row that cannot be stored writes nothing and says which column', async () => {
  const { guests: _, ...incomplete } = visit('b');
  await expect(tables.write([write(visit('a')), write(incomplete)])).rejects.toMatchObject({
    code: 'INVALID_ROW',
    message: expect.stringContaining('guests') as unknown,
  });
  await expect(tables.write([write(visit('a')), write({ ...visit('b'), sketch: 'text' })])).rejects.toMatchObject({
    code: 'INVALID_ROW',
  });
  await expect(tables.write([write(visit('a')), write({ ...visit('b'), seated_at: '1' })])).rejects.toMatchObject({
    code: 'INVALID_KEY',
    message: expect.stringContaining('seated_at') as unknown,
  });
  expect(await scan()).toEqual([]);
});

test('three ids of 128 characters fit a key whatever the characters, and longer keys are refused by name', async () => {
  const id = '😀'.repeat(128);
  const longest = { ...visit(id), tenant: id, location: id };
  await tables.write([write(longest)]);
  expect(await tables.read(visits, [{ tenant: id, location: id, table: id, seated_at: 1 }])).toEqual([longest]);
  for (const table of ['x'.repeat(1_980), 'é'.repeat(1_200), '\u0001'.repeat(1_200), 'x'.repeat(100_000)]) {
    await expect(tables.write([write(visit(table))])).rejects.toMatchObject({ code: 'INVALID_KEY' });
  }
  await expect(tables.write([write(visit('\uD800'))])).rejects.toMatchObject({ code: 'INVALID_KEY' });
});

test('a sweep removes what is past its time, a bounded number of rows at a time, and comes round', async () => {
  const rows = Array.from({ length: 100 }, (_, n) =>
    write(visit(`${n}`.padStart(3, '0')), 1, n % 2 === 0 ? time + 1_000 : time + 9_000),
  );
  await tables.write([...rows, write(visit('for ever'))]);
  await tables.sync();
  expect(await tables.sweep(1_000)).toEqual({ examined: 101, removed: 0, wrapped: true });

  time += 2_000;
  expect((await scan()).length).toBe(51);
  expect(tables.stats().entries).toBe(101);
  expect(await tables.sweep(30)).toEqual({ examined: 30, removed: 15, wrapped: false });
  expect(await tables.sweep(30)).toEqual({ examined: 30, removed: 15, wrapped: false });
  expect(await tables.sweep(30)).toEqual({ examined: 30, removed: 15, wrapped: false });
  expect(await tables.sweep(30)).toEqual({ examined: 11, removed: 5, wrapped: true });
  expect(tables.stats().entries).toBe(51);

  time += 9_000;
  expect(await tables.sweep(1_000)).toEqual({ examined: 51, removed: 50, wrapped: true });
  expect(await scan()).toEqual([['for ever', 2]]);
});

test('a row written again while it is being swept stays', async () => {
  await tables.write([write(visit('a', 1), 1, time + 1_000)]);
  await tables.sync();
  time += 2_000;
  await Promise.all([tables.write([write(visit('a', 2), 2, time + 1_000)]), tables.sweep(100)]);
  expect(await scan()).toEqual([['a', 2]]);
  await Promise.all([tables.sweep(100), tables.write([write(visit('a', 3), 3, time + 1_000)])]);
  expect(await scan()).toEqual([['a', 3]]);
  await tables.sync();
  expect(await scan()).toEqual([['a', 3]]);
});

test('closing waits for writes on their way; afterwards nothing is taken', async () => {
  const writing = tables.write([write(visit('a'))]);
  await tables.close();
  await writing;
  await expect(tables.write([write(visit('b'))])).rejects.toMatchObject({ code: 'TABLES_CLOSED' });
  await expect(tables.read(visits, [])).rejects.toMatchObject({ code: 'TABLES_CLOSED' });
  tables = await open();
  expect(await scan()).toEqual([['a', 2]]);
});

test('long values take less room than they are long, and come back as they were, among short ones', async () => {
  const text = (n: number): string => `{"event_type":"payment","place":${n}},`.repeat(n * 10);
  const rows = Array.from({ length: 60 }, (_, n) => ({
    ...visit(`${n}`.padStart(3, '0')),
    sketch: n % 3 === 0 ? new Uint8Array([n]) : new TextEncoder().encode(text(n)),
  }));
  await tables.write(rows.map((row) => write(row)));
  await tables.close();
  tables = await open();
  expect(await tables.scan(visits, { tenant: 't', location: 'l' })).toEqual(rows);
  const keys = rows.map((_, n) => ({ tenant: 't', location: 'l', table: `${n}`.padStart(3, '0'), seated_at: 1 }));
  expect(await tables.read(visits, keys.toReversed())).toEqual(rows.toReversed());
  const length = rows.reduce((sum, { sketch }) => sum + sketch.length, 0);
  expect(tables.stats().bytesUsed).toBeLessThan(length / 2);
});

test('a second writer of the directory is refused by name and process', async () => {
  await expect(open()).rejects.toMatchObject({ code: 'DIRECTORY_IN_USE', directory, pid: process.pid });
});

test('tables whose columns are not those that were stored are refused with a sentence, and others can be added', async () => {
  await tables.close();
  const withSpecs = (specs: TableSpec[]): Promise<LmdbTables> => LmdbTables.open({ directory, now: () => time, specs });
  tables = await withSpecs([visits]);
  await tables.close();
  const wider = { ...visits, columns: { ...visits.columns, waiter: 'text' as const } };
  await expect(withSpecs([wider])).rejects.toMatchObject({
    code: 'TABLES_OF_ANOTHER_VERSION',
    message: expect.stringContaining(visits.name) as unknown,
  });
  tables = await withSpecs([visits, { ...visits, name: 'other_visits' }]);
});
