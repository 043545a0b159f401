import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TableSpec } from '@ticketrail/core';
import { beyond, decodeKey, encodeKey } from './key-format.js';

const table: TableSpec = {
  name: 'table',
  answers: 'nothing: it tests keys',
  partition: ['text'],
  clustering: ['int', 'bigint', 'end'],
  columns: { text: 'text', int: 'int', bigint: 'bigint', end: 'text' },
};
const columns = ['text', 'int', 'bigint', 'end'];

const text = fc.string({ unit: 'binary', maxLength: 20 });
const parts = fc.tuple(text, fc.integer(), fc.maxSafeInteger(), text);
type Parts = [string, number, number, string];

const encode = (key: readonly (string | number)[]): Buffer => encodeKey(table, columns, key);

function compare(a: Parts, b: Parts): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] as string | number;
    const order =
      typeof left === 'number' ? left - (right as number) : Buffer.compare(Buffer.from(left), Buffer.from(`${right}`));
    if (order !== 0) return Math.sign(order);
  }
  return 0;
}

test('keys sort as their columns do', () => {
  fc.assert(fc.property(parts, parts, (a, b) => Buffer.compare(encode(a), encode(b)) === compare(a, b)));
});

test('keys of the same beginning sort by what follows', () => {
  fc.assert(
    fc.property(parts, fc.integer(), fc.maxSafeInteger(), ([start, ...rest], int, bigint) => {
      const [a, b]: [Parts, Parts] = [
        [start, ...rest],
        [start, int, bigint, rest[2]],
      ];
      return Buffer.compare(encode(a), encode(b)) === compare(a, b);
    }),
  );
});

test('columns come back as they were', () => {
  fc.assert(
    fc.property(parts, (key) => {
      const row: Record<string, unknown> = {};
      decodeKey(encode(key), encode([]).length, columns, table.columns, row);
      expect(columns.map((column) => row[column])).toEqual(key.map((part) => (part === 0 ? 0 : part)));
    }),
  );
});

test('exactly the keys of a prefix lie between it and what is beyond it', () => {
  fc.assert(
    fc.property(parts, parts, fc.integer({ min: 0, max: 4 }), (key, other, length) => {
      const prefix = encode(key.slice(0, length));
      const within = (candidate: Buffer): boolean =>
        candidate.compare(prefix) >= 0 && candidate.compare(beyond(prefix)) < 0;
      const begins = compare(other, [...key.slice(0, length), ...other.slice(length)] as Parts) === 0;
      return within(encode(key)) && within(encode(other)) === begins;
    }),
  );
});

test('what does not fit its column is refused', () => {
  for (const wrong of [['a', 2 ** 31], ['a', 1.5], ['a', 1, 2 ** 53], ['a', 1, Number.NaN], [1], ['a', '1']]) {
    expect(() => encode(wrong)).toThrow(expect.objectContaining({ code: 'INVALID_KEY' }));
  }
});
