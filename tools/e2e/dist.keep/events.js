/** Single events of the present, for tests that tell a short story. */
import { randomUUID } from 'node:crypto';
export function newStory() {
    const id = randomUUID().slice(0, 8);
    // The whole story lies in the past, so that no event comes from the future.
    return { place: `loc_${id}`, order: `ord_${id}`, startsAt: Date.now() - 10_000 };
}
/** One event of a story; `rest` may overwrite anything. */
export function event(story, type, afterMs, rest = {}) {
    return {
        event_id: `evt_${randomUUID()}`,
        event_type: type,
        timestamp: new Date(story.startsAt + afterMs).toISOString(),
        location_id: story.place,
        location_name: `Place ${story.place}`,
        table_id: 'table_1',
        ...(type === 'table_seated' ? { party_size: 2 } : { order_id: story.order }),
        ...rest,
    };
}
export function payment(story, afterMs, total, rest = {}) {
    return event(story, 'payment', afterMs, {
        subtotal: total,
        tax: 0,
        tip: 0,
        total_amount: total,
        payment_method: 'credit_card',
        ...rest,
    });
}
//# sourceMappingURL=events.js.map