import type { Dialect } from './dialect.js';
import { LOCATION_WORDS } from './location.js';

/**
 * Systems in which an order grows item by item: created, items added, payment captured, feedback submitted. Their exports come in
 * several spellings, flat or with the facts nested in `payload`, so this dialect takes more words than the others.
 */
export const growingOrder: Dialect = {
  name: 'growing_order',
  eventTypes: new Map([
    ['order_created', 'order_placed'],
    ['order_item_added', 'order_item_added'],
    ['payment_captured', 'payment'],
    ['feedback_submitted', 'feedback'],
  ]),
  words: {
    ...LOCATION_WORDS,
    timestamp: ['timestamp', 'ts', 'event_time', 'event_ts', 'occurred_at'],
    location_id: ['location_id', 'restaurant_id'],
    location_name: ['location_name', 'restaurant_name'],
    total: ['total', 'total_amount', 'amount'],
    tax: ['tax', 'tax_amount'],
    tip: ['tip', 'tip_amount'],
    payment_method: ['payment_method', 'method'],
    provider: ['provider', 'card_provider'],
    nps_score: ['nps_score', 'nps'],
    comment: ['comment', 'comments'],
    items: ['items', 'item'],
    item_id: ['item_id', 'menu_item_id'],
    item_name: ['item_name', 'name'],
    price: ['unit_price', 'price'],
    quantity: ['quantity', 'qty'],
  },
  nested: 'payload',
};
