import { expect, test } from '@jest/globals';
import type { Row } from '@ticketrail/core';
import { inGroups } from './bucket-rows.js';

/** Reads buckets of which the n-th holds `sizes[n]` rows; answers the rows in their order, and how large the groups were. */
async function read(sizes: readonly number[]): Promise<{ rows: Row[]; groups: number[] }> {
  const groups: number[] = [];
  const rows: Row[] = [];
  const readGroup = async (group: readonly number[]): Promise<Row[]> => {
    groups.push(group.length);
    return group.flatMap((bucket) => Array.from({ length: sizes[bucket]! }, (_, row) => ({ bucket, row })));
  };
  for await (const some of inGroups([...sizes.keys()], readGroup)) for (const row of some) rows.push(row);
  return { rows, groups };
}

const many = (count: number, size: number): number[] => Array.from({ length: count }, () => size);

test('empty buckets are soon read many at a time, and never more than 64', async () => {
  expect(await read(many(200, 0))).toEqual({ rows: [], groups: [1, 4, 16, 64, 64, 51] });
  expect(await read([])).toEqual({ rows: [], groups: [] });
});

test('large buckets are read one by one, also when they come after small ones', async () => {
  expect((await read(many(20, 5_000))).groups).toEqual(many(20, 1));
  expect((await read([...many(21, 1), ...many(90, 5_000)])).groups.slice(0, 9)).toEqual([1, 4, 16, 64, 16, 4, 1, 1, 1]);
});

test('of buckets with some hundred rows a few are read at a time', async () => {
  expect((await read(many(50, 400))).groups).toEqual([1, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 1]);
});

test('every row comes once, in the order of the groups', async () => {
  const sizes = Array.from({ length: 100 }, (_, bucket) => (bucket * 37) % 300);
  const expected = sizes.flatMap((size, bucket) => Array.from({ length: size }, (_, row) => ({ bucket, row })));
  expect((await read(sizes)).rows).toEqual(expected);
});

test('a read that fails is told to the one who reads, and ends the reading', async () => {
  let reads = 0;
  const failing = async (): Promise<Row[]> => {
    if (++reads === 3) throw new Error('no answer');
    return [];
  };
  const reading = async (): Promise<void> => {
    for await (const rows of inGroups(many(100, 0), failing)) expect(rows).toEqual([]);
  };
  await expect(reading()).rejects.toThrow('no answer');
  expect(reads).toBe(3);
});
