import { expect, test } from '@jest/globals';
import type { Clock, Replica } from '@ticketrail/pipeline';
import { Metrics } from '@ticketrail/runtime';
import { Broadcast, stretchOf } from './broadcast.js';
import type { Figures } from './figures.js';

test('a thread that has time tells a topic as often as it may, and a full one ten times less often', () => {
  expect([0, 0.4, 0.6, 0.8, 1].map(stretchOf)).toEqual([1, 1, 2.5, 5, 10]);
});

/** A broadcast over figures that change all the time, and whose answer takes `busyMs` of the thread. */
function broadcast(busyMs: number): { told: string[]; end: () => void } {
  const figures = {
    revenue: async () => {
      const until = performance.now() + busyMs;
      while (performance.now() < until);
      return { totals: {} };
    },
  } as unknown as Figures;
  let version = 0;
  const replica = { version: () => version++ } as unknown as Replica;
  const clock = { now: () => Date.now() } as unknown as Clock;
  const stream = new Broadcast(figures, replica, clock, new Metrics());
  const told: string[] = [];
  stream.onApplicationBootstrap();
  const leave = stream.join('acme', ['revenue'], { tell: (topic) => told.push(topic), end: () => undefined });
  return {
    told,
    end: () => {
      leave();
      stream.beforeApplicationShutdown();
    },
  };
}

test('a figure that changes all the time is told several times a second, and more seldom when answers take the thread', async () => {
  const quick = broadcast(0);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  quick.end();
  const dear = broadcast(95);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  dear.end();
  expect(quick.told.length).toBeGreaterThanOrEqual(4);
  expect(quick.told.length).toBeLessThanOrEqual(15);
  // For a second it does not know better; then the rest is a second long.
  expect(dear.told.length).toBeGreaterThanOrEqual(2);
  expect(dear.told.length).toBeLessThanOrEqual(16);
});
