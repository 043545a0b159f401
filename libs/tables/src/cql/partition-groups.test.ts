import { expect, test } from '@jest/globals';
import { groupsOf } from './partition-groups.js';

const COLUMNS = ['generation', 'tenant', 'minute', 'shard'];
const keysOf = (minutes: readonly number[], shards: readonly number[]) =>
  shards.flatMap((shard) => minutes.map((minute) => ({ generation: 1, tenant: 'acme', minute, shard })));

test('the minutes of a tenant are one group for each shard', () => {
  const { among, groups } = groupsOf(COLUMNS, keysOf([1, 2, 3], [0, 1]), 100);
  expect(among).toBe('minute');
  expect(groups).toEqual([keysOf([1, 2, 3], [0]), keysOf([1, 2, 3], [1])]);
});

test('one minute of many shards is one group', () => {
  expect(groupsOf(COLUMNS, keysOf([1], [0, 1, 2]), 100)).toEqual({ among: 'shard', groups: [keysOf([1], [0, 1, 2])] });
});

test('no group is larger than a request may be, and nothing is left out', () => {
  const keys = keysOf([1, 2, 3, 4, 5], [0]);
  const { groups } = groupsOf(COLUMNS, keys, 2);
  expect(groups.map(({ length }) => length)).toEqual([2, 2, 1]);
  expect(groups.flat()).toEqual(keys);
});

test('nothing asked for is no group', () => {
  expect(groupsOf(COLUMNS, [], 100).groups).toEqual([]);
});
