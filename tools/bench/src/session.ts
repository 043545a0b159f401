/**
 * A product under one run after the other: engines compile what they do again and again for minutes, so that a product that was
 * started for each run would always be measured cold. What a run leaves is worked off before the next begins. One whose books do
 * not agree is replaced, since they would not agree afterwards either.
 */
import { LoadHistory } from './load-history.js';
import type { Product, StartProduct } from './product/product.js';
import { run, type OnProgress, type RunOptions, type RunResult } from './run.js';

export interface SessionOptions {
  /** That the product knows; a run may be of the first of them. */
  readonly tenants: number;
  /** Warm-up of all runs but the first one on a product, whose own options say it. Seconds. */
  readonly laterWarmupSeconds: number;
}

export class Session {
  #product: Product | undefined;
  #history: LoadHistory | undefined;

  constructor(
    private readonly start: StartProduct,
    private readonly options: SessionOptions,
    private readonly onProgress: OnProgress,
  ) {}

  async run(load: RunOptions): Promise<RunResult> {
    let isClean = false;
    try {
      const product = (this.#product ??= await this.#started());
      const history = (this.#history ??= await LoadHistory.of(product));
      const keys = product.keys.slice(0, load.tenants);
      const warmupSeconds = history.underLoadSeconds > 0 ? this.options.laterWarmupSeconds : load.warmupSeconds;
      const result = await run({ ...product, keys }, { ...load, warmupSeconds }, this.onProgress, history);
      isClean = result.faults.length === 0;
      return result;
    } finally {
      if (!isClean) await this.stop();
    }
  }

  async stop(): Promise<void> {
    const product = this.#product;
    this.#product = undefined;
    this.#history = undefined;
    if (product === undefined) return;
    this.onProgress(1, 'stopping the product');
    await product.stop();
  }

  #started(): Promise<Product> {
    this.onProgress(0, 'starting the product');
    return this.start(this.options.tenants);
  }
}
