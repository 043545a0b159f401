/** The bench on the product itself, as briefly as its books can be read. */
import { expect, test } from '@jest/globals';
import { LITTLE_LOAD } from '../run.fixture.js';
import { run } from '../run.js';
import { startStandalone } from './standalone.js';

test('a short mixed load on the standalone program closes the books and times the way to the answer', async () => {
  const product = await startStandalone({ tenants: 1, partitions: undefined, profileDirectory: undefined });
  try {
    const result = await run(product, {
      ...LITTLE_LOAD,
      rate: 500,
      warmupSeconds: 0.5,
      seconds: 1.5,
      batch: 'mixed',
      locations: 100,
      markersPerSecond: 10,
    });
    expect(result.faults).toEqual([]);
    expect(result.markers.lost).toBe(0);
    expect(result.queryableMs.count).toBeGreaterThan(5);
    expect(result.usage.map(({ role }) => role)).toEqual(['standalone', 'generator']);
    expect(result.usage[0]?.writtenBytesPerEvent).toBeGreaterThan(100);
  } finally {
    await product.stop();
  }
}, 60_000);
