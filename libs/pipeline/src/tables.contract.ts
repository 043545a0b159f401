/**
 * What every Tables must do, as tests. An adapter calls `tablesContract` in a test file of its own.
 *
 * Each test writes to a partition of its own, so that one set of tables serves them all.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { JsonText, type Key, type Row, type TableSpec } from '@ticketrail/core';
import type { RowWrite, Tables } from './ports.js';

export interface TablesFixture {
  readonly tables: Tables;
  /** Closes the tables and opens the same ones again, as a restart of the process would. Only the newest are used from then on. */
  reopen(): Promise<Tables>;
  close(): Promise<void>;
  /** Epoch milliseconds as the tables see them. */
  now(): number;
  /** Lets this much time pass for the tables. */
  pass(ms: number): Promise<void>;
}

/** Every column type, a text and two numbers in the clustering key. */
const sales: TableSpec = {
  name: 'contract_sales',
  answers: 'nothing: it tests an adapter',
  partition: ['generation', 'tenant'],
  clustering: ['place', 'hour', 'position'],
  columns: {
    generation: 'int',
    tenant: 'text',
    place: 'text',
    hour: 'int',
    position: 'bigint',
    note: 'text',
    small: 'int',
    large: 'bigint',
    detail: 'json',
    sketch: 'blob',
  },
};

/** The same key columns under another name, and a key without clustering. */
const refunds: TableSpec = { ...sales, name: 'contract_refunds' };
const checkpoints: TableSpec = {
  name: 'contract_checkpoints',
  answers: 'nothing: it tests an adapter',
  partition: ['generation', 'shard'],
  clustering: [],
  columns: { generation: 'int', shard: 'int', seq: 'bigint' },
};

export const contractTables: readonly TableSpec[] = [sales, refunds, checkpoints];

let tenants = 0;

