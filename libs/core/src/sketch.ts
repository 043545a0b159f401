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

const NONE: EncodedSketch = [];

export class Sketch {
  /** Made with the first sample: most sketches never get one, and an empty Map costs more than everything else here. */
  private bins: Map<number, number> | undefined;

  /** Adds `count` samples of `value`; a negative count takes them back. */
  add(value: number, count: number): void {
    const bin = value <= SMALLEST ? ZERO_BIN : Math.ceil(Math.log(value) / LOG_GAMMA);
    this.addToBin(bin, count);
  }

  merge(encoded: EncodedSketch): void {
    for (let i = 0; i < encoded.length; i += 2) this.addToBin(encoded[i]!, encoded[i + 1]!);
  }

  encode(): EncodedSketch {
    if (this.bins === undefined) return NONE;
    const encoded: number[] = [];
    for (const [bin, count] of [...this.bins].sort(([a], [b]) => a - b)) encoded.push(bin, count);
    return encoded;
  }

  get samples(): number {
    let sum = 0;
    if (this.bins !== undefined) for (const count of this.bins.values()) sum += count;
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
    this.bins ??= new Map();
    const sum = (this.bins.get(bin) ?? 0) + count;
    if (sum === 0) this.bins.delete(bin);
    else this.bins.set(bin, sum);
  }
}

/** The point of the bin whose relative distance to both borders is the same. */
export function valueOfBin(bin: number): number {
  return bin <= ZERO_BIN ? 0 : (2 * GAMMA ** bin) / (GAMMA + 1);
}
