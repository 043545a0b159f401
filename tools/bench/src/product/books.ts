/** What the product says it has counted, against what was sent. */
import { setTimeout as sleep } from 'node:timers/promises';
import { latenessMaxMs, type Expected } from '../load/event-lines.js';
import type { Product } from './product.js';

export interface Books {
  readonly accepted: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly in_flight: number;
  readonly difference: number;
}

export interface Sent extends Expected {
  readonly lines: number;
  /** From the first event's due time to now: figures are asked for a window that holds all of it. */
  readonly lastedMs: number;
}

export interface Verdict {
  /** From the last answer to the moment at which everything sent was counted. Milliseconds. */
  readonly drainMs: number;
  /** Everything that does not add up, in words. Empty when nothing was lost or doubled. */
  readonly faults: readonly string[];
}

const drainWithinMs = 120_000;
/** Between two looks at the books, which cost the product something, too. */
const lookEveryMs = 50;
const moneyWithinMs = 5_000;

export async function get<Body>(product: Product, path: string): Promise<Body> {
  const response = await fetch(new URL(path, product.apiUrl), { headers: { authorization: `Bearer ${product.key}` } });
  if (!response.ok)
    throw new Error(`GET ${path} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return (await response.json()) as Body;
}

export const readBooks = (product: Product): Promise<Books> => get<Books>(product, '/v1/ledger?window=24h');

export async function verify(product: Product, before: Books, sent: Sent): Promise<Verdict> {
  const started = performance.now();
  const faults: string[] = [];
  let books = await readBooks(product);
  while (books.accepted - before.accepted < sent.lines || books.in_flight > 0 || books.difference !== 0) {
    if (performance.now() - started > drainWithinMs) {
      faults.push(
        `the books do not close after ${drainWithinMs / 1_000} s: ${JSON.stringify({ ...books, rows: undefined })}`,
      );
      break;
    }
    await sleep(lookEveryMs);
    books = await readBooks(product);
  }
  const drainMs = performance.now() - started;
  const expect = (what: string, actual: number, expected: number): void => {
    if (actual !== expected) faults.push(`${what}: ${actual} instead of ${expected}`);
  };
  expect('accepted', books.accepted - before.accepted, sent.lines);
  expect('applied', books.applied - before.applied, sent.applied);
  expect('duplicates', books.duplicates - before.duplicates, sent.duplicates);
  expect('rejected', books.rejected - before.rejected, sent.rejected);
  expect('difference', books.difference, 0);
  if (product.isFresh) {
    const { cents, payments } = await moneyOf(product, sent);
    expect('revenue in cents', cents, sent.revenueCents);
    expect('orders paid', payments, sent.payments);
  }
  return { drainMs, faults };
}

/** Counted is not yet correct: the money has to be there, each payment once. */
async function moneyOf(product: Product, sent: Sent): Promise<{ cents: number; payments: number }> {
  const minutes = Math.ceil((sent.lastedMs + latenessMaxMs) / 60_000) + 2;
  const path = `/v1/revenue/live?window=${minutes}m&limit=1`;
  const deadline = performance.now() + moneyWithinMs;
  for (;;) {
    const { totals } = await get<{ totals: { revenue: number; order_count: number } }>(product, path);
    const found = { cents: Math.round(totals.revenue * 100), payments: totals.order_count };
    const isRight = found.cents === sent.revenueCents && found.payments === sent.payments;
    if (isRight || performance.now() > deadline) return found;
    await sleep(lookEveryMs);
  }
}
