import { expect, test } from '@jest/globals';
import { BEGINNING, type Checkpoint } from './checkpoint.js';
import { WrittenPositions } from './written-positions.js';

const SYNC_MS = 3_200;

function position(seq: number): Checkpoint {
  return { ...BEGINNING, seq, entry: `entry-${seq}` };
}

test('a position is durable once the tables have had the time to sync it, and is given once', () => {
  const written = new WrittenPositions(SYNC_MS);
  written.add(position(1), 1_000);
  expect(written.hasDurable(1_000 + SYNC_MS - 1)).toBe(false);
  expect(written.takeDurable(1_000 + SYNC_MS - 1)).toBeUndefined();
  expect(written.hasDurable(1_000 + SYNC_MS)).toBe(true);
  expect(written.takeDurable(1_000 + SYNC_MS)?.seq).toBe(1);
  expect(written.takeDurable(1_000 + 2 * SYNC_MS)).toBeUndefined();
});

test('of several positions the newest that is durable is given, and the others go on ageing', () => {
  const written = new WrittenPositions(SYNC_MS);
  for (const [seq, at] of [
    [1, 0],
    [2, 1_000],
    [3, 2_000],
  ] as const) {
    written.add(position(seq), at);
  }
  expect(written.takeDurable(1_000 + SYNC_MS)?.seq).toBe(2);
  expect(written.takeDurable(2_000 + SYNC_MS)?.seq).toBe(3);
});

test('positions may come as fast as they like: few wait, and some become durable all the time', () => {
  const written = new WrittenPositions(SYNC_MS);
  const lags: number[] = [];
  for (let now = 0; now < 20_000; now += 5) {
    written.add(position(now), now);
    const durable = written.takeDurable(now);
    if (durable !== undefined) lags.push(now - durable.seq);
  }
  expect(lags.length).toBeGreaterThan(50);
  expect(lags.length).toBeLessThan(200);
  expect(Math.min(...lags)).toBeGreaterThanOrEqual(SYNC_MS);
  expect(Math.max(...lags)).toBeLessThan(SYNC_MS + 250);
});

test('where a write is on disk when it is answered, its position is durable at once', () => {
  const written = new WrittenPositions(0);
  written.add(position(7), 500);
  expect(written.takeDurable(500)?.seq).toBe(7);
});
