import { expect, test } from '@jest/globals';
import { median, slopeOf } from './slope.js';

test('the median is the middle one, or lies between the two of the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 2, 9])).toBe(3);
  expect(median([])).toBeNaN();
});

test('a slope is that of most pairs, whatever a few wild points say', () => {
  const points = Array.from({ length: 21 }, (_, x) => [x, 3 * x + 7] as const);
  expect(slopeOf(points)).toBeCloseTo(3, 9);
  const wild = points.map(([x, y]) => [x, x % 7 === 0 ? 10_000 * (x - 10) : y] as const);
  expect(slopeOf(wild)).toBeGreaterThan(2);
  expect(slopeOf(wild)).toBeLessThan(6);
  expect(slopeOf([[1, 1]])).toBeNaN();
});
