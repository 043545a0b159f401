import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Neighbouring seeds start from neighbouring states; a few draws take them apart. */
const WARM_UP_DRAWS = 8;

/** Everything a run decides by chance, from one seed: two instances with the same seed choose the same for ever. */
export class Choices {
  private readonly draws: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.draws = xoroshiro128plus(seed);
    for (let draw = 0; draw < WARM_UP_DRAWS; draw++) this.draws.next();
  }

  /** A number from 0 (included) to 1 (excluded). */
  fraction(): number {
    return uniformFloat64(this.draws);
  }

  /** Whether something happens that happens in this share of cases. */
  chance(share: number): boolean {
    return this.fraction() < share;
  }

  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return uniformInt(this.draws, least, most);
  }

  /** One of the list, which is not empty. */
  pick<Item>(list: readonly Item[]): Item {
    return list[this.integer(0, list.length - 1)]!;
  }
}
