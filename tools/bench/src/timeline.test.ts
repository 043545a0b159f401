import { expect, test } from '@jest/globals';
import { driftOf, type Moment } from './timeline.js';

const moments = (memoryAt: (index: number) => number): Moment[] =>
  Array.from({ length: 30 }, (_, index) => ({
    seconds: index * 15,
    residentMegabytes: { standalone: memoryAt(index) },
    inFlightEvents: 100,
    queryableP99Ms: 30,
  }));

test('memory that is filled at first and then stays is flat', () => {
  const drift = driftOf(moments((index) => 500 + Math.min(index, 8) * 100 + (index % 2) * 20));
  expect(drift.map(({ what, isFlat }) => [what, isFlat])).toEqual([
    ['memory of standalone, MB', true],
    ['events in flight', true],
  ]);
});

test('memory that grows to the end is found out', () => {
  expect(driftOf(moments((index) => 500 + index * 20))[0]).toMatchObject({ isFlat: false, middle: 800, last: 1_000 });
});

test('too few moments say nothing', () => {
  expect(driftOf(moments(() => 1).slice(0, 5))).toEqual([]);
});
