import { expect, test } from '@jest/globals';
import { describeSchedule, makeSchedule, seedOfRun } from './schedule.js';

const options = {
  targets: ['collector', 'enricher', 'aggregator', 'api'],
  faults: ['kill', 'pause'] as const,
  afterMs: [200, 900],
  lastsMs: [1_000, 3_000],
} as const;

test('the same seed gives the same schedule, and another seed another one', () => {
  expect(makeSchedule({ ...options, seed: 7 })).toEqual(makeSchedule({ ...options, seed: 7 }));
  expect(makeSchedule({ ...options, seed: 7 })).not.toEqual(makeSchedule({ ...options, seed: 8 }));
});

test('every fault strikes every target once, within the times that were asked for', () => {
  for (let seed = 0; seed < 50; seed++) {
    const schedule = makeSchedule({ ...options, seed });
    const blows = schedule.map(({ target, fault }) => `${fault} ${target}`);
    expect(new Set(blows).size).toBe(8);
    expect(blows).toHaveLength(8);
    for (const { afterMs, lastsMs } of schedule) {
      expect(afterMs).toBeGreaterThanOrEqual(200);
      expect(afterMs).toBeLessThanOrEqual(900);
      expect(lastsMs).toBeGreaterThanOrEqual(1_000);
      expect(lastsMs).toBeLessThanOrEqual(3_000);
    }
  }
});

test('the seed comes from the environment, is new on request, and is refused when it is none', () => {
  expect(seedOfRun({ CLUSTER_SEED: '42' })).toBe(42);
  expect(seedOfRun({})).toBe(seedOfRun({}));
  expect(seedOfRun({ CLUSTER_SEED: 'random' })).toBeGreaterThanOrEqual(0);
  expect(() => seedOfRun({ CLUSTER_SEED: 'soon' })).toThrow('CLUSTER_SEED');
});

test('the description names every step and how to repeat it', () => {
  const text = describeSchedule(42, makeSchedule({ ...options, seed: 42 }));
  expect(text).toContain('CLUSTER_SEED=42');
  expect(text.split('\n')).toHaveLength(9);
});
