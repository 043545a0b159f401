/** The highest rate that is sustained: upwards in steps until one is not, then halving the distance. Each step on a product of its own; a run that could not go on was not sustained. */
import type { RunResult } from './run.js';

const growth = 1.5;
const halvings = 3;
const rateMax = 2_000_000;

/**
 * @param first events a second to begin with
 * @param whole rates are multiples of this, so that what is asked for is what is sent
 */
export async function search(
  first: number,
  whole: number,
  runAt: (rate: number) => Promise<RunResult | undefined>,
): Promise<RunResult | undefined> {
  let best: RunResult | undefined;
  const isSustained = async (rate: number): Promise<boolean> => {
    const result = await runAt(rate);
    if (result?.isSustained !== true) return false;
    best = result;
    return true;
  };
  const rounded = (rate: number): number => Math.max(whole, Math.round(rate / whole) * whole);
  let low = 0;
  let high = rounded(first);
  while (high < rateMax && (await isSustained(high))) {
    low = high;
    high = rounded(high * growth);
  }
  for (let step = 0; step < halvings; step++) {
    const middle = rounded((low + high) / 2);
    if (middle <= low || middle >= high) break;
    if (await isSustained(middle)) low = middle;
    else high = middle;
  }
  return best;
}
