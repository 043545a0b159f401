import { expect, test } from '@jest/globals';
import { Latencies } from './latencies.js';

test('percentiles are values that were measured, by nearest rank', () => {
  const latencies = new Latencies();
  for (let value = 2_000; value >= 1; value--) latencies.record(value);
  expect(latencies.summary()).toEqual({ count: 2_000, p50: 1_000, p95: 1_900, p99: 1_980, max: 2_000 });
  expect(latencies.summary(1_999)).toEqual({ count: 1, p50: 1, p95: 1, p99: 1, max: 1 });
});

test('those of a stretch of time are the ones that were due in it', () => {
  const latencies = new Latencies();
  for (let value = 1; value <= 2_000; value++) latencies.record(value, value * 10);
  expect(latencies.dueBetween(100, 200)).toEqual({ count: 10, p50: 14, p95: 19, p99: 19, max: 19 });
  expect(latencies.summary().max).toBe(2_000);
});

test('where nothing was measured there is no number', () => {
  expect(new Latencies().summary().p99).toBeNaN();
});
