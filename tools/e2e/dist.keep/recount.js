const minute = 60_000;
const hour = 60 * minute;
function groupBy(elements, key) {
    const groups = new Map();
    for (const element of elements) {
        const group = groups.get(key(element));
        if (group === undefined)
            groups.set(key(element), [element]);
        else
            group.push(element);
    }
    return groups;
}
const sum = (elements, of) => elements.reduce((total, element) => total + of(element), 0);
const within = (time, window) => time >= window.from && time < window.to;
/** The value that at least the given share of all values does not exceed: nearest rank. */
export function percentile(values, share) {
    const sorted = values.toSorted((left, right) => left - right);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
export class Recount {
    #events;
    #payments;
    /** When each order was paid for the first time, over the whole file: there it counts, once. */
    #firstPaid;
    constructor(events) {
        this.#events = events;
        this.#payments = events.filter((event) => event.type === 'payment');
        const byOrder = groupBy(this.#payments, (payment) => payment.order);
        this.#firstPaid = new Map([...byOrder].map(([order, paid]) => [order, Math.min(...paid.map(({ time }) => time))]));
    }
    revenueByPlace(window) {
        const payments = this.#payments.filter((payment) => within(payment.time, window));
        return [...groupBy(payments, (payment) => payment.place)].map(([place, paid]) => ({
            place,
            name: paid[0]?.placeName ?? '',
            revenue: sum(paid, ({ total }) => total),
            netSales: sum(paid, ({ subtotal }) => subtotal),
            tax: sum(paid, ({ tax }) => tax),
            tips: sum(paid, ({ tip }) => tip),
            // Every first payment inside the window is one of these payments, so its order is among theirs.
            orders: [...new Set(paid.map(({ order }) => order))].filter((order) => within(this.#firstPaid.get(order) ?? 0, window)).length,
        }));
    }
    /** One entry for each minute, of one place or of all of them. */
    revenueByMinute(window, place) {
        const payments = this.#payments.filter((payment) => place === undefined || payment.place === place);
        const minutes = [];
        for (let from = window.from; from < window.to; from += minute) {
            const paid = payments.filter((payment) => within(payment.time, { from, to: from + minute }));
            const orders = new Set(paid.map(({ order }) => order));
            minutes.push({
                minute: from,
                revenue: sum(paid, ({ total }) => total),
                orders: [...orders].filter((order) => within(this.#firstPaid.get(order) ?? 0, { from, to: from + minute }))
                    .length,
            });
        }
        return minutes;
    }
    funnelByPlace(window) {
        const events = this.#events.filter((event) => within(event.time, window));
        return [...groupBy(events, (event) => event.place)].map(([place, told]) => ({
            place,
            seated: told.filter(({ type }) => type === 'table_seated').length,
            placed: told.filter(({ type }) => type === 'order_placed').length,
            completed: told.filter(({ type }) => type === 'order_completed').length,
            payments: told.filter(({ type }) => type === 'payment').length,
        }));
    }
    items(window) {
        const placed = this.#events.filter((event) => event.type === 'order_placed' && within(event.time, window));
        const lines = placed.flatMap((event) => event.items.map((item) => ({ ...item, order: event.order })));
        return [...groupBy(lines, (line) => line.id)].map(([id, sold]) => ({
            id,
            name: sold[0]?.name ?? '',
            category: sold[0]?.category ?? '',
            quantity: sum(sold, ({ quantity }) => quantity),
            orders: new Set(sold.map(({ order }) => order)).size,
        }));
    }
    /** The latest seating at the event's table, at most six hours before it. */
    #seatings(events) {
        const seatings = groupBy(this.#events.filter(({ type }) => type === 'table_seated'), (event) => `${event.place} ${event.table}`);
        return events.flatMap((event) => {
            const times = (seatings.get(`${event.place} ${event.table}`) ?? []).map(({ time }) => time);
            const seatedAt = Math.max(...times.filter((time) => time <= event.time && time >= event.time - 6 * hour));
            return Number.isFinite(seatedAt) ? [{ seatedAt, event }] : [];
        });
    }
    /** Minutes from seated to completed, by place and hour (UTC) of the seating. */
    waitTimes(window) {
        const completed = this.#events.filter(({ type }) => type === 'order_completed');
        const pairs = this.#seatings(completed).filter(({ seatedAt }) => within(seatedAt, window));
        return minutesByHour(pairs.map(({ seatedAt, event }) => [event.place, seatedAt, (event.time - seatedAt) / minute]));
    }
    /** Minutes from seated to the last payment at the table, by place and hour (UTC) of the seating. */
    turnover(window) {
        const visits = groupBy(this.#seatings(this.#payments), ({ seatedAt, event }) => `${event.place} ${event.table} ${seatedAt}`);
        const lasts = [...visits.values()].map((paid) => paid.reduce((last, next) => (next.event.time > last.event.time ? next : last)));
        const inWindow = lasts.filter(({ seatedAt }) => within(seatedAt, window));
        return minutesByHour(inWindow.map(({ seatedAt, event }) => [event.place, seatedAt, (event.time - seatedAt) / minute]));
    }
    /** How many parties sat down, by place and hour (UTC). */
    seated(window) {
        const seated = this.#events.filter((event) => event.type === 'table_seated' && within(event.time, window));
        const byHour = minutesByHour(seated.map((event) => [event.place, event.time, 0]));
        return new Map([...byHour].map(([key, group]) => [key, group.length]));
    }
    /** The kitchen's own minutes, by place and hour (UTC) of the completion. */
    kitchen(window) {
        const completed = this.#events.filter((event) => event.kitchenMinutes !== undefined && within(event.time, window));
        return minutesByHour(completed.map((event) => [event.place, event.time, event.kitchenMinutes ?? 0]));
    }
    paymentMix(window) {
        const payments = this.#payments.filter((payment) => within(payment.time, window));
        const all = sum(payments, ({ total }) => total);
        return [...groupBy(payments, (payment) => payment.method)].map(([method, paid]) => ({
            method,
            payments: paid.length,
            amount: sum(paid, ({ total }) => total),
            tips: sum(paid, ({ tip }) => tip),
            share: sum(paid, ({ total }) => total) / all,
        }));
    }
    /** What is known of one order (`place order_id`), for a look at it by its id. */
    order(order) {
        const told = this.#events.filter((event) => event.order === order);
        const times = (type) => told.filter((event) => event.type === type).map(({ time }) => time);
        return {
            place: told[0]?.place ?? '',
            placedAt: times('order_placed')[0],
            completedAt: times('order_completed')[0],
            quantity: sum(told.flatMap(({ items }) => items), ({ quantity }) => quantity),
            payments: times('payment').length,
            revenue: sum(told, ({ total }) => total),
        };
    }
    orders() {
        return [...new Set(this.#events.filter(({ type }) => type !== 'table_seated').map(({ order }) => order))];
    }
}
/** Keyed `place hour`. */
function minutesByHour(samples) {
    const groups = groupBy(samples, ([place, time]) => `${place} ${new Date(time).getUTCHours()}`);
    return new Map([...groups].map(([key, group]) => [key, group.map(([, , minutes]) => minutes)]));
}
//# sourceMappingURL=recount.js.map