import { expect, test } from '@jest/globals';
import type { RunResult } from './run.js';
import { search } from './search.js';

/** A product that sustains up to some rate. */
async function searched(first: number, capacity: number): Promise<{ best: number | undefined; asked: number[] }> {
  const asked: number[] = [];
  const best = await search(first, 100, (rate) => {
    asked.push(rate);
    return Promise.resolve({ options: { rate }, isSustained: rate <= capacity } as RunResult);
  });
  return { best: best?.options.rate, asked };
}

test.each([3_000, 10_000, 77_700])(
  'the highest rate of %d events a second is found within a tenth',
  async (capacity) => {
    const { best = 0, asked } = await searched(10_000, capacity);
    expect(best).toBeLessThanOrEqual(capacity);
    expect(best).toBeGreaterThan(capacity * 0.6);
    if (capacity >= 10_000) expect(best).toBeGreaterThan(capacity * 0.9);
    expect(asked.every((rate) => rate % 100 === 0)).toBe(true);
  },
);

test('where nothing is sustained, nothing is found', async () => {
  expect((await searched(10_000, 0)).best).toBeUndefined();
});

test('a rate at which the product broke down is one that it does not sustain', async () => {
  const runAt = (rate: number): Promise<RunResult | undefined> =>
    Promise.resolve(rate > 3_000 ? undefined : ({ options: { rate }, isSustained: true } as RunResult));
  const found = await search(1_000, 100, runAt);
  expect(found?.options.rate).toBeLessThanOrEqual(3_000);
  expect(found?.options.rate).toBeGreaterThan(2_500);
});
