import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addHash, fingerprintOf, NO_FINGERPRINT, parseFingerprint, subtractHash } from './fingerprint.js';

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
        const fingerprint = [...NO_FINGERPRINT];
        let sum = 0n;
        for (let i = 0; i < Math.max(added.length, taken.length); i++) {
          if (added[i] !== undefined) {
            addHash(fingerprint, added[i]!);
            sum += valueOf(added[i]!);
          }
          if (taken[i] !== undefined) {
            subtractHash(fingerprint, taken[i]!);
            sum -= valueOf(taken[i]!);
          }
        }
        expect(fingerprintOf(fingerprint)).toBe(textOf(sum));
      }),
    );
  });

  test('is nothing again when everything was taken back, in any order', () => {
    fc.assert(
      fc.property(hashes, (all) => {
        const fingerprint = [...NO_FINGERPRINT];
        for (const hash of all) addHash(fingerprint, hash);
        for (const hash of all.toReversed()) subtractHash(fingerprint, hash);
        expect(fingerprintOf(fingerprint)).toBe('0000000000000000');
      }),
    );
  });

  test('is read back from its text', () => {
    fc.assert(
      fc.property(half, half, (hi, lo) => {
        const fingerprint = [...NO_FINGERPRINT];
        addHash(fingerprint, { hi, lo });
        expect(parseFingerprint(fingerprintOf(fingerprint))).toEqual([hi, lo]);
      }),
    );
  });
});
