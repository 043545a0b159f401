import { expect, test } from '@jest/globals';
import { Latencies } from './latencies.js';
import { halvesOf, slicesOf } from './slices.js';

/** Ten a second for so many seconds, from 5,000 ms on. */
function latenciesOf(seconds: number, valueAt: (second: number) => number): Latencies {
  const latencies = new Latencies();
  for (let index = 0; index < seconds * 10; index++) latencies.record(valueAt(index / 10), 5_000 + index * 100);
  return latencies;
}

test('a run is told by slices of ten seconds, of which the last may be shorter', () => {
  const slices = slicesOf(
    latenciesOf(25, (second) => 100 - second),
    5_000,
    25,
  );
  expect(slices.map(({ fromSeconds, count, max }) => [fromSeconds, count, max])).toEqual([
    [0, 100, 100],
    [10, 100, 90],
    [20, 50, 80],
  ]);
});

test('whether it was still warming up is told by its halves', () => {
  const trendOf = (seconds: number, valueAt: (second: number) => number): string =>
    halvesOf(latenciesOf(seconds, valueAt), 5_000, seconds).trend;
  expect(trendOf(20, (second) => 100 - second * 4)).toBe('falling');
  expect(trendOf(20, () => 100)).toBe('steady');
  expect(trendOf(20, (second) => 100 + second * 4)).toBe('rising');
  expect(trendOf(3, (second) => 100 - second)).toBe('too few to say');
  expect(
    halvesOf(
      latenciesOf(20, (second) => second),
      5_000,
      20,
    ).secondP99Ms,
  ).toBeCloseTo(19.8, 9);
});
