/** The bench against servers of a few lines whose faults are known: what it has to notice, it notices. */
import { afterEach, expect, test } from '@jest/globals';
import { productWith, type Faults } from './product/product.fixture.js';
import type { Product } from './product/product.js';
import { LITTLE_LOAD as options } from './run.fixture.js';
import { run } from './run.js';

const products: Product[] = [];
afterEach(async () => {
  for (const product of products.splice(0)) await product.stop();
});

async function faulty(faults: Faults, tenants = 1): Promise<Product> {
  const product = await productWith(faults, tenants);
  products.push(product);
  return product;
}

test.each([20, 1, 'mixed'] as const)('a faultless server is found faultless, %s events a request', async (batch) => {
  const result = await run(await faulty({ queryableAfterMs: 60 }), {
    ...options,
    batch,
    rate: batch === 20 ? 2_000 : 500,
  });
  expect(result.faults).toEqual([]);
  expect(result.markers.sent).toBeGreaterThan(10);
  expect(result.markers.lost).toBe(0);
  expect(result.queryableMs.p50).toBeGreaterThanOrEqual(59);
  expect(result.queryableMs.p50).toBeLessThan(5_000);
  expect(result.usage.map(({ role }) => role)).toEqual(['product', 'generator']);
  expect(result.usage[0]?.cpuMicrosecondsPerEvent).toBeGreaterThan(0);
});

test('a lost payment and one that counts twice are noticed', async () => {
  const losing = await run(await faulty({ losesOneIn: 97 }), { ...options, markersPerSecond: 0 });
  expect(losing.faults.join()).toMatch(/revenue in cents/);
  expect(losing.isSustained).toBe(false);
  const doubling = await run(await faulty({ countsTwiceOneIn: 97 }), { ...options, markersPerSecond: 0 });
  expect(doubling.faults.join()).toMatch(/orders paid/);
});

test.each([100, 'mixed'] as const)('the books of each of several tenants close, %s events a request', async (batch) => {
  const tenants = 20;
  const result = await run(await faulty({}, tenants), { ...options, batch, tenants, rate: 5_000 });
  expect(result.faults).toEqual([]);
  expect(result.markers.sent).toBeGreaterThan(10);
});

test('events that are counted as those of another tenant are noticed', async () => {
  const result = await run(await faulty({ mixesUp: true }, 2), { ...options, tenants: 2, markersPerSecond: 0 });
  expect(result.faults.join()).toMatch(/tenant 0: accepted: 2000 instead of 1000/);
});

test('a server that stalls two seconds is charged for all who would have waited', async () => {
  const result = await run(await faulty({ stallMs: 2_000 }), { ...options, seconds: 4, markersPerSecond: 0 });
  // Half of the requests were due while it stalled, and waited between 2 s and nothing: not one of them, as a closed loop would say.
  expect(result.httpMs.p50).toBeLessThan(1_000);
  expect(result.httpMs.p95).toBeGreaterThan(1_400);
  expect(result.faults).toEqual([]);
});

test('a part that stands still is charged for its share of the markers, as long as it does', async () => {
  const product = await faulty({ queryableAfterMs: 10, twoOfThreeAfterMs: 2_500 });
  const result = await run(product, { ...options, seconds: 3, markersPerSecond: 60 });
  expect(result.markers.sent).toBeGreaterThan(150);
  expect(result.markers.lost).toBe(0);
  expect(result.queryableMs.p50).toBeGreaterThanOrEqual(2_499);
});

test('a process that is killed is told of, with what the figures made of it', async () => {
  const fates: string[] = [];
  const kill = async (fate: string): Promise<void> => void fates.push(fate);
  const product = { ...(await faulty({ queryableAfterMs: 60 })), kill };
  const result = await run(product, { ...options, kill: { afterSeconds: 0.3, fate: 'lost' } });
  expect(fates).toEqual(['lost']);
  expect(result.outage?.atSeconds).toBeGreaterThanOrEqual(0.3);
  expect(result.outage?.worstMs).toBeGreaterThanOrEqual(60);
});

test('what is due while the product warms up is counted and not timed', async () => {
  const stallMs = 3_000;
  const result = await run(await faulty({ stallMs }), {
    ...options,
    warmupSeconds: 3.6,
    seconds: 0.4,
    markersPerSecond: 0,
  });
  expect(result.httpMs.count).toBe(40);
  // The first request of the warm-up waited for all of the stall.
  expect(result.httpMs.max).toBeLessThan(0.8 * stallMs);
  expect(result.faults).toEqual([]);
});

test('a load that a server falls behind with is ended early, what it left is worked off, and nothing is lost', async () => {
  const result = await run(await faulty({ stallMs: 2_500 }), {
    ...options,
    seconds: 10,
    markersPerSecond: 0,
    givenUpBehindSeconds: 1,
  });
  expect(result.isSustained).toBe(false);
  expect(result.shortfalls[0]).toBe('given up 1 s behind');
  expect(result.faults).toEqual([]);
  // All would be a thousand.
  expect(result.httpMs.count).toBeLessThan(900);
});

test('a rate at which answers take too long is not sustained, where there is a limit', async () => {
  const product = await faulty({ queryableAfterMs: 100 });
  const result = await run(product, { ...options, seconds: 3, p99MaxMs: 50 });
  expect(result.shortfalls.join()).toMatch(/p99 of the second half \d+ ms, more than 50/);
  expect(result.halves.firstP95Ms).toBeGreaterThan(99);
  expect(result.slices).toHaveLength(1);
  expect(result.slices[0]?.count).toBe(result.queryableMs.count);
});

test('a long run is looked at now and then, and says how much memory there was', async () => {
  const result = await run(await faulty({}), { ...options, momentEverySeconds: 0.2 });
  expect(result.timeline.length).toBeGreaterThan(2);
  expect(result.timeline[0]?.residentMegabytes['product']).toBeGreaterThan(1);
  expect(result.minutes).toHaveLength(1);
  expect(result.minutes[0]?.cpuMicrosecondsPerEvent['product']).toBeGreaterThan(0);
  expect(result.minutes[0]?.queryableMs.p50).toBeGreaterThan(0);
});
