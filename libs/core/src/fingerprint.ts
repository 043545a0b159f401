/**
 * Σ h64(event) mod 2⁶⁴ over the events a row is made of: order does not matter, and what was added can be taken back.
 * Kept as two unsigned 32-bit halves.
 */
import type { Hash64 } from './hash.js';

export class Fingerprint {
  hi = 0;
  lo = 0;

  add(hash: Hash64): void {
    const low = this.lo + hash.lo;
    const carry = low > 0xffffffff ? 1 : 0;
    this.lo = low >>> 0;
    this.hi = (this.hi + hash.hi + carry) >>> 0;
  }

  subtract(hash: Hash64): void {
    const borrow = this.lo < hash.lo ? 1 : 0;
    this.lo = (this.lo - hash.lo) >>> 0;
    this.hi = (this.hi - hash.hi - borrow) >>> 0;
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    const { hi, lo } = this;
    return HEX[hi >>> 16]! + HEX[hi & 0xffff]! + HEX[lo >>> 16]! + HEX[lo & 0xffff]!;
  }

  static parse(text: string): Fingerprint {
    const fingerprint = new Fingerprint();
    fingerprint.hi = Number.parseInt(text.slice(0, 8), 16);
    fingerprint.lo = Number.parseInt(text.slice(8), 16);
    return fingerprint;
  }
}

/** The four digits of every 16-bit number: fingerprints are written millions of times. */
const HEX = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, '0'));
