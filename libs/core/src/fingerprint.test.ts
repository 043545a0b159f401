import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Fingerprint } from './fingerprint.js';

const half = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff),
);
const hashes = fc.array(fc.record({ hi: half, lo: half }), { maxLength: 40 });
const MODULUS = 2n ** 64n;

const valueOf = ({ hi, lo }: { hi: number; lo: number }): bigint => (BigInt(hi) << 32n) + BigInt(lo);
const textOf = (value: bigint): string => (((value % MODULUS) + MODULUS) % MODULUS).toString(16).padStart(16, '0');

describe('a fingerprint', () => {
  test('is the sum of hashes modulo 2⁶⁴, less those taken back', () => {
    fc.assert(
      fc.property(hashes, hashes, (added, taken) => {
        const fingerprint = new Fingerprint();
        let sum = 0n;
        for (let i = 0; i < Math.max(added.length, taken.length); i++) {
          if (added[i] !== undefined) {
            fingerprint.add(added[i]!);
            sum += valueOf(added[i]!);
          }
          if (taken[i] !== undefined) {
            fingerprint.subtract(taken[i]!);
            sum -= valueOf(taken[i]!);
          }
        }
        expect(fingerprint.toString()).toBe(textOf(sum));
      }),
    );
  });

  test('is nothing again when everything was taken back, in any order', () => {
    fc.assert(
      fc.property(hashes, (all) => {
        const fingerprint = new Fingerprint();
        for (const hash of all) fingerprint.add(hash);
        for (const hash of all.toReversed()) fingerprint.subtract(hash);
        expect(fingerprint.toString()).toBe('0000000000000000');
      }),
    );
  });

  test('is read back from its text', () => {
    fc.assert(
      fc.property(half, half, (hi, lo) => {
        const fingerprint = new Fingerprint();
        fingerprint.add({ hi, lo });
        const read = Fingerprint.parse(fingerprint.toString());
        expect([read.hi, read.lo]).toEqual([hi, lo]);
      }),
    );
  });
});
