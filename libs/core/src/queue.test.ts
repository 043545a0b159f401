import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Queue } from './queue.js';

test('gives what was put into it in its order, as an array does', () => {
  const steps = fc.array(fc.record({ push: fc.nat(3_000), shift: fc.nat(3_000) }), { maxLength: 6 });
  fc.assert(
    fc.property(steps, fc.nat(5_000), (rounds, from) => {
      const queue = new Queue<number>();
      const array: number[] = [];
      let next = 0;
      for (const { push, shift } of rounds) {
        for (let i = 0; i < push; i++) {
          queue.push(next);
          array.push(next++);
        }
        const taken = Array.from({ length: shift }, () => queue.shift());
        expect(taken).toEqual(Array.from({ length: shift }, () => array.shift()));
        expect([queue.length, queue.at(0), queue.at(from)]).toEqual([array.length, array[0], array[from]]);
        expect(queue.slice(from, from + 10)).toEqual(array.slice(from, from + 10));
      }
    }),
    { numRuns: 30 },
  );
});

test('what was taken leaves memory at once, long before others take its place', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const queue = new Queue<{ number: number }>();
  const put = Array.from({ length: 5 }, (_, number) => {
    const item = { number };
    queue.push(item);
    return new WeakRef(item);
  });
  for (let i = 0; i < 3; i++) queue.shift();
  // A reference that was asked for stays until the turn is over.
  await new Promise(setImmediate);
  collectGarbage();
  expect(put.map((item) => item.deref()?.number)).toEqual([undefined, undefined, undefined, 3, 4]);
});
