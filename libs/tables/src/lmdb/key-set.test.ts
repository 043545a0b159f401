import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KeySet } from './key-set.js';
import { SortedRuns } from './sorted-runs.js';

const bytes = fc.uint8Array({ maxLength: 9 }).map((key) => Buffer.from(key));
/** Short keys of few different bytes, many of which are the same or begin alike. */
const alike = fc.array(fc.constantFrom(0, 1, 255), { maxLength: 6 }).map((key) => Buffer.from(key));
const keysOf = (key: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer[]> => fc.array(key, { maxLength: 200 });

test('keys compare as their bytes do, and come back', () => {
  const into = Buffer.alloc(12);
  fc.assert(
    fc.property(fc.oneof(bytes, alike), fc.oneof(bytes, alike), (a, b) => {
      const keys = new KeySet();
      const [first, second] = [keys.note(a, a.length), keys.note(b, b.length)];
      expect(Math.sign(keys.compare(first, second))).toBe(a.compare(b));
      expect(into.subarray(0, keys.copyTo(first, into))).toEqual(a);
      expect(into.subarray(0, keys.copyTo(second, into))).toEqual(b);
    }),
  );
});

test('a key is held once, found while it is held, and gone when all are cleared', () => {
  const keys = new KeySet();
  fc.assert(
    fc.property(fc.oneof(keysOf(bytes), keysOf(alike)), alike, (some, other) => {
      keys.clear();
      const expected = new Map<string, number>();
      for (const key of some) {
        const number = keys.note(key, key.length);
        const name = key.toString('latin1');
        expect(keys.hold(number)).toBe(expected.get(name) ?? number);
        if (!expected.has(name)) expected.set(name, number);
      }
      for (const key of [...some, other]) expect(keys.find(key)).toBe(expected.get(key.toString('latin1')) ?? -1);
      expect(keys.count).toBe(some.length);
    }),
  );
});

test('many keys are found, and what was noted and forgotten is not', () => {
  const keys = new KeySet();
  const keyOf = (n: number): Buffer => Buffer.from(`key ${n} `.repeat(1 + (Math.abs(n) % 20)));
  const numbers = Array.from({ length: 20_000 }, (_, n) => n);
  const held = numbers.map((n) => {
    if (n % 100 === 0) keys.forgetFrom(keys.note(keyOf(-n - 1), keyOf(-n - 1).length));
    return keys.hold(keys.note(keyOf(n), keyOf(n).length));
  });
  expect(held).toEqual(numbers);
  expect(numbers.map((n) => keys.find(keyOf(n)))).toEqual(numbers);
  expect(numbers.every((n) => keys.find(keyOf(-n - 1)) === -1)).toBe(true);
});

test('runs are in order at any time, whole and between two keys', () => {
  const keys = new KeySet();
  const runs = new SortedRuns(keys);
  const counts = fc.oneof(fc.nat(40), fc.nat(1_000), fc.integer({ min: 4_000, max: 9_000 }));
  fc.assert(
    fc.property(counts, fc.nat(9_999), fc.nat(9_999), fc.nat(9_000), (count, from, before, alsoAt) => {
      keys.clear();
      runs.clear();
      const add = (name: string): number => keys.note(Buffer.from(name), name.length);
      const names: string[] = [];
      for (let n = 0; n < count; n += 1) {
        names.push(`${(n * 7_919) % 10_007}`.padStart(5, '0'));
        runs.add(add(names[n] as string));
        if (n === alsoAt && runs.all().length !== n + 1) throw new Error('one is missing');
      }
      const [lower, upper] = [from, before].map((n) => `${n}`.padStart(5, '0')) as [string, string];
      const ordered = names.toSorted();
      const found = runs.between(add(lower), add(upper)).map((number) => names[number]);
      expect(found).toEqual(ordered.filter((name) => name >= lower && name < upper));
      expect([...runs.all()].map((number) => names[number])).toEqual(ordered);
      expect(runs.count).toBe(count);
    }),
    { numRuns: 40 },
  );
});
