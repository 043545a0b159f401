import { expect, test } from '@jest/globals';
import { ORDERS, orderRows, type SetRows, VISITS } from '@ticketrail/core';
import { groupsOf, setGroupsOf } from './partition-groups.js';

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

const orders = (count: number, shard = 0): SetRows[] =>
  Array.from({ length: count }, (_, index) => orderRows(1, shard, 'acme', `order-${index}`, 'north'));
const slicesOf = (sets: readonly SetRows[]): unknown[] => sets.map(({ partition }) => partition['slice']);

test('orders of one shard go together, those of one slice beside each other, and none is left out', () => {
  const sets = orders(5_000);
  const groups = setGroupsOf(sets, 16);
  expect(groups).toHaveLength(Math.ceil(5_000 / 16));
  expect(groups.every(({ among }) => among === 'slice')).toBe(true);
  const found = groups.flatMap((group) => group.sets);
  expect(new Set(found)).toEqual(new Set(sets));
  expect(slicesOf(found)).toEqual(slicesOf(sets).sort((a, b) => (a as number) - (b as number)));
});

test('sets of two shards, of two tables or with prefixes of two lengths are asked for apart', () => {
  const [first, second] = [orders(3), orders(3, 1)];
  const whole = orderRows(1, 0, 'acme', 'order-9');
  const visit = { table: VISITS, partition: { ...whole.partition, period: 0 }, prefix: ['acme', 'north', 't1'] };
  const groups = setGroupsOf([...first, ...second, whole, visit], 16).map(({ sets }) => sets);
  expect(groups.map((sets) => sets.length).sort()).toEqual([1, 1, 3, 3]);
  for (const sets of groups)
    expect(new Set(sets.map(({ table, partition }) => `${table.name} ${partition['shard']}`)).size).toBe(1);
  expect(setGroupsOf([], 16)).toEqual([]);
  expect(first[0]!.table).toBe(ORDERS);
});
