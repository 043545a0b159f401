import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ColumnList, reportOf } from './column-list.js';
import { JsonBytes } from './json-bytes.js';
import { ListWriting } from './kept-lists.js';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '"', '\\', '\n', 'Bar "Süd" \u2028', '\ud83c\udf63', '\ud800', 'a\udc00b', '\u007f', 'plain'),
);
const whole = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.integer({ min: -200, max: 200 }), fc.constant(-0));
const any = fc.oneof(whole, fc.double({ noDefaultInfinity: true }), fc.double({ min: 0, max: 1 }));

const row = fc.record({ id: text, name: text, count: whole, cents: whole, tenths: whole, rate: any });

function everyRow(length: number): Int32Array {
  return Int32Array.from({ length }, (_, index) => index);
}

function writtenOf(list: ColumnList<unknown>, slice: number): string {
  // Small, so that it has to grow.
  const bytes = new JsonBytes(8);
  const writing = new ListWriting(list, bytes);
  bytes.raw('[');
  while (!writing.write(slice));
  bytes.raw(']');
  return Buffer.from(bytes.written).toString('utf8');
}

test('columns are written as JSON.stringify writes the rows they stand for, in slices of any size', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), fc.integer({ min: 1, max: 7 }), (rows, slice) => {
      const numbers = (pick: (one: (typeof rows)[number]) => number): Float64Array => Float64Array.from(rows, pick);
      const list = new ColumnList(everyRow(rows.length), [
        { name: 'id', textOf: (index) => rows[index]!.id },
        { name: 'a "name"', textOf: (index) => rows[index]!.name },
        { name: 'count', numbers: numbers(({ count }) => count), per: 1 },
        { name: 'amount', numbers: numbers(({ cents }) => cents), per: 100 },
        { name: 'score', numbers: numbers(({ tenths }) => tenths), per: 10 },
        { name: 'rate', numbers: numbers(({ rate }) => rate), per: 1 },
      ]);
      const plain = rows.map(({ id, name, count, cents, tenths, rate }) => ({
        id,
        'a "name"': name,
        count,
        amount: cents / 100,
        score: tenths / 10,
        rate: Number.isNaN(rate) ? null : rate,
      }));
      expect(writtenOf(list, slice)).toBe(JSON.stringify(plain));
      expect(list.rows()).toEqual(plain);
    }),
  );
});

test('every cent up to a thousand, and those around powers of ten, are written as a number is', () => {
  const cents = [...Array(100_001).keys()];
  for (let power = 1e6; power <= 1e15; power *= 10) for (const near of [-101, -1, 0, 1, 99]) cents.push(power + near);
  const all = cents.flatMap((one) => [one, -one]);
  const list = new ColumnList(everyRow(all.length), [{ name: 'c', numbers: Float64Array.from(all), per: 100 }]);
  expect(writtenOf(list, 1_000)).toBe(JSON.stringify(all.map((c) => ({ c: c / 100 }))));
});

test('rows that are few become columns and stay what they were', () => {
  const rows = [
    { minute: 'a', revenue: 1.25, share: null },
    { minute: 'b', revenue: -3, share: 0.1 },
  ];
  expect(reportOf(rows)).toMatchObject({ rowCount: 2 });
  expect(reportOf(rows).list.rows()).toEqual(rows);
  expect(reportOf(rows, 1).list.rows()).toEqual(rows.slice(0, 1));
  expect(writtenOf(reportOf(rows).list, 9)).toBe(JSON.stringify(rows));
  expect(reportOf([]).list.rows()).toEqual([]);
});
