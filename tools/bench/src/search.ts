/** The highest rate that is sustained: upwards in steps until one is not, then halving the distance. Each step on a product of its own. */
import { startProduct } from './product.js';
import { run, type RunOptions, type RunResult } from './run.js';

const growth = 1.5;
const halvings = 3;
const rateMax = 2_000_000;

export async function search(first: RunOptions, onResult: (result: RunResult) => void): Promise<RunResult | undefined> {
  let best: RunResult | undefined;
  const isSustained = async (rate: number): Promise<boolean> => {
    const product = await startProduct();
    try {
      const result = await run(product, { ...first, rate });
      onResult(result);
      if (result.isSustained) best = result;
      return result.isSustained;
    } finally {
      await product.stop();
    }
  };
  // Rates are whole requests a second, so that what is asked for is what is sent.
  const whole = (rate: number): number => Math.round(rate / first.batch) * first.batch;
  let low = 0;
  let high = whole(first.rate);
  while (high < rateMax && (await isSustained(high))) {
    low = high;
    high = whole(high * growth);
  }
  for (let step = 0; step < halvings; step++) {
    const middle = whole((low + high) / 2);
    if (middle <= low || middle >= high) break;
    if (await isSustained(middle)) low = middle;
    else high = middle;
  }
  return best;
}
