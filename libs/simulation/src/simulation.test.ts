import { expect, test } from '@jest/globals';
import { MIXES, mixNamed } from './faults.js';
import { runSeeds } from './seeds.js';
import { simulate } from './simulation.js';
import { SITUATIONS } from './situations.js';

/** The same in every run of the tests; `npm run simulate` tries others. */
const FROM = 1;
const COUNT = 80;
const TIMEOUT_MS = 240_000;

test(
  'every event is counted exactly once under every mix of faults, and each fault happened',
  async () => {
    const mixes = MIXES.map(({ name }) => name);
    const summary = await runSeeds({ from: FROM, step: 1, count: COUNT, mixes, untilFailure: false });
    expect(summary.failures).toEqual([]);
    expect(summary.sometimes.missing(SITUATIONS)).toEqual([]);
    expect(summary.events).toBeGreaterThan(COUNT * mixes.length * 10);
  },
  TIMEOUT_MS,
);

test('a seed gives the same run every time', async () => {
  const lives = [];
  for (let i = 0; i < 2; i++) {
    const said: string[] = [];
    const { steps, virtualMs, sometimes } = await simulate(7, mixNamed('everything'), (text) => said.push(text));
    lives.push({ steps, virtualMs, said, sometimes: [...sometimes] });
  }
  expect(lives[0]).toEqual(lives[1]);
  expect(lives[0]!.steps).toBeGreaterThan(100);
});

test('another seed gives another run', async () => {
  const [one, other] = [await simulate(7, mixNamed('calm')), await simulate(8, mixNamed('calm'))];
  expect(one.steps).not.toBe(other.steps);
});
