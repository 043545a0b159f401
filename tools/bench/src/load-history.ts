/** What was sent to a product before a run, so that its books are checked over all of it, and how long it was under load. */
import { openingBooks, sentInAll, type Sent } from './product/books.js';
import type { Product } from './product/product.js';

export class LoadHistory {
  #underLoadSeconds = 0;
  #startedAt: number | undefined;

  private constructor(private readonly sent: Sent[]) {}

  /** Of a product that this bench has sent nothing yet. */
  static async of(product: Product): Promise<LoadHistory> {
    return new LoadHistory(await openingBooks(product));
  }

  get underLoadSeconds(): number {
    return this.#underLoadSeconds;
  }

  /** When the first load began, on the performance clock: this one, when it is the first. */
  begin(): number {
    return (this.#startedAt ??= performance.now());
  }

  /** A load is over; answers what each of its tenants, by number, has sent since the product has been there. */
  add(sent: readonly Sent[], seconds: number): Sent[] {
    this.#underLoadSeconds += seconds;
    return sent.map((one, tenant) => (this.sent[tenant] = sentInAll(this.sent[tenant], one)));
  }
}
