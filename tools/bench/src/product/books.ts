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

/** What one tenant sent. */
export interface Sent extends Expected {
  readonly lines: number;
}

const drainWithinMs = 120_000;
/** Between two looks at the books, which cost the product something, too. */
const lookEveryMs = 50;
const moneyWithinMs = 5_000;
/** Of so many tenants the books are watched while they close; then those of all are checked. */
const watchedMax = 8;
const checkedAtOnce = 8;
const faultsMax = 20;

/** @param tenant by its number among those that send */
export async function get<Body>(product: Product, path: string, tenant = 0): Promise<Body> {
  const authorization = `Bearer ${product.keys[tenant]}`;
  const response = await fetch(new URL(path, product.apiUrl), { headers: { authorization } });
  if (!response.ok)
    throw new Error(`GET ${path} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return (await response.json()) as Body;
}

/** Of a day; of many tenants, whose runs are short, only of what the product has in memory: looking for thousands of days is much to ask. */
export const readBooks = (product: Product, tenant = 0): Promise<Books> =>
  get<Books>(product, `/v1/ledger?window=${product.keys.length === 1 ? '24h' : '1h'}`, tenant);

const nothing: Sent = { lines: 0, applied: 0, duplicates: 0, rejected: 0, revenueCents: 0, payments: 0 };

/** What each tenant had sent before this bench sent anything. Of a product that is not fresh its money is not known. */
export async function openingBooks(product: Product): Promise<Sent[]> {
  if (product.isFresh) return product.keys.map(() => nothing);
  const opening: Sent[] = [];
  for (const tenant of product.keys.keys()) {
    const { accepted, applied, duplicates, rejected } = await readBooks(product, tenant);
    opening.push({ ...nothing, lines: accepted, applied, duplicates, rejected });
  }
  return opening;
}

/** Both together. */
export function sentInAll(one: Sent = nothing, other: Sent): Sent {
  return {
    lines: one.lines + other.lines,
    applied: one.applied + other.applied,
    duplicates: one.duplicates + other.duplicates,
    rejected: one.rejected + other.rejected,
    revenueCents: one.revenueCents + other.revenueCents,
    payments: one.payments + other.payments,
  };
}

/** Events of all tenants that are taken and not yet counted; of many tenants, judged by some of them. */
export async function inFlight(product: Product): Promise<number> {
  const watched = watchedOf(product);
  const books = await Promise.all(watched.map((tenant) => readBooks(product, tenant)));
  const sum = books.reduce((events, { in_flight }) => events + in_flight, 0);
  return Math.round((sum * product.keys.length) / watched.length);
}

/** Evenly among all. */
function watchedOf({ keys }: Product): number[] {
  const count = Math.min(keys.length, watchedMax);
  return Array.from({ length: count }, (_, index) => Math.floor((index * keys.length) / count));
}

/**
 * Waits until everything sent is counted, at most for a time that is long enough for any backlog. Answers how long it took, in
 * milliseconds.
 * @param sent by each tenant since the product has been there
 */
export async function booksClose(product: Product, sent: readonly Sent[]): Promise<number> {
  const started = performance.now();
  const deadline = started + drainWithinMs;
  await Promise.all(watchedOf(product).map((tenant) => closed(product, tenant, sent[tenant] as Sent, deadline)));
  return performance.now() - started;
}

/** The books of one tenant when they have closed, or as they stand at the deadline. */
async function closed(product: Product, tenant: number, sent: Sent, deadline: number): Promise<Books> {
  for (;;) {
    const books = await readBooks(product, tenant);
    const isClosed = books.accepted >= sent.lines && books.in_flight === 0 && books.difference === 0;
    if (isClosed || performance.now() > deadline) return books;
    await sleep(lookEveryMs);
  }
}

/**
 * Everything that does not add up, in words; empty when nothing was lost or doubled.
 * @param sent by each tenant since the product has been there
 * @param lastedMs from the first event's due time to now: figures are asked for a window that holds all of it
 */
export async function checkBooks(product: Product, sent: readonly Sent[], lastedMs: number): Promise<string[]> {
  const faults: string[] = [];
  const deadline = performance.now() + moneyWithinMs;
  let next = 0;
  const checker = async (): Promise<void> => {
    while (next < sent.length && faults.length < faultsMax) {
      const tenant = next++;
      const found = await faultsOf(product, tenant, sent[tenant] as Sent, { deadline, lastedMs });
      faults.push(...found.map((fault) => (sent.length === 1 ? fault : `tenant ${tenant}: ${fault}`)));
    }
  };
  await Promise.all(Array.from({ length: checkedAtOnce }, checker));
  return faults;
}

async function faultsOf(
  product: Product,
  tenant: number,
  sent: Sent,
  { deadline, lastedMs }: { deadline: number; lastedMs: number },
): Promise<string[]> {
  const books = await closed(product, tenant, sent, deadline);
  const faults: string[] = [];
  const expect = (what: string, actual: number, expected: number): void => {
    if (actual !== expected) faults.push(`${what}: ${actual} instead of ${expected}`);
  };
  expect('in flight', books.in_flight, 0);
  expect('accepted', books.accepted, sent.lines);
  expect('applied', books.applied, sent.applied);
  expect('duplicates', books.duplicates, sent.duplicates);
  expect('rejected', books.rejected, sent.rejected);
  expect('difference', books.difference, 0);
  if (product.isFresh) {
    const { cents, payments } = await moneyOf(product, tenant, sent, lastedMs);
    expect('revenue in cents', cents, sent.revenueCents);
    expect('orders paid', payments, sent.payments);
  }
  return faults;
}

/** Counted is not yet correct: the money has to be there, each payment once. */
async function moneyOf(
  product: Product,
  tenant: number,
  sent: Sent,
  lastedMs: number,
): Promise<{ cents: number; payments: number }> {
  const minutes = Math.ceil((lastedMs + latenessMaxMs) / 60_000) + 2;
  const path = `/v1/revenue/live?window=${minutes}m&limit=1`;
  const deadline = performance.now() + moneyWithinMs;
  for (;;) {
    const { totals } = await get<{ totals: { revenue: number; order_count: number } }>(product, path, tenant);
    const found = { cents: Math.round(totals.revenue * 100), payments: totals.order_count };
    const isRight = found.cents === sent.revenueCents && found.payments === sent.payments;
    if (isRight || performance.now() > deadline) return found;
    await sleep(lookEveryMs);
  }
}
