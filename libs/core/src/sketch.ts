/**
 * A quantile sketch with a bounded relative error, from which samples can also be taken back.
 *
 * DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB
 * 2019): a value v > 0 falls into bin ⌈log_γ v⌉ with γ = (1 + α) / (1 − α), and a bin answers for its values with a relative
 * error of at most α. Counts are kept per bin and nothing is collapsed, so that merging and subtracting are exact and the
 * order of the samples does not matter. That is why it is not a t-digest.
 */

/** α: percentiles are within 1 % of the true sample. */
export const RELATIVE_ACCURACY = 0.01;

const GAMMA = (1 + RELATIVE_ACCURACY) / (1 - RELATIVE_ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
/** Values at or below this (in the sketch's unit) count as zero. */
const SMALLEST = 1e-3;
const ZERO_BIN = Math.ceil(Math.log(SMALLEST) / LOG_GAMMA) - 1;

/** Bins in ascending order, flat: [bin, count, bin, count, …]. What is stored and sent. */
export type EncodedSketch = readonly number[];

const NONE: number[] = [];

/** In memory, as measured: a sketch besides its bins, and a number of those, with some room. */
const SKETCH_BYTES = 136;
const NUMBER_BYTES = 12;

export class Sketch {
  /** As it is encoded. What was given away by `encode` is never changed: the next sample goes to a copy. */
  private bins: number[] = NONE;
  private isGivenAway = true;

  /** Adds `count` samples of `value`; a negative count takes them back. */
  add(value: number, count: number): void {
    // A logarithm between −1 and 0 is rounded up to −0.
    const bin = value <= SMALLEST ? ZERO_BIN : Math.ceil(Math.log(value) / LOG_GAMMA) + 0;
    this.addToBin(bin, count);
  }

  merge(encoded: EncodedSketch): void {
    for (let i = 0; i < encoded.length; i += 2) this.addToBin(encoded[i]!, encoded[i + 1]!);
  }

  encode(): EncodedSketch {
    this.isGivenAway = true;
    return this.bins;
  }

  /** Roughly how much memory it takes. */
  get bytes(): number {
    return SKETCH_BYTES + this.bins.length * NUMBER_BYTES;
  }

  get samples(): number {
    const { bins } = this;
    let sum = 0;
    for (let i = 1; i < bins.length; i += 2) sum += bins[i]!;
    return sum;
  }

  /** The value at nearest rank ⌈q·n⌉, within RELATIVE_ACCURACY; null without samples. */
  quantile(q: number): number | null {
    const samples = this.samples;
    if (samples <= 0) return null;
    const rank = Math.max(1, Math.ceil(q * samples));
    const encoded = this.encode();
    let seen = 0;
    for (let i = 0; i < encoded.length; i += 2) {
      seen += encoded[i + 1]!;
      if (seen >= rank) return valueOfBin(encoded[i]!);
    }
    return null;
  }

  static decode(encoded: EncodedSketch): Sketch {
    const sketch = new Sketch();
    sketch.merge(encoded);
    return sketch;
  }

  private addToBin(bin: number, count: number): void {
    const at = pairAt(this.bins, bin);
    const isKnown = this.bins[at] === bin;
    const sum = (isKnown ? this.bins[at + 1]! : 0) + count;
    if (!isKnown && sum === 0) return;
    if (this.isGivenAway) {
      this.bins = this.bins.slice();
      this.isGivenAway = false;
    }
    if (!isKnown) this.bins.splice(at, 0, bin, sum);
    else if (sum === 0) this.bins.splice(at, 2);
    else this.bins[at + 1] = sum;
  }
}

/** Where the first bin stands that is not below the given one. */
function pairAt(bins: EncodedSketch, bin: number): number {
  let low = 0;
  let high = bins.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bins[middle * 2]! < bin) low = middle + 1;
    else high = middle;
  }
  return low * 2;
}

/** The point of the bin whose relative distance to both borders is the same. */
export function valueOfBin(bin: number): number {
  return bin <= ZERO_BIN ? 0 : (2 * GAMMA ** bin) / (GAMMA + 1);
}
