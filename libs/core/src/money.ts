/**
 * Money is whole minor units (cents). Senders write decimals; these functions go there and back without ever rounding
 * a cent away: a value that is not a whole number of cents is refused, not rounded.
 */

/** The largest amount an event may carry, either side of zero: 100,000,000.00. */
export const AMOUNT_MAX_MINOR = 10_000_000_000;

/** Why a value is no amount. The codes are those of the catalogue of rejections. */
export type AmountFault = 'wrong_type' | 'invalid_amount' | 'amount_precision' | 'amount_out_of_range';

/**
 * How far from a whole cent a number may lie, in major units. Terminals that add in floating point send 9.990000000001 for 9.99;
 * nobody means a ten-thousandth of a cent.
 */
const FLOAT_NOISE = 0.000001;

const DECIMAL = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * Minor units of a decimal amount: a JSON number, or a string of digits with an optional sign and decimal point.
 * No currency signs, thousands separators or exponents in strings: `1,234` means two things to two people.
 */
export function toMinor(value: unknown): number | AmountFault {
  if (typeof value === 'number') return numberToMinor(value);
  if (typeof value !== 'string') return 'wrong_type';
  // A decimal string is read as the nearest number, which below the largest amount tells every cent apart.
  return value.length <= 40 && DECIMAL.test(value) ? numberToMinor(Number(value)) : 'invalid_amount';
}

function numberToMinor(major: number): number | AmountFault {
  const minor = Math.round(major * 100);
  if (!(minor >= -AMOUNT_MAX_MINOR && minor <= AMOUNT_MAX_MINOR)) {
    return Number.isNaN(minor) ? 'invalid_amount' : 'amount_out_of_range';
  }
  // A quotient of integers is rounded once, exactly as a decimal is when it is read: so equality means "written with two decimals".
  if (minor / 100 === major || Math.abs(major - minor / 100) <= FLOAT_NOISE) return minor + 0;
  return 'amount_precision';
}

/**
 * Major units as a JSON number: 6555 → 65.55. It is written with at most two decimals and is exact to the cent for sums up to
 * 10 trillion (10^15 minor units); beyond that use `minorToText`.
 */
export function minorToMajor(minor: number): number {
  return minor / 100;
}

/** Major units as text with exactly two decimals: 6550 → `65.50`. Exact for every safe integer. */
export function minorToText(minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
