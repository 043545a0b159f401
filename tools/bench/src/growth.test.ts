import { expect, test } from '@jest/globals';
import { axes, growthRuns, runsOver } from './growth.js';
import type { RunOptions, RunResult } from './run.js';

const base = { rate: 5_000, locations: 20_000, tenants: 1, batch: 100, seconds: 20 } as unknown as RunOptions;

test('every value of every axis is measured, and what two axes share is measured once', () => {
  const runs = growthRuns(base);
  expect(runs.map(({ rate }) => rate)).toEqual(expect.arrayContaining([1_000, 5_000, 10_000, 20_000, 40_000]));
  const isBase = ({ rate, locations, tenants, batch }: RunOptions): boolean =>
    rate === 5_000 && locations === 20_000 && tenants === 1 && batch === 100;
  expect(runs.filter(isBase)).toHaveLength(1);
  // Five rates, two other numbers of locations, three numbers of tenants.
  expect(runs).toHaveLength(10);
  expect(growthRuns({ ...base, rate: 7_000 })).toHaveLength(11);
});

test('requests are so small that each of many tenants sends, and of one size for all numbers of tenants', () => {
  const batches = growthRuns(base).filter(({ batch }) => batch !== 100);
  // 5,000 events a second for 20 s are ten for each of 10,000 tenants.
  expect(batches.map(({ tenants, batch }) => [tenants, batch])).toEqual([
    [1, 10],
    [100, 10],
    [10_000, 10],
  ]);
  expect(growthRuns({ ...base, seconds: 14 }).at(-1)?.batch).toBe(5);
  expect(growthRuns({ ...base, seconds: 1 }).at(-1)?.batch).toBe(1);
});

test('the runs of an axis differ in nothing else, and stand in its order', () => {
  const results = growthRuns(base)
    .toReversed()
    .map((options) => ({ options }) as unknown as RunResult);
  for (const axis of axes) {
    expect(runsOver(axis, results).map(({ options }) => options[axis.option])).toEqual(axis.values);
  }
  expect(runsOver({ name: '', option: 'rate', values: [] }, [])).toEqual([]);
});
