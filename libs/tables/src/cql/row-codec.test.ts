import { expect, test } from '@jest/globals';
import type { Row, TableSpec } from '@ticketrail/core';
import { RowCodec } from './row-codec.js';

const table: TableSpec = {
  name: 'sales',
  answers: 'nothing: it tests the codec',
  partition: ['tenant'],
  clustering: ['place'],
  columns: { tenant: 'text', place: 'text', note: 'text', amount: 'bigint', detail: 'json', bytes: 'blob' },
};
const sale: Row = { tenant: 't', place: 'p', note: 'a note', amount: 1, detail: [1], bytes: Uint8Array.from([1]) };

function encoded(codec: RowCodec, row: Row): string[] {
  return codec.encode(row, codec.partition(row), 1, 0).params.map((param) => param.toString());
}

function there(codec: RowCodec, row: Row): Row {
  const [tenant, place, bytes, fields] = codec.encode(row, codec.partition(row), 1, 0).params;
  return codec.decode({ tenant: String(tenant), place: String(place), bytes, fields: String(fields) });
}

test('fields come back as they were: any text, and null beside a blob without bytes', () => {
  const codec = new RowCodec(table);
  const texts = ['', '"', '\\', '\u0000', 'é 日本語 😀', 'half of a pair: \uD83D'];
  for (const note of texts) expect(there(codec, { ...sale, note })).toEqual({ ...sale, note });
  const empty: Row = { ...sale, bytes: new Uint8Array() };
  const missing: Row = { ...sale, note: null, amount: null, detail: null, bytes: null };
  for (const row of [empty, missing, sale]) expect(there(codec, row)).toEqual(row);
});

test('what one row has in common with the row before is the same bytes, and what it has not is its own', () => {
  const codec = new RowCodec(table);
  const rows = [sale, { ...sale, place: 'q' }, { ...sale, place: 'q', note: 'other' }, sale];
  const alone = rows.map((row) => encoded(new RowCodec(table), row));
  expect(rows.map((row) => encoded(codec, row))).toEqual(alone);
  const [first, second] = [5, 6].map((clock) => codec.encode(sale, codec.partition(sale), clock, clock * 1_000).params);
  expect(first?.slice(-2).map((param) => Number(`0x${param.toString('hex')}`))).toEqual([5, 5_000]);
  expect(second?.slice(-2).map((param) => Number(`0x${param.toString('hex')}`))).toEqual([6, 6_000]);
});

test('a row that is refused leaves nothing in the next one', () => {
  const codec = new RowCodec(table);
  expect(() => encoded(codec, { ...sale, bytes: 1 })).toThrow(expect.objectContaining({ code: 'INVALID_ROW' }));
  const next = { ...sale, place: 'q' };
  expect(encoded(codec, next)).toEqual(encoded(new RowCodec(table), next));
});

test('numbers of fields are written to their last digit', () => {
  const codec = new RowCodec(table);
  for (const amount of [0, -1, 1_023, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    expect(there(codec, { ...sale, amount })).toEqual({ ...sale, amount });
  }
});

test('a row that lacks a column is refused, also as the first one', () => {
  const { place: _place, ...placeless } = sale;
  expect(() => encoded(new RowCodec(table), placeless)).toThrow(expect.objectContaining({ code: 'INVALID_KEY' }));
  const { bytes: _bytes, ...byteless } = sale;
  expect(() => encoded(new RowCodec(table), byteless)).toThrow(expect.objectContaining({ code: 'INVALID_ROW' }));
});
