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

/**
 * The first few items that break a rule. Comparing the result with an empty list names the culprits, and costs far less than an
 * expectation for each of many thousand items.
 */
export function breaking<Item>(items: Iterable<Item>, rule: (item: Item) => boolean): Item[] {
  const culprits: Item[] = [];
  for (const item of items) if (culprits.length < 3 && !rule(item)) culprits.push(item);
  return culprits;
}

/** The least and the most of any number of numbers. */
export function range(values: Iterable<number>): { least: number; most: number } {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { least, most };
}

/** An amount of an event in whole cents; fails where it has more than two decimals. */
export function cents(amount: number): number {
  const text = JSON.stringify(amount);
  if (!/^\d+(\.\d{1,2})?$/.test(text)) throw new Error(`${text} is not an amount of money.`);
  const [whole = '', decimals = ''] = text.split('.');
  return Number(whole) * 100 + Number(decimals.padEnd(2, '0'));
}
