import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TableSpec } from '@ticketrail/core';
import { RowFormat } from './row-format.js';
import { UnsyncedRows } from './unsynced-rows.js';
import { clockOf } from './value-format.js';

const table = (name: string): TableSpec => ({
  name,
  answers: 'nothing: it tests rows that wait',
  partition: ['slice'],
  clustering: ['place'],
  columns: { slice: 'int', place: 'int', text: 'text', bytes: 'blob' },
});
const formats = ['a', 'b', 'c'].map((name) => new RowFormat(table(name)));
const formatOf = (n: number): RowFormat => formats[n] as RowFormat;

test('it is a map of rows that can be used again, in order, found by what their keys lie between', () => {
  const rows = new UnsyncedRows();
  const cell = fc.record({
    format: fc.nat(2).map(formatOf),
    slice: fc.nat(2),
    place: fc.integer({ min: -300, max: 300 }),
    clock: fc.nat(9),
    text: fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 90 })),
    bytes: fc.option(fc.uint8Array({ maxLength: 300 })),
  });
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { maxLength: 8 }), { maxLength: 30 }),
      fc.integer({ min: -300, max: 300 }),
      fc.integer({ min: -300, max: 300 }),
      (writes, from, before) => {
        rows.clear();
        const expected = new Map<string, { key: Buffer; format: RowFormat; clock: number; row: object }>();
        for (const [n, write] of writes.entries()) {
          for (const { format, clock, ...row } of write) rows.stage(format, row, clock, Infinity);
          if (n % 5 === 4) rows.discard();
          else {
            rows.admit();
            for (const { format, clock, ...row } of write) {
              const key = format.key(row as never);
              const name = key.toString('latin1');
              if (clock >= (expected.get(name)?.clock ?? 0)) expected.set(name, { key, format, clock, row });
            }
          }
        }
        const ordered = [...expected.values()].sort((a, b) => a.key.compare(b.key));
        expect(rows.count).toBe(ordered.length);
        for (const { key, format, clock, row } of ordered) {
          const value = rows.get(key) as Buffer;
          expect([clockOf(value), format.row(row as Record<string, number>, value)]).toEqual([clock, row]);
        }
        const between = (lower: Buffer, upper: Buffer): Buffer[] =>
          ordered.map(({ key }) => key).filter((key) => key.compare(lower) >= 0 && key.compare(upper) < 0);
        const [lower, upper] = [formatOf(1).prefix({ slice: 1 }, [from]), formatOf(1).prefix({ slice: 1 }, [before])];
        expect(rows.between(lower, upper).map((row) => rows.key(row))).toEqual(between(lower, upper));

        const isAhead = (key: Buffer): boolean => key[0] === 'c'.charCodeAt(0);
        const keys = ordered.map(({ key }) => key);
        const stored = rows.ordered([formatOf(2).beginning]);
        expect([...stored].map((row) => rows.key(row))).toEqual([
          ...keys.filter(isAhead),
          ...keys.filter((key) => !isAhead(key)),
        ]);
        for (const row of stored) {
          const known = expected.get(rows.keyView(row).toString('latin1'));
          expect([rows.clock(row), clockOf(rows.value(row))]).toEqual([known?.clock, known?.clock]);
        }
      },
    ),
  );
});

test('many rows are found and come in one order', () => {
  const rows = new UnsyncedRows();
  const count = 20_000;
  const rowOf = (n: number): Record<string, number> => ({ slice: n % 7, place: n });
  const keyOf = (n: number): Buffer => formatOf(0).key(rowOf(n));
  for (let n = 0; n < count; n += 1) {
    rows.stage(formatOf(0), { ...rowOf((n * 7_919) % count), text: `${n}`, bytes: null }, n, Infinity);
    if (n % 50 === 0) rows.admit();
  }
  rows.admit();
  const keys = Array.from({ length: count }, (_, n) => keyOf(n)).sort((a, b) => a.compare(b));
  const found = [...rows.ordered([])].map((row) => rows.key(row));
  expect(found.length).toBe(count);
  expect(found.every((key, n) => key.equals(keys[n] as Buffer))).toBe(true);
  const clocks = Array.from({ length: count }, (_, n) => clockOf(rows.get(keyOf((n * 7_919) % count)) as Buffer));
  expect(clocks).toEqual(Array.from({ length: count }, (_, n) => n));
});

test('rows that one of them makes invalid leave nothing, and no memory once nothing waits', () => {
  const rows = new UnsyncedRows();
  const row = { slice: 1, place: 1, text: 'x', bytes: null };
  rows.stage(formatOf(0), row, 1, Infinity);
  expect(() => rows.stage(formatOf(0), { ...row, bytes: 'x' }, 1, Infinity)).toThrow();
  rows.discard();
  expect([rows.count, rows.bytes, rows.get(formatOf(0).key(row as never))]).toEqual([0, 0, undefined]);
  rows.stage(formatOf(0), row, 1, Infinity);
  rows.admit();
  expect([rows.count, [...rows.ordered([])].length]).toEqual([1, 1]);
});
