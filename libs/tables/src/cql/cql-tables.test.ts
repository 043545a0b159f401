import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyColumns, TABLES, valueColumns, type Key, type Row, type TableSpec, type Value } from '@ticketrail/core';
import type { RowWrite } from '@ticketrail/pipeline';
import { CassandraFixture, START_MS_MAX } from './cassandra.fixture.js';
import { CqlTables, type CqlTablesOptions } from './cql-tables.js';
import { cqlColumns } from './schema.js';

const sales: TableSpec = {
  name: 'sales',
  answers: "nothing: it tests an adapter, and a comment's quotes",
  partition: ['tenant', 'day'],
  clustering: ['place'],
  columns: { tenant: 'text', day: 'int', place: 'text', amount: 'bigint', note: 'text', detail: 'json', bytes: 'blob' },
};
const registry: TableSpec = {
  name: 'registry',
  answers: 'nothing: it tests an adapter',
  partition: ['name'],
  clustering: [],
  columns: { name: 'text', amount: 'bigint' },
};
const later = (): number => Date.now() + 3_600_000;

let cassandra: CassandraFixture;
let options: CqlTablesOptions;
let tables: CqlTables;
let days = 0;

jest.setTimeout(90_000);
beforeAll(async () => {
  cassandra = await CassandraFixture.start();
  options = await cassandra.create([sales, registry]);
  tables = await CqlTables.open(options);
}, START_MS_MAX);
afterAll(async () => {
  await tables?.close();
  await cassandra?.stop();
});

function sale(day: number, place: string, columns: Partial<Row> = {}): Row {
  const row: Row = { tenant: 't', day, place, amount: 1, note: 'a note', detail: [1], bytes: Uint8Array.from([1]) };
  return { ...row, ...columns } as Row;
}
const write = (row: Row, clock = 1): RowWrite => ({ table: sales, row, clock, expiresAt: later() });
const keyOf = (table: TableSpec, row: Row): Key =>
  Object.fromEntries(keyColumns(table).map((column) => [column, row[column]])) as Key;
const readOne = async (row: Row, from = tables): Promise<Row | undefined> =>
  (await from.read(sales, [keyOf(sales, row)]))[0];
const nextDay = (): number => (days += 1);

describe('the tables of core', () => {
  const sample = (table: TableSpec, hasNulls: boolean): Row => {
    const values: Record<string, (index: number) => Value> = {
      text: (index) => `text ${index}`,
      int: (index) => index,
      bigint: (index) => 1_700_000_000_000_000 + index,
      blob: (index) => Uint8Array.from([index, 255, 0]),
      json: (index) => ({ list: [index, null, 'é'] }),
    };
    const keys = new Set(keyColumns(table));
    return Object.fromEntries(
      Object.entries(table.columns).map(([column, type], index) => [
        column,
        hasNulls && !keys.has(column) ? null : (values[type]?.(index) ?? null),
      ]),
    );
  };
  const clock = 1_700_000_000_123_456;
  let keyspace: string;
  let all: CqlTables;

  beforeAll(async () => {
    keyspace = cassandra.nextKeyspace();
    all = await CqlTables.open(await cassandra.create(TABLES, keyspace));
  });
  afterAll(() => all.close());

  test('each of them gives back a row as it was written, and one whose values are all null', async () => {
    for (const hasNulls of [true, false]) {
      const rows = TABLES.map((table) => ({ table, row: sample(table, hasNulls) }));
      await all.write(
        rows.map(({ table, row }) => ({ table, row, clock: clock + (hasNulls ? 0 : 1), expiresAt: later() })),
      );
      for (const { table, row } of rows) {
        expect(await all.read(table, [keyOf(table, row)])).toEqual([row]);
        expect(await all.scan(table, keyOf(table, row))).toEqual([row]);
      }
    }
  });

  test('every column of every row stands at the clock of its write', async () => {
    for (const table of TABLES) {
      const keys = new Set(keyColumns(table));
      const columns = cqlColumns(table)
        .map(({ name }) => name)
        .filter((name) => !keys.has(name));
      const clocks = columns.map((name, index) => `WRITETIME(${name}) AS clock_${index}`).join(', ');
      const rows = await cassandra.ask(`SELECT ${clocks} FROM ${keyspace}.${table.name}`);
      expect(rows).toHaveLength(1);
      for (const index of columns.keys()) expect(String(rows[0]?.[`clock_${index}`])).toBe(String(clock + 1));
    }
  });

  test('nulls leave no tombstones', async () => {
    const [table] = TABLES;
    if (table === undefined) throw new TypeError('There are no tables');
    const rows = Array.from({ length: 300 }, (_, index) => ({
      ...sample(table, true),
      [table.clustering[0] ?? '']: `place ${index}`,
    }));
    await all.write(rows.map((row) => ({ table, row, clock, expiresAt: later() })));
    expect(await all.scan(table, keyOf(table, rows[0] as Row))).toHaveLength(301);
    const [met] = await cassandra.ask(
      `SELECT max FROM system_views.tombstones_per_read WHERE keyspace_name = '${keyspace}' AND table_name = '${table.name}'`,
    );
    // The database counts in classes, of which the lowest is from none to one.
    expect(Number(met?.['max'] ?? 0)).toBeLessThanOrEqual(1);
    expect(valueColumns(table).length).toBeGreaterThan(2);
  });
});

