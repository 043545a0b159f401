/** Sets of whole numbers as sorted ranges, for numbers that are missing from a sequence. */

/** From and to, both included. */
export type NumberRange = readonly [from: number, to: number];

/** Ranges kept in one row; of more, the lowest are let go of and only counted. */
export const NUMBER_RANGES_MAX = 200;

export class NumberRanges {
  private readonly ranges: [from: number, to: number][];

  /** @param ranges sorted, without overlaps */
  constructor(ranges: readonly NumberRange[] = []) {
    this.ranges = ranges.map(([from, to]) => [from, to]);
  }

  /** How many numbers are in the set. */
  get count(): number {
    return countOf(this.ranges);
  }

  has(number: number): boolean {
    return this.ranges.some(([from, to]) => from <= number && number <= to);
  }

  /** Adds the numbers from `from` to `to`; some of them may be in the set already. */
  add(from: number, to: number): void {
    const first = this.ranges.findIndex((range) => range[1] >= from - 1);
    if (first < 0) {
      this.ranges.push([from, to]);
      return;
    }
    let end = first;
    const joined: [number, number] = [from, to];
    while (end < this.ranges.length && this.ranges[end]![0] <= to + 1) {
      joined[0] = Math.min(joined[0], this.ranges[end]![0]);
      joined[1] = Math.max(joined[1], this.ranges[end]![1]);
      end++;
    }
    this.ranges.splice(first, end - first, joined);
  }

  /** Takes one number out; answers whether it was in the set. */
  remove(number: number): boolean {
    return this.take(number, number).length > 0;
  }

  /** Takes every number from `from` to `to` out; answers those that were in the set. */
  take(from: number, to: number): NumberRange[] {
    const taken: NumberRange[] = [];
    const kept: [number, number][] = [];
    for (const [begin, end] of this.ranges) {
      if (end < from || begin > to) {
        kept.push([begin, end]);
        continue;
      }
      taken.push([Math.max(begin, from), Math.min(end, to)]);
      if (begin < from) kept.push([begin, from - 1]);
      if (end > to) kept.push([to + 1, end]);
    }
    this.ranges.splice(0, this.ranges.length, ...kept);
    return taken;
  }

  /** Lets go of the lowest ranges beyond NUMBER_RANGES_MAX; answers how many numbers that were. */
  limit(): number {
    const beyond = this.ranges.length - NUMBER_RANGES_MAX;
    return beyond <= 0 ? 0 : countOf(this.ranges.splice(0, beyond));
  }

  toJSON(): NumberRange[] {
    return this.ranges.map(([from, to]) => [from, to]);
  }
}

/** How many numbers are in the ranges, which do not overlap. */
export function countOf(ranges: readonly NumberRange[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}
