import type { Random, Weighted } from './random.js';

/** Seven ratings in ten are four or five stars. */
export const RATINGS: Weighted<number> = [
  [5, 40],
  [4, 30],
  [3, 16],
  [2, 9],
  [1, 5],
];

/**
 * The promoter score that goes with a rating: five stars are promoters (9 and 10), four are mostly an eight, three are in the
 * middle, and one or two are detractors of 4 and less.
 */
// prettier-ignore
export const SCORES_OF_RATING: Readonly<Record<number, Weighted<number>>> = {
  5: [[10, 65], [9, 35]],
  4: [[9, 25], [8, 60], [7, 15]],
  3: [[7, 25], [6, 40], [5, 35]],
  2: [[4, 40], [3, 40], [2, 20]],
  1: [[2, 25], [1, 35], [0, 40]],
};

const SAYS_SOMETHING = 0.6;

const COMMENTS: Readonly<Record<number, readonly string[]>> = {
  5: [
    'Best meal in months.',
    'The staff could not have been kinder.',
    'Everything arrived hot and fast.',
    'We will be back!',
  ],
  4: [
    'Very good, a little loud.',
    'Great food, short wait.',
    'Lovely place, parking is tight.',
    'Tasty and fairly priced.',
  ],
  3: ['It was fine.', 'Food good, service slow.', 'Portions have become smaller.', 'Average for the price.'],
  2: ['The soup was cold.', 'We waited far too long.', 'One item was missing from the order.', 'Expected better.'],
  1: [
    'The order was wrong and nobody cared.',
    'Waited an hour and left hungry.',
    'Never again.',
    'I was charged for the wrong dish.',
  ],
};

/** What one guest says. */
export interface Opinion {
  readonly rating: number;
  readonly npsScore: number;
  readonly comment: string | null;
}

export function opinion(random: Random): Opinion {
  const rating = random.pickWeighted(RATINGS);
  const npsScore = random.pickWeighted(SCORES_OF_RATING[rating] ?? []);
  const comment = random.chance(SAYS_SOMETHING) ? random.pick(COMMENTS[rating] ?? []) : null;
  return { rating, npsScore, comment };
}
