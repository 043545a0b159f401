/** Waiting for something to become true, with an end. */
export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Calls `check` until it no longer throws, and answers its result. What it threw last is what the test then reports, so a
 * `check` may be made of expectations.
 */
export async function eventually<Result>(
  check: () => Promise<Result>,
  { withinMs = 10_000, everyMs = 50 }: { withinMs?: number; everyMs?: number } = {},
): Promise<Result> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() >= deadline) throw error;
    }
    await sleep(everyMs);
  }
}

/**
 * How long the quickest of several rounds took, in milliseconds. A machine that others use too is slow now and then, so one
 * round says little about the product; that it is never quick does.
 */
export async function quickestMs(rounds: number, round: (number: number) => Promise<void>): Promise<number> {
  let quickest = Number.POSITIVE_INFINITY;
  for (let number = 0; number < rounds; number++) {
    const startedAt = performance.now();
    await round(number);
    quickest = Math.min(quickest, performance.now() - startedAt);
  }
  return quickest;
}
