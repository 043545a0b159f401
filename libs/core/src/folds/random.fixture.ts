/** Random choices from one seed, for tests: the same seed makes the same choices, on any machine. */
export class Choices {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A fraction in [0, 1): mulberry32 (Tommy Ettinger, public domain). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to `end` − 1. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  pick<Option>(options: readonly Option[]): Option {
    return options[this.below(options.length)]!;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  shuffled<Member>(members: readonly Member[]): Member[] {
    const all = [...members];
    for (let i = all.length - 1; i > 0; i--) {
      const other = this.below(i + 1);
      [all[i], all[other]] = [all[other]!, all[i]!];
    }
    return all;
  }
}
