import { expect, test } from '@jest/globals';
import type { RunResult } from './run.js';
import { search, type Found } from './search.js';

/** A product that sustains up to some rate. */
async function searched(
  first: number,
  capacity: number,
  probesMax = 100,
): Promise<{ best: number | undefined; found: Found; asked: number[] }> {
  const asked: number[] = [];
  const isTimeUp = (): boolean => asked.length >= probesMax;
  const found = await search({ first, whole: 100, isTimeUp }, (rate) => {
    asked.push(rate);
    return Promise.resolve({ options: { rate }, isSustained: rate <= capacity } as RunResult);
  });
  return { best: found.best?.options.rate, found, asked };
}

test('it doubles until a rate is not sustained, then halves the distance', async () => {
  const { asked, best, found } = await searched(2_000, 8_700);
  expect(asked).toEqual([2_000, 4_000, 8_000, 16_000, 12_000, 10_000, 9_000, 8_500]);
  expect(best).toBe(8_500);
  expect(found).toMatchObject({ firstBeyond: 9_000, isCutShort: false });
});

test.each([300, 3_000, 10_000, 77_700])(
  'the highest rate of %d events a second is found within a tenth',
  async (capacity) => {
    const { best = 0, asked } = await searched(2_000, capacity);
    expect(best).toBeLessThanOrEqual(capacity);
    expect(best).toBeGreaterThanOrEqual(capacity * 0.9);
    expect(asked.every((rate) => rate % 100 === 0)).toBe(true);
    expect(asked.length).toBeLessThan(12);
  },
);

test('where nothing is sustained, nothing is found, and the search ends', async () => {
  const { best, asked } = await searched(10_000, 0);
  expect(best).toBeUndefined();
  expect(asked.at(-1)).toBe(100);
});

test('when time is up, it answers what it knows and says so', async () => {
  const { best, found, asked } = await searched(2_000, 8_700, 5);
  expect(asked).toHaveLength(5);
  expect(best).toBe(8_000);
  expect(found).toMatchObject({ firstBeyond: 12_000, isCutShort: true });
});

test('a rate at which the product broke down is one that it does not sustain', async () => {
  const runAt = (rate: number): Promise<RunResult | undefined> =>
    Promise.resolve(rate > 3_000 ? undefined : ({ options: { rate }, isSustained: true } as RunResult));
  const { best } = await search({ first: 1_000, whole: 100, isTimeUp: () => false }, runAt);
  expect(best?.options.rate).toBeLessThanOrEqual(3_000);
  expect(best?.options.rate).toBeGreaterThan(2_700);
});
