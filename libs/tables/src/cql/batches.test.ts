import { describe, expect, test } from '@jest/globals';
import type { TableSpec } from '@ticketrail/core';
import type { RowWrite } from '@ticketrail/pipeline';
import { batchesOf } from './batches.js';
import { routingKeyOf, RowCodec, secondsToLive } from './row-codec.js';

const table: TableSpec = {
  name: 'sales',
  answers: 'nothing: it tests batches',
  partition: ['tenant', 'day'],
  clustering: ['place'],
  columns: { tenant: 'text', day: 'int', place: 'int', note: 'text' },
};
const writable = { codec: new RowCodec(table), insert: 'INSERT' };
const limits = { partitionRowsMax: 50, mixedRowsMax: 10, batchBytesMax: 10_000 };

const row = (day: number, place: number, note = '', clock = 1): RowWrite => ({
  table,
  row: { tenant: 't', day, place, note },
  clock,
});
const batches = (rows: readonly RowWrite[], replicasOf?: (routingKey: Buffer) => string): number[][] =>
  batchesOf(rows, 0, limits, () => writable, replicasOf).map(({ statements }) =>
    statements.map(({ params }) => params[1]?.readInt32BE() ?? Number.NaN),
  );

describe('rows are sent together', () => {
  test('by partition when there are many of one, so many at a time', () => {
    const rows = Array.from({ length: 120 }, (_, place) => row(1, place));
    expect(batches(rows).map(({ length }) => length)).toEqual([50, 50, 20]);
  });

  test('with others of the same replicas when there are few', () => {
    const rows = Array.from({ length: 24 }, (_, index) => row(index, 1));
    expect(batches(rows).map(({ length }) => length)).toEqual([10, 10, 4]);
    const byParity = batches(rows, (key) => String((key.at(-2) ?? 0) % 2));
    for (const days of byParity) expect(new Set(days.map((day) => day % 2)).size).toBe(1);
    expect(byParity.flat().sort((a, b) => a - b)).toEqual(rows.map((_, index) => index));
  });

  test('never more bytes than a batch may have, but for one row that is larger by itself', () => {
    const rows = [row(1, 1, 'n'.repeat(20_000)), row(2, 1, 'n'.repeat(6_000)), row(3, 1, 'n'.repeat(6_000)), row(4, 1)];
    expect(batches(rows)).toEqual([[1], [2], [3, 4]]);
  });

  test('by partition in whatever order they come, and whichever columns of its key tell it from the others', () => {
    const tenants = ['s', 't', '1', ''];
    const rows = Array.from({ length: 4_000 }, (_, place) => {
      const tenant = tenants[(place * 7) % 4]!;
      return { table, row: { tenant, day: (place * 31) % 5, place, note: '' }, clock: 1 };
    });
    const sent = batchesOf(rows, 0, limits, () => writable).map(({ statements, routingKey }) => {
      const keys = statements.map(({ params }) => routingKeyOf(params.slice(0, 2)).toString('hex'));
      expect(new Set(keys)).toEqual(new Set([routingKey.toString('hex')]));
      return statements.map(({ params }) => params[2]!.readInt32BE());
    });
    expect(sent).toHaveLength(20 * 4);
    expect(sent.flat().sort((a, b) => a - b)).toEqual(rows.map(({ row: { place } }) => place));
  });

  test('each key once: with the highest clock, or the later one of equal clocks', () => {
    const rows = [row(1, 1, 'a', 2), row(1, 1, 'b', 1), row(1, 2, 'b', 1), row(1, 2, 'a', 1)];
    const [batch] = batchesOf(rows, 0, limits, () => writable);
    expect(batch?.statements.map(({ params }) => params[3]?.toString())).toEqual(['{"note":"a"}', '{"note":"a"}']);
  });
});

test('time to live is what is left, rounded up, at least a second and at most twenty years', () => {
  expect(secondsToLive(undefined, 5)).toBe(0);
  expect(secondsToLive(10_001, 5_000)).toBe(6);
  expect(secondsToLive(10_000, 5_000)).toBe(5);
  expect(secondsToLive(1, 5_000)).toBe(1);
  expect(secondsToLive(1e15, 0)).toBe(630_720_000);
});
