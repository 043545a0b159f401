/** The books and every answer of the product, held against the recount of a whole file. */
import { expect } from '@jest/globals';
import { expectDurations, expectOrders, expectTurnover } from './expect-operations.js';
import { expectFunnel, expectItems, expectPaymentMix, expectRevenue, expectSeries } from './expect-sales.js';
import { Recount } from './recount.js';
import { spans } from './report.js';
import { eventually } from './wait-for.js';
const minute = 60_000;
/** The books once nothing is on its way any more. */
export function settledBooks(client, acceptedAtLeast, withinMs = 30_000) {
    return eventually(async () => {
        const books = await client.get('/v1/ledger', { window: '24h' });
        expect(books.accepted).toBeGreaterThanOrEqual(acceptedAtLeast);
        expect(books.in_flight).toBe(0);
        expect(books.difference).toBe(0);
        expect(books.applied + books.duplicates + books.rejected).toBe(books.accepted);
        return books;
    }, { withinMs });
}
/** Every question, at several moments of the file and over several windows. */
export async function expectEveryAnswer(client, file, endsAt) {
    const recount = new Recount(file.events);
    const busiest = recount
        .revenueByPlace({ from: 0, to: endsAt })
        .toSorted((left, right) => right.revenue - left.revenue)[0]?.place;
    for (const at of [endsAt, endsAt - 17 * minute - 1, Math.floor(endsAt / minute) * minute - 63 * minute]) {
        for (const span of Object.keys(spans)) {
            // Slow tables may follow the quick ones by some seconds; once there, an answer has to be exact.
            await eventually(() => expectRevenue(client, recount, span, at));
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
//# sourceMappingURL=expect-books.js.map