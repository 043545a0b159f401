import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { backlogGrowth, BacklogWatch, isGrowing } from './backlog.js';

const points = (eventsAt: (second: number) => number): { seconds: number; events: number }[] =>
  Array.from({ length: 40 }, (_, second) => ({ seconds: second, events: eventsAt(second) }));

test('a backlog that comes and goes is flat, one that was worked off at the end too, and one that piles up grows', () => {
  expect(isGrowing(backlogGrowth(points((second) => (second % 7 === 0 ? 9_000 : 400))), 8_000, 40)).toBe(false);
  expect(isGrowing(backlogGrowth(points((second) => Math.max(0, 20 - second) * 900)), 8_000, 40)).toBe(false);
  expect(backlogGrowth(points((second) => second * 500))).toBeCloseTo(500, 6);
  expect(isGrowing(500, 8_000, 40)).toBe(true);
  expect(isGrowing(100, 8_000, 40)).toBe(false);
  // What is nothing in seconds is much in half an hour.
  expect(isGrowing(100, 8_000, 1_800)).toBe(true);
});

test('too few looks say nothing', () => {
  expect(isGrowing(backlogGrowth(points((second) => second * 500).slice(0, 6)), 8_000, 6)).toBe(false);
});

test('a run of hours is judged by some of its points', () => {
  const hours = Array.from({ length: 36_000 }, (_, second) => ({ seconds: second, events: second / 2 }));
  expect(backlogGrowth(hours)).toBeCloseTo(0.5, 9);
});

test('it is looked at until the end, and a look that fails is left out', async () => {
  let looks = 0;
  const told: number[] = [];
  const watch = new BacklogWatch(
    () => (++looks === 1 ? Promise.reject(new Error('no answer')) : Promise.resolve(looks)),
    ({ events }) => told.push(events),
  );
  watch.begin();
  await sleep(2_500);
  await watch.end();
  expect(told).toEqual([2]);
  expect(watch.points.map(({ events }) => events)).toEqual([2]);
});