describe('limits', () => {
  test('batches stay below what the server takes, whatever the rows are like', async () => {
    const day = nextDay();
    const sizes = [0, 10, 1_000, 20_000, 60_000, 200_000];
    const rows = Array.from({ length: 900 }, (_, index) =>
      sale(day, `place ${index}`, { note: 'n'.repeat(index < 12 ? (sizes[index % 6] ?? 0) : index % 300) }),
    );
    const scattered = Array.from({ length: 300 }, () => sale(nextDay(), 'place'));
    await tables.write([...rows, ...scattered].map((row) => write(row)));
    expect(await tables.scan(sales, { tenant: 't', day })).toHaveLength(900);
    expect(
      await tables.read(
        sales,
        scattered.map((row) => keyOf(sales, row)),
      ),
    ).toEqual(scattered);
  });

  test('a partition of more rows than a page has comes whole, and a thousand keys of it as well', async () => {
    const day = nextDay();
    const rows = Array.from({ length: 2_500 }, (_, index) => sale(day, `place ${String(index).padStart(5, '0')}`));
    await tables.write(rows.map((row) => write(row)));
    expect(await tables.scan(sales, { tenant: 't', day })).toEqual(rows);
    expect(await tables.scan(sales, { tenant: 't', day }, { limit: 1_700, reverse: true })).toEqual(
      [...rows].reverse().slice(0, 1_700),
    );
    const keys = rows.slice(0, 1_000).map((row) => keyOf(sales, row));
    expect(await tables.read(sales, [...keys].reverse())).toEqual(rows.slice(0, 1_000).reverse());
  });

  test('more rows than may wait are refused before any of them is written', async () => {
    const small = await CqlTables.open({ ...options, rowsWaitingMax: 10 });
    const day = nextDay();
    const some = (from: number): RowWrite[] =>
      Array.from({ length: 8 }, (_, index) => write(sale(day, `place ${from + index}`)));
    const first = small.write(some(0));
    await expect(small.write(some(8))).rejects.toMatchObject({ code: 'TABLES_BUSY' });
    await first;
    expect(await small.scan(sales, { tenant: 't', day })).toHaveLength(8);
    await small.write(some(8));
    expect(await small.scan(sales, { tenant: 't', day })).toHaveLength(16);
    await small.close();
  });

  test('what cannot be a key or a value is refused', async () => {
    const nameless: Row = { name: '', amount: 1 };
    await expect(tables.write([{ table: registry, row: nameless, clock: 1 }])).rejects.toMatchObject({
      code: 'INVALID_KEY',
    });
    for (const wrong of [{ place: 'half of a pair: \uD83D' }, { place: 'p'.repeat(70_000) }, { day: 2 ** 31 }]) {
      await expect(tables.write([write(sale(1, 'p', wrong))])).rejects.toMatchObject({ code: 'INVALID_KEY' });
    }
    for (const wrong of [{ amount: 1.5 }, { amount: '1' }, { note: 1 }, { bytes: 'text' }]) {
      await expect(tables.write([write(sale(1, 'p', wrong))])).rejects.toMatchObject({ code: 'INVALID_ROW' });
    }
  });

  test('opening fails with what is missing when the database is not as the code needs it', async () => {
    const wider: TableSpec = { ...sales, columns: { ...sales.columns, extra: 'blob', place: 'bigint' } };
    const opening = CqlTables.open({ ...options, specs: [wider, { ...sales, name: 'refunds' }] });
    await expect(opening).rejects.toMatchObject({
      code: 'SCHEMA_MISSING',
      message: expect.stringMatching(/sales\.place is text.*sales lacks the column extra.*refunds is missing/),
    });
  });
});

