import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Key, Row, TableSpec } from '@ticketrail/core';
import { LmdbEnvironment, StorageFull } from '@ticketrail/lmdb';
import { LmdbTables } from './lmdb-tables.js';
import { RowFormat } from './row-format.js';
import { RowWriter, type FormattedRow } from './row-writer.js';
import { clockOf } from './value-format.js';

const moments: TableSpec = {
  name: 'moments',
  answers: 'nothing: it tests when rows are stored',
  partition: ['slice'],
  clustering: ['place'],
  columns: { slice: 'int', place: 'int', n: 'int' },
};

async function inDirectory<Answer>(work: (directory: string) => Promise<Answer>): Promise<Answer> {
  const directory = await mkdtemp(join(tmpdir(), 'ticketrail-tables-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

const row = (slice: number, place: number, n: number): Row => ({ slice, place, n });

test('readers find the same rows whatever is stored already, is being stored or waits', async () => {
  const cell = fc.record({ slice: fc.nat(2), place: fc.nat(9), n: fc.nat(), clock: fc.nat(5) });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.array(cell, { minLength: 1, maxLength: 6 }) },
    { weight: 1, arbitrary: fc.constantFrom('sync', 'begin to sync', 'open again') },
  );
  await inDirectory((directory) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 30 }),
        fc.nat(9),
        fc.nat(9),
        fc.boolean(),
        async (steps, a, b, reverse) => {
          const open = (): Promise<LmdbTables> => LmdbTables.open({ directory, now: Date.now });
          let tables = await open();
          // Clocks of an earlier run are all lower.
          base += 10;
          const expected = new Map<string, { row: Row; clock: number }>();
          for (let slice = 0; slice < 3; slice += 1) {
            for (let place = 0; place < 10; place += 1) {
              expected.set(`${slice} ${place}`, { row: row(slice, place, -1), clock: base });
            }
          }
          await tables.write([...expected.values()].map((known) => ({ table: moments, ...known })));
          for (const next of steps) {
            if (next === 'sync') await tables.sync();
            else if (next === 'begin to sync') void tables.sync();
            else if (next === 'open again') {
              await tables.close();
              tables = await open();
            } else {
              const writes = next.map(({ slice, place, n, clock }) => ({
                row: row(slice, place, n),
                clock: base + clock,
              }));
              await tables.write(writes.map((write) => ({ table: moments, ...write })));
              for (const write of writes) {
                const name = `${String(write.row['slice'])} ${String(write.row['place'])}`;
                if (write.clock >= (expected.get(name)?.clock ?? 0)) expected.set(name, write);
              }
            }
          }
          const rows = [...expected.values()].map((known) => known.row);
          expect(await tables.read(moments, rows as Record<string, number>[])).toEqual(rows);
          const within = rows.slice(10, 20).filter(({ place }) => (place as number) >= a && (place as number) < b);
          const scanned = await tables.scan(moments, { slice: 1 }, { from: [a], before: [b], reverse });
          expect(scanned).toEqual(reverse ? within.reverse() : within);
          await tables.close();
        },
      ),
      { numRuns: 60 },
    ),
  );
});
let base = 0;

test('a life is only answered for once everything older than a sync takes is on disk', () =>
  inDirectory(async (directory) => {
    let time = 1_800_000_000_000;
    const tables = await LmdbTables.open({ directory, now: () => time, syncEveryMs: 60_000 });
    await tables.write([{ table: moments, row: row(1, 1, 1), clock: 1 }]);
    await tables.life();
    expect(tables.stats().rowsWaiting).toBe(1);
    time += tables.syncMs;
    await tables.write([{ table: moments, row: row(1, 2, 1), clock: 1 }]);
    await tables.life();
    expect(tables.stats().rowsWaiting).toBe(0);
    await tables.close();
  }));

