import type { Dialect } from './dialect.js';

/**
 * Flat orders of a pizza delivery: one kind of pizza, ordered and paid at once, on the web and so at no place. They name no event type;
 * every one is a sale. The price includes taxes that are not told, so the subtotal is the total.
 */
export const pizza: Dialect = {
  name: 'pizza',
  eventTypes: new Map(),
  words: {
    event_id: ['event_id'],
    timestamp: ['order_date'],
    location_id: ['location_id'],
    location_name: ['location_name'],
    order_id: ['order_id'],
    customer_id: ['customer_id'],
    item_id: ['type'],
    quantity: ['qty'],
    total: ['retail_price'],
  },
  nested: '',
};

/** An order is known by these words, so that one with a field missing is still told what is missing. */
export function isPizzaOrder(raw: Readonly<Record<string, unknown>>): boolean {
  return raw['retail_price'] !== undefined || (raw['qty'] !== undefined && raw['order_id'] !== undefined);
}
