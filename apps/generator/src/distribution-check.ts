import type { Weighted } from './random.js';

/**
 * Whether counts can come from these weights: the chi-square statistic in standard deviations above its mean. Below 5 they can;
 * a weight that is wrong by a tenth is far above with a few thousand draws.
 */
export function surprise<T>(counts: ReadonlyMap<T, number>, weights: Weighted<T>): number {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const totalWeight = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const unexpected = [...counts.keys()].filter((value) => !weights.some(([known]) => known === value));
  if (unexpected.length > 0) return Infinity;
  const statistic = weights.reduce((sum, [value, weight]) => {
    const expected = (total * weight) / totalWeight;
    return sum + ((counts.get(value) ?? 0) - expected) ** 2 / expected;
  }, 0);
  const freedom = weights.length - 1;
  return (statistic - freedom) / Math.sqrt(2 * freedom);
}

/** How many standard deviations a number of successes is from what the probability lets expect. */
export function deviation(successes: number, trials: number, probability: number): number {
  return Math.abs(successes - trials * probability) / Math.sqrt(trials * probability * (1 - probability));
}

/** How often each value comes up. */
export function countBy<Item, Value>(items: Iterable<Item>, valueOf: (item: Item) => Value): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const item of items) {
    const value = valueOf(item);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/** An amount of an event in whole cents; fails where it has more than two decimals. */
export function cents(amount: number): number {
  const text = JSON.stringify(amount);
  if (!/^\d+(\.\d{1,2})?$/.test(text)) throw new Error(`${text} is not an amount of money.`);
  const [whole = '', decimals = ''] = text.split('.');
  return Number(whole) * 100 + Number(decimals.padEnd(2, '0'));
}