test('rows are stored by themselves after a while, those of a table that goes ahead first', () =>
  inDirectory(async (directory) => {
    const environment = LmdbEnvironment.open(directory);
    const stored: string[] = [];
    const put = environment.store.put.bind(environment.store);
    environment.store.put = ((key: Buffer, value: Buffer) => {
      stored.push(key.toString('latin1').slice(0, -1));
      return put(key, value);
    }) as typeof environment.store.put;
    const writer = new RowWriter(environment, { now: Date.now, syncEveryMs: 1, ahead: [formatOf('reach').beginning] });
    await writer.write(['b2', 'reach', 'a', 'b1', 'c'].map((name) => rowOf(name, 1)));
    expect(stored).toEqual([]);
    while (writer.rowsWaiting > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(stored).toEqual(['reach', 'a', 'b1', 'b2', 'c']);
    await environment.close();
  }));

test('who asks while rows are being stored waits for those, and hastens them', () =>
  inDirectory(async (directory) => {
    const tables = await LmdbTables.open({ directory, now: Date.now, syncEveryMs: 50 });
    const rows = Array.from({ length: 5_000 }, (_, place) => row(1, place, 1));
    await tables.write(rows.map((one) => ({ table: moments, row: one, clock: 1 })));
    while (tables.stats().entries < 1_000) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(tables.stats().rowsWaiting).toBe(5_000);
    await tables.sync();
    expect(tables.stats()).toMatchObject({ rowsWaiting: 0, entries: 5_000 });
    await tables.close();
  }));

test('a sync that fails loses nothing: rows are read, whoever asks hears of it, and a later one stores them', () =>
  inDirectory(async (directory) => {
    const environment = LmdbEnvironment.open(directory);
    const commit = environment.commit.bind(environment);
    let isFull = true;
    environment.commit = (change) => (isFull ? Promise.reject(new StorageFull('no room')) : commit(change));
    const writer = new RowWriter(environment, { now: () => 1_000, syncEveryMs: 60_000, ahead: [] });
    await writer.write([rowOf('a', 1), rowOf('b', 1)]);
    await expect(writer.syncedBefore(1_000)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    await expect(writer.write([rowOf('a', 2)])).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(writer.rowsWaiting).toBe(2);
    expect(clockOf(writer.get(keyOf('a')) ?? Buffer.alloc(8))).toBe(1);

    isFull = false;
    await writer.write([rowOf('a', 2)]);
    expect(writer.rowsWaiting).toBe(1);
    await writer.close();
    expect(['a', 'b'].map((name) => clockOf(environment.peek(keyOf(name)) ?? Buffer.alloc(8)))).toEqual([2, 1]);
    await environment.close();
  }));

test('a sync begins before its time when many rows wait', () =>
  inDirectory(async (directory) => {
    const tables = await LmdbTables.open({ directory, now: Date.now, syncEveryMs: 3_600_000 });
    const writes = Array.from({ length: 32_000 }, (_, place) => ({ table: moments, row: row(1, place, 1), clock: 1 }));
    await tables.write(writes.slice(1));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(tables.stats()).toMatchObject({ rowsWaiting: 31_999, entries: 0 });
    await tables.write(writes.slice(0, 1));
    while (tables.stats().rowsWaiting > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(tables.stats()).toMatchObject({ entries: 32_000 });
    await tables.close();
  }));

test('values of any length are right while they are stored, and after their memory was used again', async () => {
  const lengths = fc.oneof(fc.nat(100), fc.nat(3_000), fc.integer({ min: 300_000, max: 1_500_000 }));
  const cell = fc.record({ key: fc.nat(7), length: lengths, fill: fc.nat(255) });
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.array(cell, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constantFrom('sync', 'begin to sync', 'wait a little') },
  );
  const filled = new RowFormat({ ...moments, columns: { slice: 'int', place: 'int', bytes: 'blob' } });
  await inDirectory(async (directory) => {
    const environment = LmdbEnvironment.open(directory, { compressFromBytes: 1_000 });
    const expected = new Map<string, Row>();
    let clock = 0;
    const look = (writer: RowWriter): void => {
      for (const [name, known] of expected) {
        const value = writer.get(filled.key(known as Key));
        // The engine hands over a part of its own memory, whose length is a property that only JavaScript looks at.
        const found = value && (filled.row(known as Key, value)['bytes'] as Uint8Array);
        if (found === undefined || Buffer.compare(found, known['bytes'] as Uint8Array) !== 0) {
          throw new Error(`${name} is not what was written`);
        }
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const ahead = [filled.prefix({ slice: 1 })];
        const writer = new RowWriter(environment, { now: Date.now, syncEveryMs: 60_000, ahead });
        for (const next of steps) {
          if (next === 'sync') await writer.sync();
          else if (next === 'begin to sync') void writer.sync();
          else if (next === 'wait a little') await new Promise((resolve) => setTimeout(resolve, 1));
          else {
            const rows = next.map(({ key, length, fill }) => {
              clock += 1;
              const written = { slice: key % 2, place: key, bytes: Buffer.alloc(length, fill) };
              expected.set(`${key}`, written);
              return { format: filled, row: written, clock, expiresAt: Infinity };
            });
            await writer.write(rows);
          }
          look(writer);
          const waiting = writer.between(filled.prefix({ slice: 1 }, [1]), filled.prefix({ slice: 1 }, [5]));
          for (const { key, value } of waiting) {
            const found = filled.scannedRow({ slice: 1 }, filled.prefix({ slice: 1 }).length, key, value);
            const known = expected.get(String(found['place']))?.['bytes'] as Uint8Array;
            expect(Buffer.compare(found['bytes'] as Uint8Array, known)).toBe(0);
          }
        }
        await writer.close();
        expect(writer.rowsWaiting).toBe(0);
        look(writer);
      }),
      { numRuns: 40 },
    );
    await environment.close();
  });
});

/** A row of a table of this name, which has one. */
function rowOf(name: string, clock: number): FormattedRow {
  return { format: formatOf(name), row: { n: clock }, clock, expiresAt: Infinity };
}

function keyOf(name: string): Buffer {
  return formatOf(name).key({});
}

function formatOf(name: string): RowFormat {
  return new RowFormat({ name, answers: 'nothing', partition: [], clustering: [], columns: { n: 'int' } });
}