describe('clocks and times to live', () => {
  test('what a writer that was held up writes late is ignored', async () => {
    const day = nextDay();
    const zombie = await CqlTables.open(options);
    await tables.write([write(sale(day, 'place', { amount: 7, note: 'new' }), 1_700_000_000_000_007)]);
    await zombie.write([write(sale(day, 'place', { amount: 9, note: 'zzz', detail: [9] }), 1_700_000_000_000_006)]);
    await zombie.close();
    expect(await readOne(sale(day, 'place'))).toEqual(sale(day, 'place', { amount: 7, note: 'new' }));
  });

  test('writing a row again does not lengthen its time', async () => {
    const row = sale(nextDay(), 'place');
    const expiresAt = Date.now() + 100_000;
    const timeLeft = async (): Promise<number> => {
      const found = await cassandra.ask(
        `SELECT TTL(bytes) AS left, TTL(fields) AS left_of_fields FROM ${options.keyspace}.sales WHERE tenant = 't' AND day = ${days}`,
      );
      expect(found[0]?.['left']).toBe(found[0]?.['left_of_fields']);
      return Number(found[0]?.['left']);
    };
    await tables.write([{ table: sales, row, clock: 5, expiresAt }]);
    expect(await timeLeft()).toBeGreaterThan(95);
    await sleep(3_000);
    for (const clock of [5, 6]) {
      await tables.write([{ table: sales, row, clock, expiresAt }]);
      expect(await timeLeft()).toBeLessThanOrEqual(98);
    }
  });

  test('a row whose time is over already is gone after a second, and one without an end has none', async () => {
    const day = nextDay();
    await tables.write([
      { table: sales, row: sale(day, 'old'), clock: 1, expiresAt: Date.now() - 86_400_000 },
      { table: sales, row: sale(day, 'for ever'), clock: 1 },
    ]);
    await sleep(2_100);
    const rows = await tables.scan(sales, { tenant: 't', day });
    expect(rows.map((row) => row['place'])).toEqual(['for ever']);
    const query = `SELECT TTL(fields) AS left FROM ${options.keyspace}.sales WHERE tenant = 't' AND day = ${day}`;
    expect((await cassandra.ask(query))[0]?.['left']).toBeNull();
  });
});

describe('faults', () => {
  test('a write that was not answered in time is sent again, and is there once', async () => {
    const impatient = await CqlTables.open({ ...options, requestTimeoutMs: 500, attemptsMax: 20 });
    const row = sale(nextDay(), 'place', { amount: 3 });
    await impatient.write([write(sale(days, 'warm'))]);
    const before = impatient.stats().retries;
    const sentAgain = async (): Promise<void> => {
      while (impatient.stats().rowsWaiting > 0 && impatient.stats().retries < before + 2) await sleep(20);
    };
    try {
      await cassandra.pause();
      const writing = impatient.write([write(row)]);
      // Should the write fail, this throws why.
      await Promise.race([writing, sentAgain()]);
      expect(impatient.stats().rowsWaiting).toBe(1);
      cassandra.wake();
      await writing;
    } finally {
      cassandra.wake();
    }
    expect(impatient.stats().retries).toBeGreaterThanOrEqual(before + 2);
    expect(impatient.stats()).toMatchObject({ failures: 0, rowsWaiting: 0, inFlight: 0, rowsWritten: 2 });
    expect(await readOne(row, impatient)).toEqual(row);
    await impatient.close();
  });

  test('a kill loses nothing that was acknowledged; meanwhile the tables say what is wrong, and go on by themselves', async () => {
    const brief = await CqlTables.open({ ...options, attemptsMax: 2, backoffMs: 20, requestTimeoutMs: 1_000 });
    expect(brief.problem()).toBeUndefined();
    expect(brief.stats()).toMatchObject({ hostsUp: 1, hostsDown: 0 });
    const life = await brief.life();
    const day = nextDay();
    const acknowledged: Row[] = [];
    let failure: unknown;
    const writing = (async (): Promise<void> => {
      for (let index = 0; failure === undefined; index += 1) {
        const rows = [sale(day, `place ${String(index).padStart(6, '0')}`, { amount: index })];
        try {
          await brief.write(rows.map((row) => write(row)));
          acknowledged.push(...rows);
        } catch (error) {
          failure = error;
        }
      }
    })();
    await sleep(1_000);
    const restarted = cassandra.killAndRestart();
    await writing;
    expect(failure).toMatchObject({ code: 'TABLES_UNAVAILABLE', cause: expect.anything() });
    expect(brief.problem()).toEqual(expect.stringMatching(/^No node|^The tables have not answered since/));
    expect(brief.stats()).toMatchObject({ hostsUp: 0, hostsDown: 1 });
    await restarted;

    while (brief.problem() !== undefined) {
      await sleep(100);
      await brief.scan(sales, { tenant: 't', day }).catch(() => []);
    }
    expect(acknowledged.length).toBeGreaterThan(20);
    const kept = new Map((await brief.scan(sales, { tenant: 't', day })).map((row) => [row['place'], row]));
    for (const row of acknowledged) expect(kept.get(row['place'] as string)).toEqual(row);
    expect(brief.problem()).toBeUndefined();
    // Whoever relied on what it had not synced knows by this.
    expect(await brief.life()).not.toBe(life);
    expect(brief.stats().hostsUp).toBe(1);
    await brief.close();
    await expect(brief.scan(sales, { tenant: 't', day })).rejects.toMatchObject({ code: 'TABLES_CLOSED' });
  });
});
