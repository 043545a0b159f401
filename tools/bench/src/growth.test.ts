import { expect, test } from '@jest/globals';
import { axes, growthRuns, runsOver, tenantsOf, type Axis, type CurveRun } from './growth.js';
import type { RunOptions } from './run.js';

const base = { rate: 5_000, locations: 20_000, tenants: 1, batch: 100, seconds: 20 } as unknown as RunOptions;
const axisOf = (option: Axis['option']): Axis => axes.find((axis) => axis.option === option) as Axis;

test('each curve has runs of its own, in which one thing grows', () => {
  for (const axis of axes) {
    const runs = growthRuns(axis, base);
    expect(runs.map(({ [axis.option]: value }) => value)).toEqual(axis.values);
    for (const other of axes) {
      if (other.option !== axis.option) expect(new Set(runs.map(({ [other.option]: value }) => value)).size).toBe(1);
    }
  }
  expect(axes.map((axis) => tenantsOf(axis, base))).toEqual([1, 1, 10_000]);
});

test('requests are so small that each of many tenants sends, and of one size for all numbers of tenants', () => {
  const batches = (seconds: number): unknown[] =>
    growthRuns(axisOf('tenants'), { ...base, seconds }).map(({ batch }) => batch);
  // 5,000 events a second for 20 s are ten for each of 10,000 tenants.
  expect(batches(20)).toEqual([10, 10, 10]);
  expect(batches(14)).toEqual([5, 5, 5]);
  expect(batches(1)).toEqual([1, 1, 1]);
});

test('a curve is made of its own runs, in its order', () => {
  const results = axes.flatMap((axis) =>
    growthRuns(axis, base)
      .toReversed()
      .map((options) => ({ options, curve: axis.name }) as unknown as CurveRun),
  );
  for (const axis of axes) {
    expect(runsOver(axis, results).map(({ options }) => options[axis.option])).toEqual(axis.values);
  }
});
