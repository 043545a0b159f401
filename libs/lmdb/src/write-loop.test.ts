import { expect, test } from '@jest/globals';
import { WriteLoop } from './write-loop.js';

function gather(): { loop: WriteLoop; put: (n: number) => void; turns: number[][]; finish: (() => void)[] } {
  let waiting: number[] = [];
  const turns: number[][] = [];
  const finish: (() => void)[] = [];
  const loop = new WriteLoop(
    () => waiting.length > 0,
    () => {
      turns.push(waiting);
      waiting = [];
      return new Promise((resolve) => finish.push(resolve));
    },
  );
  const put = (n: number): void => {
    waiting.push(n);
    loop.start();
  };
  return { loop, put, turns, finish };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what is put at once shares a turn, and what is put during a turn shares the next', async () => {
  const { loop, put, turns, finish } = gather();
  put(1);
  put(2);
  await settle();
  put(3);
  put(4);
  await settle();
  expect(turns).toEqual([[1, 2]]);
  finish.shift()?.();
  await settle();
  expect(turns).toEqual([
    [1, 2],
    [3, 4],
  ]);
  finish.shift()?.();
  await loop.drained();
});

test('it is drained when nothing waits any more, and goes on when something is put later', async () => {
  const { loop, put, turns, finish } = gather();
  await loop.drained();
  put(1);
  let isDrained = false;
  const drained = loop.drained().then(() => (isDrained = true));
  await settle();
  expect(isDrained).toBe(false);
  finish.shift()?.();
  await drained;
  put(2);
  await settle();
  finish.shift()?.();
  await loop.drained();
  expect(turns).toEqual([[1], [2]]);
});
