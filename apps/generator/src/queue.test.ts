import { expect, test } from '@jest/globals';
import { TimeQueue } from './queue.js';
import { Random } from './random.js';

test('gives back what is due first, and what is due at the same time in the order it came', () => {
  const random = new Random(1);
  const queue = new TimeQueue<{ dueMs: number; turn: number }>();
  const expected: { dueMs: number; turn: number }[] = [];
  const taken: { dueMs: number; turn: number }[] = [];
  for (let turn = 0; turn < 5_000; turn++) {
    const entry = { dueMs: random.integer(0, 500), turn };
    queue.add(entry.dueMs, entry);
    expected.push(entry);
  }
  expect(queue.size).toBe(5_000);
  while (queue.size > 0) {
    const { nextDueMs } = queue;
    const entry = queue.take();
    if (entry) taken.push(entry);
    if (entry?.dueMs !== nextDueMs) throw new Error(`${entry?.dueMs} came out, ${nextDueMs} was announced.`);
  }
  expect(taken).toEqual(expected.toSorted((one, other) => one.dueMs - other.dueMs || one.turn - other.turn));
  expect(queue.take()).toBeUndefined();
  expect(queue.nextDueMs).toBe(Infinity);
});
