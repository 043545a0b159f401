import { expect, test } from '@jest/globals';
import { Cadence } from './cadence.js';

const MIN = 250;
const MAX = 8_000;

/** When it is due within a minute in which something changes all the time. */
function dueAt(load: number, phase = 0): number[] {
  const cadence = new Cadence(MIN, phase, 0, 0);
  const times: number[] = [];
  for (let now = 10, last = 0; now <= 60_000; now += 10) {
    cadence.look(now, now);
    if (!cadence.isDue(now, last, load, MIN, MAX)) continue;
    times.push(now);
    last = now;
  }
  return times;
}

test('the more changes, the longer it takes, up to a limit', () => {
  const times = [0, 0.1, 0.3, 1, 50].map((load) => dueAt(load).length);
  expect(times).toEqual([240, 60, 15, 7, 7]);
});

test('intervals of partitions end at different moments', () => {
  expect(dueAt(1).slice(0, 2)).toEqual([8_000, 16_000]);
  expect(dueAt(1, 0.25).slice(0, 2)).toEqual([2_000, 10_000]);
});

test('once nothing changes any more it is due however much has changed', () => {
  const cadence = new Cadence(MIN, 0, 0, 0);
  cadence.look(1, 1_000);
  cadence.look(1, 1_200);
  expect(cadence.isDue(1_000 + MIN - 1, 900, 50, MIN, MAX)).toBe(false);
  expect(cadence.isDue(1_000 + MIN, 900, 50, MIN, MAX)).toBe(true);
});
