import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UnsyncedRows } from './unsynced-rows.js';

const value = (n: number, length: number): Buffer => Buffer.alloc(length, n);

test('it is a map of rows that can be used again, in order, found by partition', () => {
  const rows = new UnsyncedRows(['c']);
  const cell = fc.record({
    partition: fc.constantFrom('a', 'b', 'c'),
    place: fc.nat(300),
    length: fc.integer({ min: 1, max: 400 }),
  });
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 300 }), fc.nat(300), fc.nat(300), (cells, from, before) => {
      rows.clear();
      const expected = new Map<string, Buffer>();
      for (const [n, { partition, place, length }] of cells.entries()) {
        const name = partition + String.fromCharCode(place % 256) + place;
        rows.set(name, 1, value(n, length));
        expected.set(name, value(n, length));
      }
      expect(rows.count).toBe(expected.size);
      for (const [name, bytes] of expected) expect(rows.get(name)?.equals(bytes)).toBe(true);
      const names = [...expected.keys()].sort();
      const ordered = [...rows.ordered()];
      const isAhead = (name: string): boolean => name.startsWith('c');
      expect(ordered.map((row) => rows.name(row))).toEqual([
        ...names.filter(isAhead),
        ...names.filter((name) => !isAhead(name)),
      ]);
      expect(ordered.every((row) => rows.value(row).equals(expected.get(rows.name(row)) as Buffer))).toBe(true);
      const [lower, upper] = [`b${String.fromCharCode(from % 256)}`, `b${String.fromCharCode(before % 256)}`];
      const found = rows.between('b', lower, upper).map((row) => rows.name(row));
      expect(found.sort()).toEqual(names.filter((name) => name >= lower && name < upper && name.startsWith('b')));
    }),
  );
});

test('many rows, sorted in runs as they come, are in one order', () => {
  const rows = new UnsyncedRows([]);
  const count = 20_000;
  for (let n = 0; n < count; n += 1) rows.set(`${(n * 7_919) % count}`.padStart(6, '0'), 2, value(n, 8));
  const names = [...rows.ordered()].map((row) => rows.name(row));
  expect(names).toEqual(Array.from({ length: count }, (_, n) => `${n}`.padStart(6, '0')));
  expect([...rows.ordered()].length).toBe(count);
});

test('a row that is replaced counts once, and takes more room only when it no longer fits where it was', () => {
  const rows = new UnsyncedRows([]);
  rows.set('ab', 1, value(1, 60));
  rows.set('ac', 1, value(1, 10));
  rows.set('ab', 1, value(2, 64));
  rows.set('ab', 1, value(3, 3));
  expect([rows.count, rows.bytes]).toEqual([2, 2 + 2 + 64 + 64]);
  expect(rows.get('ab')).toEqual(value(3, 3));
  rows.set('ab', 1, value(4, 65));
  expect([rows.count, rows.bytes]).toEqual([2, 2 + 2 + 64 + 64 + 128]);
  rows.clear();
  expect([rows.count, rows.bytes, rows.get('ab')]).toEqual([0, 0, undefined]);
});
