/** The product under load, however it was started. */
import type { MeteredProcess } from './usage-meter.js';

export interface Product {
  /** Where events are posted, and where figures are asked for: the same, where one process does both. */
  readonly collectorUrl: URL;
  readonly apiUrl: URL;
  readonly key: string;
  /** Those whose use is measured; none when the product runs elsewhere and was not named. */
  readonly processes: readonly MeteredProcess[];
  /** Nothing was in it before the run, so that totals can be compared. */
  readonly isFresh: boolean;
  stop(): Promise<void>;
}

export type StartProduct = () => Promise<Product>;

/** A product that runs already keeps its data and its life. */
export function runningProduct(url: URL, apiUrl: URL, key: string, processes: readonly MeteredProcess[]): Product {
  return { collectorUrl: url, apiUrl, key, processes, isFresh: false, stop: () => Promise.resolve() };
}
