import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rank, rankByKey } from './ranking.js';

const keys = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer(), fc.maxSafeInteger()), { maxLength: 200 });

/** As many different ties, in an order that has nothing to do with the keys. */
function tiesOf(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => (i % 2 === 0 ? i : 2 * count - i));
}

test('the first of a list are the beginning of the whole list sorted, however many are asked for', () => {
  fc.assert(
    fc.property(keys, fc.nat(220), (values, limit) => {
      const ties = tiesOf(values.length);
      const compare = (a: number, b: number): number => values[b]! - values[a]! || ties[a]! - ties[b]!;
      const sorted = values.map((_, i) => i).toSorted(compare);
      expect([...rank(values.length, compare, limit)]).toEqual(sorted.slice(0, limit));
      expect([...rank(values.length, compare)]).toEqual(sorted);
      expect([...rankByKey(Float64Array.from(values), ties, limit)]).toEqual(sorted.slice(0, limit));
    }),
  );
});

test('keys and ties of any size that is exact are sorted as one number', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), { maxLength: 200 }),
      fc.nat(4_000),
      (values, spread) => {
        const ties = Int32Array.from(values, (_, i) => (values.length - i) * (spread + 1));
        const sorted = values.map((_, i) => i).toSorted((a, b) => values[b]! - values[a]! || ties[a]! - ties[b]!);
        expect([...rankByKey(Float64Array.from(values), ties)]).toEqual(sorted);
      },
    ),
  );
});
