import { expect, test } from '@jest/globals';
import { buildingUp, combined, localHours, mealtimes, STEADY } from './rhythm.js';

const HOUR_MS = 3_600_000;

test('mealtimes have a mean of 1 over a day, peaks at lunch and dinner, and quiet nights', () => {
  const rhythm = mealtimes('America/Toronto');
  const midnight = Date.parse('2025-10-29T04:00:00Z');
  const hours = Array.from({ length: 24 }, (_, hour) => rhythm.at(midnight + hour * HOUR_MS));
  const at = (hour: number) => hours[hour] ?? 0;
  expect(hours.reduce((sum, factor) => sum + factor, 0) / 24).toBeCloseTo(1, 9);
  expect(Math.max(...hours)).toBe(rhythm.peak);
  expect(at(12)).toBeGreaterThan(2 * at(10));
  expect(at(18)).toBeGreaterThan(at(12));
  expect(at(3)).toBeLessThan(0.1);
});

test('the local hour follows daylight saving and zones that are not whole hours from UTC', () => {
  const toronto = localHours('America/Toronto');
  expect(toronto(Date.parse('2025-07-01T16:00:00Z'))).toBe(12);
  expect(toronto(Date.parse('2025-12-01T16:59:59Z'))).toBe(11);
  expect(localHours('Asia/Kathmandu')(Date.parse('2025-07-01T00:20:00Z'))).toBe(6);
  expect(localHours('UTC')(Date.parse('2025-07-01T00:00:00Z'))).toBe(0);
});

test('a rush builds up from one level to another and then to the full rate', () => {
  const rush = buildingUp({ fromMs: 0, levelAtFrom: 0.1, startMs: 100, levelAtStart: 0.3, riseMs: 70 });
  expect([-50, 0, 50, 100, 135, 170, 1_000].map((at) => Number(rush.at(at).toFixed(3)))).toEqual([
    0.1, 0.1, 0.2, 0.3, 0.65, 1, 1,
  ]);
  const twice = combined(rush, combined(STEADY, { at: () => 2, peak: 2 }));
  expect(twice.peak).toBe(2);
  expect(twice.at(100)).toBeCloseTo(0.6);
});
