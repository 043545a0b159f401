/** How long things took, and what became of single orders: the product against the recount. */
import { expect } from '@jest/globals';
import { percentile } from './recount.js';
import { cents, expectSame, windowOf } from './report.js';
const hour = (row) => `${row['location_id']} ${row['hour_of_day']}`;
/** From seated to completed, and in the kitchen. */
export async function expectDurations(client, recount, question, at) {
    const path = question === 'waitTimes' ? '/v1/wait-times' : '/v1/kitchen';
    const report = await client.get(path, { window: '24h', at, limit: 10_000 });
    const expected = recount[question](windowOf(report));
    expectSame(question, report.rows.map((row) => ({ key: hour(row), samples: row['samples'] })), [...expected].map(([key, minutes]) => ({ key, samples: minutes.length })));
    for (const row of report.rows) {
        const minutes = expected.get(hour(row)) ?? [];
        expectPercentiles(row, minutes, { p50_minutes: 0.5, p90_minutes: 0.9, p99_minutes: 0.99 });
    }
}
/** From seated to the last payment at the table. */
export async function expectTurnover(client, recount, at) {
    const report = await client.get('/v1/turnover', { window: '24h', at, limit: 10_000 });
    const window = windowOf(report);
    const lengths = recount.turnover(window);
    expectSame('turnover', report.rows.map((row) => ({ key: hour(row), visits: row['visits'] })), [...recount.seated(window)].map(([key, visits]) => ({ key, visits })));
    for (const row of report.rows) {
        const minutes = lengths.get(hour(row));
        if (minutes === undefined)
            expect([row['p50_minutes'], row['p90_minutes']]).toEqual([null, null]);
        else
            expectPercentiles(row, minutes, { p50_minutes: 0.5, p90_minutes: 0.9 });
    }
}
/** The sketch promises 1 %, and minutes are written out to the hundredth. */
function expectPercentiles(row, minutes, shares) {
    for (const [column, share] of Object.entries(shares)) {
        const exact = percentile(minutes, share);
        const isNear = Math.abs(row[column] - exact) <= exact * 0.0101 + 0.005;
        if (!isNear)
            expect({ ...row, column }).toEqual({ ...row, column, [column]: exact });
    }
}
/** A number of orders, read by their ids, spread over the whole file. */
export async function expectOrders(client, recount) {
    // Ids that only their place keeps apart need more than the id; the others must do with it.
    const orders = recount.orders().filter((order) => /ord_\d+_\d+$/.test(order));
    const step = Math.max(1, Math.floor(orders.length / 60));
    for (let index = 0; index < orders.length; index += step) {
        const key = orders[index];
        const order = await client.get(`/v1/orders/${key.slice(key.indexOf(' ') + 1)}`);
        const time = (text) => (text == null ? undefined : Date.parse(String(text)));
        expect({
            place: order['location_id'],
            placedAt: time(order['placed_at']),
            completedAt: time(order['completed_at']),
            quantity: order.items.reduce((sum, item) => sum + Number(item['quantity']), 0),
            payments: order.payments.length,
            revenue: cents(order['revenue']),
        }).toEqual(recount.order(key));
    }
}
//# sourceMappingURL=expect-operations.js.map