/**
 * Σ h64(event) mod 2⁶⁴ over the events a row is made of: order does not matter, and what was added can be taken back.
 *
 * It is kept as two unsigned 32-bit halves, the higher first, at the beginning of an array that may hold other numbers
 * behind them.
 */
import type { Hash64 } from './hash.js';

/** The fingerprint of no events. */
export const NO_FINGERPRINT: readonly number[] = [0, 0];
const HI = 0;
const LO = 1;

export function addHash(numbers: number[], { hi, lo }: Hash64): void {
  const low = numbers[LO]! + lo;
  const carry = low > 0xffffffff ? 1 : 0;
  numbers[LO] = low >>> 0;
  numbers[HI] = (numbers[HI]! + hi + carry) >>> 0;
}

export function subtractHash(numbers: number[], { hi, lo }: Hash64): void {
  const borrow = numbers[LO]! < lo ? 1 : 0;
  numbers[LO] = (numbers[LO]! - lo) >>> 0;
  numbers[HI] = (numbers[HI]! - hi - borrow) >>> 0;
}

/** Sixteen hexadecimal digits. */
export function fingerprintOf(numbers: readonly number[]): string {
  const hi = numbers[HI]!;
  const lo = numbers[LO]!;
  return HEX[hi >>> 16]! + HEX[hi & 0xffff]! + HEX[lo >>> 16]! + HEX[lo & 0xffff]!;
}

export function parseFingerprint(text: string): [hi: number, lo: number] {
  return [Number.parseInt(text.slice(0, 8), 16), Number.parseInt(text.slice(8), 16)];
}

/** The four digits of every 16-bit number: fingerprints are written millions of times. */
const HEX = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, '0'));
