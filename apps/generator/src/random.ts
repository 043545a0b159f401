import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const LOWER_CASE_AND_DIGITS = 'abcdefghjkmnpqrstuvwxyz023456789';
const WARM_UP_DRAWS = 16;

/** Something with the share of draws in which it should come up. Shares need not sum to one. */
export type Weighted<T> = readonly (readonly [value: T, weight: number])[];

/**
 * All randomness of the generator. Two instances from the same seed give the same values for ever, so a stream of events is
 * a function of its seed and options, and a failing test can be run again.
 */
export class Random {
  readonly #seed: number;
  readonly #draws: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#seed = seed;
    this.#draws = xoroshiro128plus(seed);
    // Neighbouring seeds start from neighbouring states; a few draws take them apart.
    for (let draw = 0; draw < WARM_UP_DRAWS; draw++) this.#draws.next();
  }

  /**
   * An independent stream, named. What draws from one stream cannot shift another: with and without faults the same parties
   * eat the same meals. Does not depend on how much has been drawn already.
   */
  fork(...names: readonly (string | number)[]): Random {
    return new Random(hash32(`${this.#seed}/${names.join('/')}`));
  }

  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return uniformInt(this.#draws, least, most);
  }

  /** A number from 0 (included) to 1 (excluded). */
  fraction(): number {
    return uniformFloat64(this.#draws);
  }

  /** True with this probability. Always draws once, so that changing one probability leaves the rest of a stream alone. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Time until the next of events that come at random with this mean distance. */
  exponential(mean: number): number {
    return -Math.log(1 - this.fraction()) * mean;
  }

  /** A whole number from `least` to `most` that is more often near the middle: the mean of two draws. */
  central(least: number, most: number): number {
    return Math.round((this.integer(least, most) + this.integer(least, most)) / 2);
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.integer(0, values.length - 1)];
    if (value === undefined) throw new Error('Nothing to pick from.');
    return value;
  }

  pickWeighted<T>(choices: Weighted<T>): T {
    let total = 0;
    for (const choice of choices) total += choice[1];
    let left = this.fraction() * total;
    for (const choice of choices) {
      left -= choice[1];
      if (left < 0) return choice[0];
    }
    // Rounding can leave a hair's breadth after the last choice.
    const last = choices.at(-1);
    if (last === undefined) throw new Error('Nothing to pick from.');
    return last[0];
  }

  /** A prefix and 16 letters or digits, 80 bits: two events of the same name are not to be expected in any run. */
  identifier(prefix: string): string {
    let text = prefix;
    for (let draw = 0; draw < 3; draw++) {
      const bits = this.#bits32();
      for (let shift = 0; shift < 30 && text.length < prefix.length + 16; shift += 5) {
        text += LOWER_CASE_AND_DIGITS.charAt((bits >>> shift) & 31);
      }
    }
    return text;
  }

  /** A UUID of version 4. */
  uuid(): string {
    const [one, two, three, four] = [this.#bits32(), this.#bits32(), this.#bits32(), this.#bits32()] as const;
    const versioned = (two & 0xffff0fff) | 0x4000;
    const variant = (three & 0x3fffffff) | 0x80000000;
    return `${pair(one >>> 16)}${pair(one)}-${pair(versioned >>> 16)}-${pair(versioned)}-${pair(variant >>> 16)}-${pair(variant)}${pair(four >>> 16)}${pair(four)}`;
  }

  #bits32(): number {
    return this.#draws.next();
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The lower 16 bits as four hexadecimal digits. */
function pair(bits: number): string {
  return `${HEX[(bits >>> 8) & 0xff]}${HEX[bits & 0xff]}`;
}

/** FNV-1a with a final mix, as a signed 32-bit number. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
