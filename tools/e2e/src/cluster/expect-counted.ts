/** What has to be true once the faults are over: the books close, the figures are the recount's, and nobody lags behind. */
import { expect } from '@jest/globals';
import type { Client } from '../client.js';
import { expectEveryAnswer, type Books } from '../expect-books.js';
import { expectFunnel, expectRevenue } from '../expect-sales.js';
import { Recount } from '../recount.js';
import { eventually } from '../wait-for.js';
import type { Cluster } from './cluster.js';
import type { OutsideLedger } from './outside-ledger.js';

/** How long a cluster that was hurt may take to be whole again. */
const healsWithinMs = 60_000;
const everyMs = 200;

/**
 * Every event that was acknowledged is in the books exactly once: applied as often as the recount says, and everything beyond
 * that is a copy or a refusal that was sent again after an answer was lost.
 */
export async function expectBooksClose(api: Client, ledger: OutsideLedger, withinMs = healsWithinMs): Promise<Books> {
  expect(ledger.acknowledgedLines).toBe(ledger.postedLines);
  const file = ledger.read();
  return eventually(
    async () => {
      const books = await api.get<Books>('/v1/ledger', { window: '24h' });
      expect(books).toMatchObject({ in_flight: 0, difference: 0, applied: file.events.length });
      expect(books.applied + books.duplicates + books.rejected).toBe(books.accepted);
      const surplus = books.accepted - ledger.postedLines;
      expect(surplus).toBeGreaterThanOrEqual(0);
      expect(surplus).toBeLessThanOrEqual(ledger.resentLines);
      expect(books.duplicates + books.rejected).toBe(file.duplicates + file.rejected.length + surplus);
      return books;
    },
    { withinMs, everyMs },
  );
}

/** The books, and revenue and funnel of every place over the whole file, of every api. For use between two faults. */
export async function expectCounted(cluster: Cluster, ledger: OutsideLedger): Promise<void> {
  const recount = new Recount(ledger.read().events);
  for (const { client } of cluster.of('api')) {
    await expectBooksClose(client, ledger);
    await eventually(() => expectRevenue(client, recount, '2h', ledger.endsAt), { withinMs: healsWithinMs, everyMs });
    await eventually(() => expectFunnel(client, recount, '2h', ledger.endsAt), { withinMs: healsWithinMs, everyMs });
  }
  await expectNoLag(cluster);
}

/** The same, and every other answer over every window. For the end of a test. */
export async function expectEverythingCounted(cluster: Cluster, ledger: OutsideLedger): Promise<void> {
  await expectCounted(cluster, ledger);
  await expectEveryAnswer(cluster.api, ledger.read(), ledger.endsAt);
}

/** Everybody has settled and folded what there is, says so, and log time moves with the clock. */
export async function expectNoLag(cluster: Cluster, withinMs = healsWithinMs): Promise<void> {
  await cluster.untilReady(withinMs);
  await eventually(
    async () => {
      for (const role of ['enricher', 'aggregator'] as const) {
        const metrics = cluster.of(role).map((service) => service.metric(`ticketrail_${role}_lag_entries`));
        // Who has no partition has no lag to tell of, but somebody has to have each.
        const lags = (await Promise.all(metrics)).filter((lag) => lag !== undefined);
        expect({ role, hasOwner: lags.length > 0, lag: Math.max(...lags) }).toEqual({ role, hasOwner: true, lag: 0 });
      }
      const { as_of } = await cluster.api.get<{ as_of: { log_time: string } }>('/v1/revenue/live');
      expect(Date.now() - Date.parse(as_of.log_time)).toBeLessThan(10_000);
    },
    { withinMs, everyMs },
  );
}
