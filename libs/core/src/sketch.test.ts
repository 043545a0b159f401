import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RELATIVE_ACCURACY, Sketch } from './sketch.js';

const minutes = fc.oneof(
  fc.double({ min: 0.01, max: 1_440, noNaN: true }),
  fc.integer({ min: 0, max: 360 }),
  fc.constantFrom(0, 0.0005, 0.001, 0.0011, 1, 1.01 / 0.99, (1.01 / 0.99) ** 100),
);
const samples = fc.array(minutes, { minLength: 1, maxLength: 200 });

function sketchOf(values: readonly number[]): Sketch {
  const sketch = new Sketch();
  for (const value of values) sketch.add(value, 1);
  return sketch;
}

describe('a sketch', () => {
  test('answers within its accuracy of the sample at the nearest rank', () => {
    fc.assert(
      fc.property(samples, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1]!;
        const answer = sketchOf(values).quantile(q)!;
        // A thousandth of a minute counts as no time; beyond it only rounding may be added to the accuracy.
        if (exact <= 0.001) expect(answer).toBe(0);
        else expect(Math.abs(answer - exact) / exact).toBeLessThanOrEqual(RELATIVE_ACCURACY + 1e-9);
      }),
      { numRuns: 500 },
    );
  });

  test('is empty again once every sample was taken back, and answers nothing', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const sketch = sketchOf(values);
        for (const value of values.toReversed()) sketch.add(value, -1);
        expect(sketch.encode()).toEqual([]);
        expect(sketch.samples).toBe(0);
        expect(sketch.quantile(0.5)).toBeNull();
      }),
    );
  });

  test('does not depend on the order of samples, nor on how they were split and merged', () => {
    fc.assert(
      fc.property(fc.array(samples, { maxLength: 5 }), (groups) => {
        const whole = sketchOf(groups.flat()).encode();
        const merged = new Sketch();
        for (const group of groups.toReversed()) merged.merge(sketchOf(group.toReversed()).encode());
        expect(merged.encode()).toEqual(whole);
        expect(Sketch.decode(whole).encode()).toEqual(whole);
        expect(merged.samples).toBe(groups.flat().length);
      }),
    );
  });

  test('is written in ascending bins, without empty ones', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const encoded = sketchOf(values).encode();
        for (let i = 0; i < encoded.length; i += 2) {
          if (i > 0) expect(encoded[i]!).toBeGreaterThan(encoded[i - 2]!);
          expect(encoded[i + 1]!).toBeGreaterThan(0);
        }
      }),
    );
  });

  test('stays what it was: rows on disk depend on its bins', () => {
    expect(sketchOf([0, 0.5, 1, 12, 12, 90]).encode()).toEqual([-346, 1, -34, 1, 0, 1, 125, 2, 225, 1]);
  });
});
