import { expect, test } from '@jest/globals';
import { centsOf, readLines } from './read-lines.js';
import { percentile, Recount } from './recount.js';
const at = (clock) => `2026-03-14T${clock}Z`;
const time = (clock) => Date.parse(at(clock));
const where = { location_id: 'loc_1', location_name: 'One', table_id: 'table_1' };
const soup = { item_id: 'item_1', item_name: 'Soup', category: 'Starter', price: 4.1, quantity: 1 };
const pay = (id, clock, order, subtotal, tax, tip, total) => {
    const amounts = { subtotal, tax, tip, total_amount: total, payment_method: 'cash' };
    return { event_id: id, event_type: 'payment', timestamp: at(clock), ...where, order_id: order, ...amounts };
};
/** Small enough to be counted by hand. */
const story = [
    { event_id: '1', event_type: 'table_seated', timestamp: at('17:50:00'), ...where, party_size: 2 },
    {
        event_id: '2',
        event_type: 'order_placed',
        timestamp: at('18:00:10'),
        ...where,
        order_id: 'a',
        items: [soup, { ...soup, quantity: 2 }],
    },
    {
        event_id: '3',
        event_type: 'order_completed',
        timestamp: at('18:20:00'),
        ...where,
        order_id: 'a',
        kitchen_time_minutes: 19,
    },
    pay('5', '18:31:00', 'a', 6.15, 0.5, 1, 7.65),
    pay('4', '18:30:59.999', 'a', 6.15, 0.51, 0, 6.66),
    pay('4', '18:30:59.999', 'a', 6.15, 0.51, 0, 6.66),
    pay('6', '18:40:00', 'b', 0.1, 0.2, 0, 0.3),
    pay('7', '18:41:00', 'c', -1, 0, 0, -1),
    {
        event_id: '1',
        event_type: 'table_seated',
        timestamp: at('18:10:00'),
        restaurant_id: 'rest_1',
        restaurant_name: 'Two',
        table_id: 'table_1',
    },
];
const read = readLines(story.map((event) => JSON.stringify(event)), time('19:00:00'));
const recount = new Recount(read.events);
const evening = { from: time('18:00:00'), to: time('19:00:00') };
test('one copy and one impossible amount are set aside; the same id at another place is another event', () => {
    expect([read.events.length, read.duplicates, read.rejected.length]).toEqual([7, 1, 1]);
});
test('revenue adds every payment and counts an order once, in the minute of its first payment', () => {
    expect(recount.revenueByPlace(evening)).toEqual([
        { place: 'loc_1', name: 'One', revenue: 1461, netSales: 1240, tax: 121, tips: 100, orders: 2 },
    ]);
    const minutes = recount.revenueByMinute({ from: time('18:30:00'), to: time('18:32:00') });
    expect(minutes.map(({ revenue, orders }) => [revenue, orders])).toEqual([
        [666, 1],
        [765, 0],
    ]);
});
test('funnel, items, waits, kitchen, turnover, payment mix and a single order', () => {
    expect(recount.funnelByPlace(evening)).toEqual([
        { place: 'loc_1', seated: 0, placed: 1, completed: 1, payments: 3 },
        { place: 'rest_1', seated: 1, placed: 0, completed: 0, payments: 0 },
    ]);
    expect(recount.items(evening)).toEqual([{ id: 'item_1', name: 'Soup', category: 'Starter', quantity: 3, orders: 1 }]);
    const day = { from: time('00:00:00'), to: time('23:59:59') };
    expect(recount.waitTimes(day)).toEqual(new Map([['loc_1 17', [30]]]));
    expect(recount.kitchen(day)).toEqual(new Map([['loc_1 18', [19]]]));
    expect(recount.turnover(day)).toEqual(new Map([['loc_1 17', [50]]]));
    expect(recount.paymentMix(day)).toEqual([{ method: 'cash', payments: 3, amount: 1461, tips: 100, share: 1 }]);
    expect(recount.order('loc_1 a')).toEqual({
        place: 'loc_1',
        placedAt: time('18:00:10'),
        completedAt: time('18:20:00'),
        quantity: 3,
        payments: 2,
        revenue: 1431,
    });
});
test('cents come from the digits, and a percentile is a value that was really seen', () => {
    expect([0.1, 4.1, 1.005, 10, 65.55, 1e21].map(centsOf)).toEqual([10, 410, undefined, 1000, 6555, undefined]);
    expect([0.5, 0.9, 0.99].map((share) => percentile([4, 1, 3, 2], share))).toEqual([2, 4, 4]);
});
//# sourceMappingURL=recount.test.js.map