import { expect, test } from '@jest/globals';
import { Latencies } from './load/latencies.js';
import { outageOf } from './outage.js';

/** Markers that were due and seen at these moments. */
function seen(...markers: readonly (readonly [due: number, at: number])[]): Latencies {
  const latencies = new Latencies();
  for (const [due, at] of markers) latencies.record(at - due, due);
  return latencies;
}

test('figures are behind from the kill until the last that came later than a second', () => {
  const latencies = seen([10_000, 10_050], [19_950, 26_000], [22_000, 26_100], [25_500, 26_200], [30_000, 30_040]);
  expect(outageOf(latencies, 5_000, 20_000)).toEqual({ atSeconds: 15, worstMs: 6_050, behindMs: 6_100 });
});

test('what was slow before the kill is not charged to it', () => {
  expect(outageOf(seen([10_000, 14_000], [21_000, 21_200]), 0, 20_000)).toEqual({
    atSeconds: 20,
    worstMs: 200,
    behindMs: 0,
  });
});
