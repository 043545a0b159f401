/**
 * A Bloom filter of the orders that may have rows (B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors",
 * CACM 13 (7), 1970). It never misses one that was added; one that was not is taken to be held now and then, which costs a read.
 *
 * The bits of an order are hi + i·lo of its 64-bit hash (A. Kirsch, M. Mitzenmacher, "Less hashing, same performance", ESA 2006).
 */

/** The number of bits that are best set for each order when there are six of them for it: k = 6 · ln 2. */
const BITS_SET = 4;

/** With more of its bits set a filter says "may hold" of every second order, and is worth nothing. */
export const FILTER_SHARE_MAX = 0.84;

export class KnownOrders {
  private readonly words: Int32Array;
  private readonly mask: number;
  private set = 0;

  /** @param bytes rounded down to a power of two, and between 8 and 2²⁸ */
  constructor(bytes: number) {
    const rounded = 2 ** Math.floor(Math.log2(Math.min(2 ** 28, Math.max(8, bytes))));
    this.words = new Int32Array(rounded / 4);
    this.mask = rounded * 8 - 1;
  }

  add(hi: number, lo: number): void {
    for (let i = 0; i < BITS_SET; i++) {
      const bit = (hi + Math.imul(i, lo | 1)) & this.mask;
      const word = bit >>> 5;
      const flag = 1 << (bit & 31);
      if ((this.words[word]! & flag) === 0) this.set++;
      this.words[word]! |= flag;
    }
  }

  mayHold(hi: number, lo: number): boolean {
    for (let i = 0; i < BITS_SET; i++) {
      const bit = (hi + Math.imul(i, lo | 1)) & this.mask;
      if ((this.words[bit >>> 5]! & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }

  /** The share of its bits that are set, 0 … 1. */
  get share(): number {
    return this.set / (this.mask + 1);
  }
}
