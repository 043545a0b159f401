/** What was sold and paid: each answer of the product against the recount, to the cent and to the unit. */
import { expect } from '@jest/globals';
import { cents, expectDescending, expectRate, expectSame, windowOf } from './report.js';
export async function expectRevenue(client, recount, span, at) {
    const report = await client.get('/v1/revenue/live', { window: span, at, limit: 1000 });
    const expected = recount.revenueByPlace(windowOf(report, span, at));
    const figures = report.rows.map((row) => ({
        place: row['location_id'],
        name: row['location_name'],
        revenue: cents(row['revenue']),
        netSales: cents(row['net_sales']),
        tax: cents(row['tax']),
        tips: cents(row['tips']),
        orders: row['order_count'],
    }));
    // A place in which nothing was paid may be listed, with zeros.
    expectSame(`revenue of ${span}`, figures.filter((row) => row.revenue !== 0 || row.orders !== 0), expected);
    expectDescending(report.rows, (row) => row['revenue']);
    const total = (figure) => expected.reduce((sum, row) => sum + row[figure], 0);
    expect(cents(report.totals['revenue'])).toBe(total('revenue'));
    expect(report.totals['order_count']).toBe(total('orders'));
}
export async function expectSeries(client, recount, span, at, place) {
    const query = { window: span, at, ...(place === undefined ? {} : { location_id: place }) };
    const report = await client.get('/v1/revenue/series', query);
    const figures = report.rows.map((row) => ({
        minute: Date.parse(String(row['minute'])),
        revenue: cents(row['revenue']),
        orders: row['order_count'],
    }));
    const expected = recount.revenueByMinute(windowOf(report, span, at), place);
    expectSame(`series of ${span}`, figures, expected);
    if (place === undefined)
        return;
    const ofPlace = await client.get(`/v1/locations/${place}/revenue`, { window: span, at });
    const minutes = ofPlace.rows.map((row) => [
        Date.parse(String(row['minute'])),
        cents(row['revenue']),
        row['order_count'],
    ]);
    const busy = expected.filter((row) => row.revenue > 0).map((row) => [row.minute, row.revenue, row.orders]);
    expect(minutes.filter(([, revenue]) => revenue !== 0)).toEqual(busy);
}
const rate = (part, base) => (base === 0 ? null : part / base);
export async function expectFunnel(client, recount, span, at) {
    const report = await client.get('/v1/funnel', { window: span, at, limit: 1000 });
    const expected = recount.funnelByPlace(windowOf(report, span, at));
    const figures = report.rows.map((row) => ({
        place: row['location_id'],
        seated: row['tables_seated'],
        placed: row['orders_placed'],
        completed: row['orders_completed'],
        payments: row['payments'],
    }));
    const isBusy = (row) => Boolean(row.seated || row.placed || row.completed || row.payments);
    expectSame(`funnel of ${span}`, figures.filter(isBusy), expected);
    expectDescending(report.rows, (row) => row['tables_seated'] + row['orders_placed']);
    for (const row of report.rows) {
        const [seated, placed] = [row['tables_seated'], row['orders_placed']];
        expectRate(row['conversion_rate_seated_to_order'], rate(placed, seated));
        expectRate(row['conversion_rate_order_to_completed'], rate(row['orders_completed'], placed));
        expectRate(row['conversion_rate_order_to_payment'], rate(row['payments'], placed));
    }
    expect(report.totals['tables_seated']).toBe(expected.reduce((sum, row) => sum + row.seated, 0));
    expect(report.totals['payments']).toBe(expected.reduce((sum, row) => sum + row.payments, 0));
}
export async function expectItems(client, recount, span, at) {
    const report = await client.get('/v1/items/trending', { window: span, at, limit: 1000 });
    const figures = report.rows.map((row) => ({
        id: row['item_id'],
        name: row['item_name'],
        category: row['category'],
        quantity: row['total_quantity'],
        orders: row['order_count'],
    }));
    expectSame(`items of ${span}`, figures, recount.items(windowOf(report, span, at)));
    expectDescending(report.rows, (row) => row['total_quantity']);
    const top = await client.get('/v1/items/trending', { window: span, at });
    expect(top.rows.map((row) => row['total_quantity'])).toEqual(report.rows.slice(0, 10).map((row) => row['total_quantity']));
}
export async function expectPaymentMix(client, recount, at) {
    const report = await client.get('/v1/payments/mix', { window: '24h', at, limit: 1000 });
    const expected = recount.paymentMix(windowOf(report));
    const figures = report.rows.map((row) => ({
        method: row['payment_method'],
        payments: row['payments'],
        amount: cents(row['amount']),
        tips: cents(row['tips']),
    }));
    expectSame('payment mix', figures, expected.map(({ method, payments, amount, tips }) => ({ method, payments, amount, tips })));
    for (const { method, share } of expected) {
        const row = report.rows.find((candidate) => candidate['payment_method'] === method);
        expectRate(row?.['share'], share);
    }
}
//# sourceMappingURL=expect-sales.js.map