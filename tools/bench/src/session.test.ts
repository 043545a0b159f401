import { expect, test } from '@jest/globals';
import { productWith, type Faults } from './product/product.fixture.js';
import { LITTLE_LOAD } from './run.fixture.js';
import type { RunOptions } from './run.js';
import { Session } from './session.js';

const load: RunOptions = { ...LITTLE_LOAD, warmupSeconds: 0.5, seconds: 0.5 };

function sessionWith(faults: Faults, tenants = 1): { session: Session; started: number[] } {
  const started: number[] = [];
  const start = (count: number): ReturnType<typeof productWith> => {
    started.push(count);
    return productWith(faults, count);
  };
  return { session: new Session(start, { tenants, laterWarmupSeconds: 0.1 }, () => undefined), started };
}

test('runs follow each other on one product, whose books are those of all of them; only the first is warmed for long', async () => {
  const { session, started } = sessionWith({});
  const first = await session.run(load);
  const second = await session.run({ ...load, rate: 1_000 });
  await session.stop();
  expect(started).toEqual([1]);
  expect([...first.faults, ...second.faults]).toEqual([]);
  expect(first.underLoadSeconds).toBe(0.5);
  expect(second.options.warmupSeconds).toBe(0.1);
  expect(second.underLoadSeconds).toBeGreaterThan(1);
  expect(second.underLoadSeconds).toBeLessThan(10);
});

test('a run may be of the first tenants that the product knows', async () => {
  const { session, started } = sessionWith({}, 20);
  const few = await session.run({ ...load, tenants: 2 });
  const all = await session.run({ ...load, tenants: 20 });
  await session.stop();
  expect(started).toEqual([20]);
  expect([...few.faults, ...all.faults]).toEqual([]);
});

test('a product whose books do not agree is replaced, and its successor is warmed anew', async () => {
  const { session, started } = sessionWith({ losesOneIn: 97 });
  expect((await session.run({ ...load, markersPerSecond: 0 })).faults).not.toEqual([]);
  const second = await session.run({ ...load, markersPerSecond: 0 });
  await session.stop();
  expect(started).toEqual([1, 1]);
  expect(second.underLoadSeconds).toBe(0.5);
});
