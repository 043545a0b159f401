/** The books and every answer of the product, held against the recount of a whole file. */
import { expect } from '@jest/globals';
import type { Client } from './client.js';
import { expectDurations, expectOrders, expectTurnover } from './expect-operations.js';
import { expectFunnel, expectItems, expectPaymentMix, expectRevenue, expectSeries } from './expect-sales.js';
import type { ReadLines } from './read-lines.js';
import { Recount } from './recount.js';
import { spans } from './report.js';
import { eventually } from './wait-for.js';

const minute = 60_000;

export interface Books {
  readonly accepted: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly in_flight: number;
  readonly difference: number;
}

/** The books once nothing is on its way any more. */
export function settledBooks(client: Client, acceptedAtLeast: number, withinMs = 30_000): Promise<Books> {
  return eventually(
    async () => {
      const books = await client.get<Books>('/v1/ledger', { window: '24h' });
      expect(books.accepted).toBeGreaterThanOrEqual(acceptedAtLeast);
      expect(books.in_flight).toBe(0);
      expect(books.difference).toBe(0);
      expect(books.applied + books.duplicates + books.rejected).toBe(books.accepted);
      return books;
    },
    { withinMs },
  );
}

/** Every question, at several moments of the file and over several windows. */
export async function expectEveryAnswer(client: Client, file: ReadLines, endsAt: number): Promise<void> {
  const recount = new Recount(file.events);
  const busiest = recount
    .revenueByPlace({ from: 0, to: endsAt })
    .toSorted((left, right) => right.revenue - left.revenue)[0]?.place;
  for (const at of [endsAt, endsAt - 17 * minute - 1, Math.floor(endsAt / minute) * minute - 63 * minute]) {
    for (const span of Object.keys(spans)) {
      // Past minutes are answered from rows that are written every sixteen seconds under load; once there, an answer has to be exact.
      await eventually(() => expectRevenue(client, recount, span, at), { withinMs: 40_000 });
      await eventually(() => expectSeries(client, recount, span, at));
      await eventually(() => expectSeries(client, recount, span, at, busiest));
      await eventually(() => expectFunnel(client, recount, span, at));
      await eventually(() => expectItems(client, recount, span, at));
    }
  }
  await eventually(() => expectDurations(client, recount, 'waitTimes', endsAt));
  await eventually(() => expectDurations(client, recount, 'kitchen', endsAt));
  await eventually(() => expectTurnover(client, recount, endsAt));
  await eventually(() => expectPaymentMix(client, recount, endsAt));
  await eventually(() => expectOrders(client, recount));
}
