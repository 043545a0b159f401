import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AMOUNT_MAX_MINOR, minorToMajor, minorToText, toMinor } from './money.js';

const cents = fc.integer({ min: -AMOUNT_MAX_MINOR, max: AMOUNT_MAX_MINOR });

/** Two-decimal text by whole-number arithmetic alone: what the functions are held against. */
function decimal(minor: bigint): string {
  const size = minor < 0n ? -minor : minor;
  return `${minor < 0n ? '-' : ''}${size / 100n}.${String(size % 100n).padStart(2, '0')}`;
}

describe('reading amounts', () => {
  test('every amount of whole cents is read exactly, as JSON number and as text', () => {
    fc.assert(
      fc.property(cents, (minor) => {
        const text = decimal(BigInt(minor));
        expect(toMinor(text)).toBe(minor);
        expect(toMinor(JSON.parse(text))).toBe(minor);
        expect(toMinor(minorToMajor(minor))).toBe(minor);
      }),
      { numRuns: 2_000 },
    );
  });

  test('the amounts around the largest are all told apart', () => {
    for (let minor = AMOUNT_MAX_MINOR - 2_000; minor <= AMOUNT_MAX_MINOR; minor += 1) {
      expect(toMinor(decimal(BigInt(minor)))).toBe(minor);
      expect(toMinor(JSON.parse(decimal(BigInt(-minor))))).toBe(-minor);
    }
  });

  test('sums that a terminal made in floating point are read as the cents they mean', () => {
    expect(toMinor(0.1 + 0.2)).toBe(30);
    expect(toMinor(9.990000000001)).toBe(999);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 50 }), (prices) => {
        const sum = prices.reduce((total, price) => total + price / 100, 0);
        expect(toMinor(sum)).toBe(prices.reduce((total, price) => total + price, 0));
      }),
    );
  });

  test('a part of a cent is refused and never rounded', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 9 }), (minor, thousandths) => {
        const text = `${decimal(BigInt(minor))}${thousandths}`;
        expect(toMinor(text)).toBe('amount_precision');
        expect(toMinor(Number(text))).toBe('amount_precision');
      }),
    );
    expect(toMinor(10.005)).toBe('amount_precision');
  });

  test.each([
    [18.99, 1_899],
    [4.58, 458],
    [1.005e3, 100_500],
    [1e3, 100_000],
    ['18.99', 1_899],
    ['18.9', 1_890],
    ['18', 1_800],
    ['18.9900', 1_899],
    ['+5', 500],
    ['-3.00', -300],
    ['000.01', 1],
  ])('%p is %d cents', (written, minor) => {
    expect(toMinor(written)).toBe(minor);
  });

  test('zero has no sign', () => {
    expect(Object.is(toMinor(-0), 0)).toBe(true);
    expect(Object.is(toMinor('-0.00'), 0)).toBe(true);
    expect(Object.is(toMinor(-0.0000001), 0)).toBe(true);
  });

  test.each([
    ['1,234.00', 'invalid_amount'],
    ['$5', 'invalid_amount'],
    ['1e3', 'invalid_amount'],
    ['.5', 'invalid_amount'],
    ['5.', 'invalid_amount'],
    ['', 'invalid_amount'],
    [' 5', 'invalid_amount'],
    ['5\n', 'invalid_amount'],
    ['0x10', 'invalid_amount'],
    ['1'.repeat(50), 'invalid_amount'],
    [Number.NaN, 'invalid_amount'],
    [Number.POSITIVE_INFINITY, 'amount_out_of_range'],
    [100_000_000.01, 'amount_out_of_range'],
    ['-100000000.01', 'amount_out_of_range'],
    [1e300, 'amount_out_of_range'],
    [true, 'wrong_type'],
    [null, 'wrong_type'],
    [[5], 'wrong_type'],
    [{}, 'wrong_type'],
    [5n, 'wrong_type'],
  ])('%p is refused as %s', (written, fault) => {
    expect(toMinor(written)).toBe(fault);
  });
});

describe('writing amounts', () => {
  test('text has two decimals and is exact for every safe integer', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (minor) => {
        expect(minorToText(minor)).toBe(decimal(BigInt(minor)));
      }),
    );
    expect(minorToText(0)).toBe('0.00');
    expect(minorToText(-5)).toBe('-0.05');
  });

  test('a JSON number is exact to the cent up to ten trillion', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e15, max: 1e15 }), (minor) => {
        const [units, fraction = ''] = JSON.stringify(minorToMajor(minor)).split('.');
        expect(fraction.length).toBeLessThanOrEqual(2);
        expect(BigInt(`${units}${fraction.padEnd(2, '0')}`)).toBe(BigInt(minor));
      }),
    );
  });
});