/** @param open creates new, empty tables for `specs` each time. */
export function tablesContract(name: string, open: (specs: readonly TableSpec[]) => Promise<TablesFixture>): void {
  describe(`${name} keeps the contract of tables`, () => {
    let fixture: TablesFixture;
    let tables: Tables;

    beforeAll(async () => {
      fixture = await open(contractTables);
      tables = fixture.tables;
    });
    afterAll(() => fixture.close());

    const readOne = async (row: Row, table = sales): Promise<Row | undefined> =>
      (await tables.read(table, [keyOf(table, row)]))[0];
    const places = async (tenant: string, range?: Parameters<Tables['scan']>[2]): Promise<unknown[]> =>
      (await tables.scan(sales, { generation: 1, tenant }, range)).map((row) => row['place']);

    test('rows come back in the order of the keys, and undefined where there is none', async () => {
      const tenant = nextTenant();
      const [a, b, c] = [sale(tenant, 'a'), sale(tenant, 'b'), sale(tenant, 'c')];
      await tables.write([write(b), write(a)]);
      const keys = [a, c, b, a].map((row) => keyOf(sales, row));
      expect(await tables.read(sales, keys)).toEqual([a, undefined, b, a]);
      expect(await tables.read(sales, [])).toEqual([]);
    });

    test.each<[string, Partial<Row>]>([
      ['negative numbers', { small: -2_147_483_648, large: -Number.MAX_SAFE_INTEGER }],
      ['the largest numbers', { small: 2_147_483_647, large: Number.MAX_SAFE_INTEGER }],
      ['zero', { small: 0, large: 0 }],
      ['empty strings', { note: '', detail: '' }],
      ['any text', { note: 'crème brûlée 😀 日本語 "\\\n\u0001', detail: { 'clé 😀': ['é', '\u0000'] } }],
      ['null', { note: null, small: null, large: null, detail: null, sketch: null }],
      ['nested values', { detail: { a: [1, -2.5, true, false, null, { b: [] }], z: {} } }],
      ['an empty list and an empty object', { detail: [{}, []] }],
      ['no bytes', { sketch: new Uint8Array(0) }],
      ['every byte', { sketch: Uint8Array.from({ length: 256 }, (_, byte) => byte) }],
      ['many bytes and a long text', { sketch: new Uint8Array(300_000).fill(7), note: 'n'.repeat(200_000) }],
    ])('a row comes back whole: %s', async (_, columns) => {
      const row = sale(nextTenant(), 'place', columns);
      await tables.write([write(row)]);
      expect(await readOne(row)).toEqual(row);
      expect(await tables.scan(sales, { generation: 1, tenant: row['tenant'] as string })).toEqual([row]);
    });

    test('JSON that is text already comes back as its value', async () => {
      const detail = { b: [1, null, { é: '"' }], a: {} };
      const row = sale(nextTenant(), 'place', { detail: new JsonText(JSON.stringify(detail)) });
      await tables.write([write(row)]);
      const read = await readOne(row);
      expect(read).toEqual({ ...row, detail });
      expect(JSON.stringify(read!['detail'])).toBe(JSON.stringify(detail));
      expect(await tables.scan(sales, { generation: 1, tenant: row['tenant'] as string })).toEqual([read]);
    });

    test('what a caller does to a row after writing or reading it changes nothing', async () => {
      const sketch = Uint8Array.from([1, 2, 3]);
      const row = sale(nextTenant(), 'place', { sketch, detail: { list: [1] } });
      await tables.write([write(row)]);
      sketch.fill(9);
      const read = await readOne(row);
      expect(read?.['sketch']).toEqual(Uint8Array.from([1, 2, 3]));
      (read as Record<string, Uint8Array>)['sketch']?.fill(8);
      expect((await readOne(row))?.['sketch']).toEqual(Uint8Array.from([1, 2, 3]));
    });

    test('a key may be its partition alone', async () => {
      const row: Row = { generation: 1, shard: tenants + 1000, seq: Number.MAX_SAFE_INTEGER };
      await tables.write([{ table: checkpoints, row, clock: 1 }]);
      expect(await readOne(row, checkpoints)).toEqual(row);
      expect(await tables.scan(checkpoints, keyOf(checkpoints, row))).toEqual([row]);
    });

    test('a higher clock wins and a lower one is ignored, in whatever order they come', async () => {
      const tenant = nextTenant();
      const version = (n: number): Row => sale(tenant, 'place', { large: n });
      for (const clock of [5, 3, 7, 6]) await tables.write([write(version(clock), clock)]);
      expect(await readOne(version(0))).toEqual(version(7));
    });

    test('clocks of microseconds are told apart', async () => {
      const tenant = nextTenant();
      const base = Date.now() * 1000;
      const version = (n: number): Row => sale(tenant, 'place', { large: n });
      await tables.write([write(version(2), base + 2)]);
      await tables.write([write(version(1), base + 1)]);
      expect(await readOne(version(0))).toEqual(version(2));
      await tables.write([write(version(3), base + 3)]);
      expect(await readOne(version(0))).toEqual(version(3));
    });

    test('writing the same again at the same clock changes nothing', async () => {
      const row = sale(nextTenant(), 'place', { large: 12 });
      await tables.write([write(row, 4)]);
      await tables.write([write(row, 4)]);
      await tables.write([write(row, 4), write(row, 4)]);
      expect(await readOne(row)).toEqual(row);
      expect(await places(row['tenant'] as string)).toEqual(['place']);
    });

    test('of two rows with one key in one call the higher clock stays, and the later one if they are equal', async () => {
      const tenant = nextTenant();
      const version = (place: string, n: number): Row => sale(tenant, place, { large: n });
      await tables.write([
        write(version('high first', 2), 2),
        write(version('high first', 1), 1),
        write(version('low first', 1), 1),
        write(version('low first', 2), 2),
        write(version('equal', 1), 5),
        write(version('equal', 2), 5),
      ]);
      const rows = await tables.scan(sales, { generation: 1, tenant });
      expect(rows.map((row) => row['large'])).toEqual([2, 2, 2]);
    });

    test('the highest clock wins among calls made at the same time', async () => {
      const tenant = nextTenant();
      const version = (n: number): Row => sale(tenant, 'place', { large: n });
      const clocks = Array.from({ length: 40 }, (_, index) => ((index * 17) % 40) + 1);
      await Promise.all(clocks.map((clock) => tables.write([write(version(clock), clock)])));
      expect(await readOne(version(0))).toEqual(version(40));
    });

    test('every column is replaced, also by null', async () => {
      const tenant = nextTenant();
      const empty = { note: null, small: null, large: null, detail: null, sketch: null };
      await tables.write([write(sale(tenant, 'place'), 1)]);
      await tables.write([write(sale(tenant, 'place', empty), 2)]);
      expect(await readOne(sale(tenant, 'place'))).toEqual(sale(tenant, 'place', empty));
    });

    test('rows of a partition come in the order of the clustering key: text by code point, numbers by value', async () => {
      const tenant = nextTenant();
      const ordered = [
        ...[-2_147_483_648, -1, 0, 9, 10, 2_147_483_647].map((hour) => sale(tenant, '', { hour })),
        ...[-Number.MAX_SAFE_INTEGER, -256, -1, 0, 255, 256, 2 ** 40, Number.MAX_SAFE_INTEGER].map((position) =>
          sale(tenant, 'A', { position }),
        ),
        ...['Aa', 'B', 'a', 'a b', 'a/', 'aa', 'ab', 'abc', 'b', 'é', '\uFFFD', '😀'].map((place) =>
          sale(tenant, place),
        ),
      ];
      await tables.write([...ordered].reverse().map((row) => write(row)));
      expect(await tables.scan(sales, { generation: 1, tenant })).toEqual(ordered);
      const reversed = await tables.scan(sales, { generation: 1, tenant }, { reverse: true });
      expect(reversed).toEqual([...ordered].reverse());
    });

    describe('a range', () => {
      const tenant = nextTenant();
      const rows = ['a', 'ab', 'b', 'c'].flatMap((place) =>
        [-1, 0, 1].flatMap((hour) => [10, 20].map((position) => sale(tenant, place, { hour, position }))),
      );
      const keys = (found: readonly Row[]): string[] =>
        found.map((row) => `${String(row['place'])} ${String(row['hour'])} ${String(row['position'])}`);
      const scan = async (range: Parameters<Tables['scan']>[2]): Promise<string[]> =>
        keys(await tables.scan(sales, { generation: 1, tenant }, range));
      const all = keys(rows);
      const from = (key: string): string[] => all.slice(all.indexOf(key));
      const before = (key: string): string[] => all.slice(0, all.indexOf(key));

      beforeAll(() => tables.write(rows.map((row) => write(row))));

      test('begins with a full key, itself included', async () => {
        expect(await scan({ from: ['ab', 0, 20] })).toEqual(from('ab 0 20'));
        expect(await scan({ from: ['ab', 0, 15] })).toEqual(from('ab 0 20'));
      });

      test('begins with the first row of a prefix', async () => {
        expect(await scan({ from: ['ab', 0] })).toEqual(from('ab 0 10'));
        expect(await scan({ from: ['ab'] })).toEqual(from('ab -1 10'));
        expect(await scan({ from: ['aa'] })).toEqual(from('ab -1 10'));
        expect(await scan({ from: [''] })).toEqual(all);
        expect(await scan({ from: ['d'] })).toEqual([]);
      });

      test('ends before a full key', async () => {
        expect(await scan({ before: ['b', -1, 20] })).toEqual(before('b -1 20'));
        expect(await scan({ before: ['b', -1, 15] })).toEqual(before('b -1 20'));
      });

      test('ends before every row that begins with a prefix', async () => {
        expect(await scan({ before: ['b', 0] })).toEqual(before('b 0 10'));
        expect(await scan({ before: ['ab'] })).toEqual(before('ab -1 10'));
        expect(await scan({ before: ['a'] })).toEqual([]);
        expect(await scan({ before: ['d'] })).toEqual(all);
      });

      test('has two ends, a limit and a direction', async () => {
        const middle = all.slice(all.indexOf('a 0 10'), all.indexOf('b 1 10'));
        const range = { from: ['a', 0], before: ['b', 1] };
        expect(await scan(range)).toEqual(middle);
        expect(await scan({ ...range, limit: 3 })).toEqual(middle.slice(0, 3));
        expect(await scan({ ...range, reverse: true })).toEqual([...middle].reverse());
        expect(await scan({ ...range, reverse: true, limit: 3 })).toEqual([...middle].reverse().slice(0, 3));
        expect(await scan({ from: ['b', 0, 10], before: ['b', 0, 20], reverse: true })).toEqual(['b 0 10']);
        expect(await scan({ limit: 1, reverse: true })).toEqual(['c 1 20']);
        expect(await scan({ from: ['c'], before: ['b'] })).toEqual([]);
        expect(await scan({ limit: 1000 })).toEqual(all);
      });
    });

    test('sets of rows whose keys begin alike are read together, each in the order of its keys', async () => {
      const rowsOf = (tenant: string, place: string): Row[] =>
        place === 'none' ? [] : [3, 20].map((position) => sale(tenant, place, { position }));
      // More than one request asks for, some of one place in both partitions, and one of them twice.
      const asked = ['a', 'é', 'none', 'a\u0000', 'ab', 'a', ...'bcdefghijklmnopq'];
      const wanted = [nextTenant(), nextTenant()].flatMap((tenant) =>
        asked.map((place) => ({ tenant, place, rows: rowsOf(tenant, place) })),
      );
      await tables.write(wanted.flatMap(({ rows }) => rows.map((row) => write(row))));
      const partition = (tenant: string) => ({ table: sales, partition: { generation: 1, tenant } });
      const sets = wanted.map(({ tenant, place }) => ({ ...partition(tenant), prefix: [place] }));
      expect(await tables.scanSets(sets)).toEqual(wanted.map(({ rows }) => rows));
      expect(await tables.scanSets([])).toEqual([]);
    });

    test('rows of many partitions are read together, each once, and of each those within the range', async () => {
      const [tenant, other, empty] = [nextTenant(), nextTenant(), nextTenant()];
      const rows: Row[] = [1, 2, 3].flatMap((generation) =>
        [tenant, other].flatMap((one) => ['a', 'b', 'c'].map((place) => ({ ...sale(one, place), generation }))),
      );
      await tables.write(rows.map((row) => write(row)));
      const partitions = [1, 2].flatMap((generation) =>
        [tenant, other, empty].map((one) => ({ generation, tenant: one })),
      );
      const named = (found: readonly Row[]): string[] =>
        found.map((row) => `${String(row['tenant'])} ${String(row['generation'])} ${String(row['place'])}`).sort();
      const among = rows.filter((row) => row['generation'] !== 3);
      expect(named(await tables.scanMany(sales, partitions))).toEqual(named(among));
      const some = among.filter((row) => row['place'] === 'b');
      const found = await tables.scanMany(sales, partitions, { from: ['b'], before: ['c'] });
      expect(named(found)).toEqual(named(some));
      expect(found).toEqual(expect.arrayContaining(some));
      expect(await tables.scanMany(sales, [])).toEqual([]);
      expect(await tables.scanMany(sales, [{ generation: 1, tenant: empty }])).toEqual([]);
    });

    test('keys that begin like one another, or are empty, are different keys', async () => {
      const [tenant, longer] = [nextTenant(), `${nextTenant()}x`];
      const rows = [
        ...['', 'a', 'ab', 'a\u0000', 'a\u0001', 'a\u0000b'].map((place) => sale(tenant, place)),
        sale(longer.slice(0, -1), 'p'),
        sale(longer, 'p'),
        { ...sale('', 'p'), generation: -tenants },
      ];
      await tables.write(rows.map((row) => write(row)));
      expect(
        await tables.read(
          sales,
          rows.map((row) => keyOf(sales, row)),
        ),
      ).toEqual(rows);
      expect(await places(tenant)).toEqual(['', 'a', 'a\u0000', 'a\u0000b', 'a\u0001', 'ab']);
      expect(await places(longer)).toEqual(['p']);
      expect(await tables.scan(sales, { generation: -tenants, tenant: '' })).toEqual([rows[8]]);
    });

    test('partitions and tables do not leak into one another', async () => {
      const tenant = nextTenant();
      const row = sale(tenant, 'place');
      const nextGeneration = { ...row, generation: 2, large: 2 };
      await tables.write([write(row), write(nextGeneration), { table: refunds, row: { ...row, large: 3 }, clock: 1 }]);
      expect(await readOne(row)).toEqual(row);
      expect(await tables.scan(sales, { generation: 1, tenant })).toEqual([row]);
      expect(await tables.scan(sales, { generation: 2, tenant })).toEqual([nextGeneration]);
      expect(await tables.scan(refunds, { generation: 1, tenant })).toEqual([{ ...row, large: 3 }]);
      expect(await tables.scan(refunds, { generation: 2, tenant })).toEqual([]);
    });

    test('a row past its time is neither read nor scanned, nor does it use up a limit', async () => {
      const tenant = nextTenant();
      const [mortal, lasting, other] = [sale(tenant, 'a'), sale(tenant, 'b'), sale(tenant, 'c')];
      const now = fixture.now();
      await tables.write([
        { ...write(mortal), expiresAt: now + 2_000 },
        { ...write(lasting), expiresAt: now + 3_600_000 },
        write(other),
      ]);
      expect(await places(tenant)).toEqual(['a', 'b', 'c']);
      await fixture.pass(4_000);
      expect(await readOne(mortal)).toBeUndefined();
      expect(await readOne(lasting)).toEqual(lasting);
      expect(await places(tenant)).toEqual(['b', 'c']);
      expect(await places(tenant, { limit: 1 })).toEqual(['b']);
    });

    test('many rows are written in one call', async () => {
      const tenant = nextTenant();
      const rows = Array.from({ length: 2000 }, (_, position) => sale(tenant, 'place', { position }));
      await tables.write(rows.map((row) => write(row)));
      expect(await tables.scan(sales, { generation: 1, tenant })).toEqual(rows);
      await tables.write([]);
    });

    test('their life goes on while nothing restarts them, whoever asks', async () => {
      const life = await tables.life();
      await tables.write([write(sale(nextTenant(), 'a'))]);
      expect(await tables.life()).toBe(life);
      tables = await fixture.reopen();
      expect(await tables.life()).toBe(life);
    });

    test('rows, clocks and times to live survive a restart', async () => {
      const tenant = nextTenant();
      const [row, mortal] = [sale(tenant, 'a', { large: 9 }), sale(tenant, 'b')];
      await tables.write([write(row, 9), { ...write(mortal), expiresAt: fixture.now() + 3_000 }]);
      tables = await fixture.reopen();
      expect(await places(tenant)).toEqual(['a', 'b']);
      await tables.write([write(sale(tenant, 'a', { large: 8 }), 8)]);
      expect(await readOne(row)).toEqual(row);
      await fixture.pass(5_000);
      expect(await readOne(mortal)).toBeUndefined();
    });
  });
}

function nextTenant(): string {
  tenants += 1;
  return `tenant ${tenants}`;
}

function sale(tenant: string, place: string, columns: Partial<Row> = {}): Row {
  return {
    generation: 1,
    tenant,
    place,
    hour: 12,
    position: 100,
    note: 'a note',
    small: 1,
    large: 2,
    detail: { provider: 'card' },
    sketch: Uint8Array.from([1, 2]),
    ...columns,
  } as Row;
}

function write(row: Row, clock = 1): RowWrite {
  return { table: sales, row, clock };
}

function keyOf(table: TableSpec, row: Row): Key {
  return Object.fromEntries([...table.partition, ...table.clustering].map((column) => [column, row[column]])) as Key;
}
