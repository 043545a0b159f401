import { expect, test } from '@jest/globals';
import type { Clock, Replica } from '@ticketrail/pipeline';
import { Metrics } from '@ticketrail/runtime';
import { Broadcast, restMs } from './broadcast.js';
import type { Figures } from './figures.js';

test('answers that are quick to make for few who listen do not keep a topic waiting', () => {
  expect(restMs(1, 8)).toBeLessThanOrEqual(100);
});

test('answers that are dear, or many, take a fifth of a thread together, and each is still told every five seconds', () => {
  const [tookMs, channels] = [2, 400];
  expect((tookMs * channels) / restMs(tookMs, channels)).toBeCloseTo(0.2);
  expect(restMs(2, 40_000)).toBe(5_000);
});

/** A broadcast over figures that change all the time, and whose answer takes `busyMs` of the thread. */
function broadcast(busyMs: number): { joined: string[]; end: () => void } {
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
  const channel = new Broadcast(figures, replica, clock, new Metrics());
  const joined: string[] = [];
  channel.onApplicationBootstrap();
  const leave = channel.join('acme', ['revenue'], { tell: (topic) => joined.push(topic), end: () => undefined });
  return {
    joined,
    end: () => {
      leave();
      channel.beforeApplicationShutdown();
    },
  };
}

test('a figure that changes all the time is told several times a second, and more seldom when it is dear', async () => {
  const quick = broadcast(0);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  quick.end();
  const dear = broadcast(100);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  dear.end();
  expect(quick.joined.length).toBeGreaterThanOrEqual(6);
  expect(quick.joined.length).toBeLessThanOrEqual(15);
  // A rest of half a second behind each.
  expect(dear.joined.length).toBeGreaterThanOrEqual(2);
  expect(dear.joined.length).toBeLessThanOrEqual(4);
});
