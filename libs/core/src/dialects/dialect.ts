import type { EventType } from '../events/canonical.js';

/** Any JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Fields of one line of an order; some dialects write them flat into the event. */
export const ITEM_FIELDS = ['item_id', 'item_name', 'category', 'price', 'quantity'] as const;
export type ItemField = (typeof ITEM_FIELDS)[number];

/** What senders can say, under our names. Amounts and times are still as the sender wrote them. */
export const ALL_FIELDS = [
  'event_id',
  'timestamp',
  'location_id',
  'location_name',
  'device_id',
  'device_seq',
  'table_id',
  'party_size',
  'server_id',
  'order_id',
  'visit_id',
  'customer_id',
  'service_type',
  'items',
  'subtotal',
  'tax',
  'tip',
  'total',
  'payment_method',
  'provider',
  'payment_id',
  'kitchen_time_minutes',
  'void_reason',
  'rating',
  'nps_score',
  'comment',
  ...ITEM_FIELDS,
] as const;
export type Field = (typeof ALL_FIELDS)[number];

/** A sender's words for a field, the usual one first: it is the one that messages use when the field is missing. */
export type Words = { readonly [F in Field]?: readonly string[] };

/**
 * A dialect as data: which words a family of senders uses. Adding one is adding such a table, and its place in `catalogue.ts`.
 */
export interface Dialect {
  readonly name: string;
  /** Event types by the sender's names for them. */
  readonly eventTypes: ReadonlyMap<string, EventType>;
  readonly words: Words;
  /** The field under which the rest of the event may be nested, or the empty string. */
  readonly nested: string;
}

/** Which fields each event type takes. A field that a type does not take is unknown to it, and is kept as such. */
export const FIELDS: { readonly [T in EventType]: readonly Field[] } = (() => {
  const shared = ['event_id', 'timestamp', 'location_id', 'location_name', 'device_id', 'device_seq'] as const;
  const line = ['items', 'item_id', 'item_name', 'category', 'price', 'quantity'] as const;
  const paid = ['total', 'tax', 'tip', 'subtotal', 'payment_method', 'provider'] as const;
  return {
    table_seated: [...shared, 'table_id', 'party_size', 'server_id'],
    order_placed: [
      ...shared,
      'order_id',
      'table_id',
      'server_id',
      'visit_id',
      'customer_id',
      'service_type',
      'items',
      'subtotal',
    ],
    order_item_added: [...shared, 'order_id', 'visit_id', ...line],
    order_completed: [...shared, 'order_id', 'table_id', 'kitchen_time_minutes'],
    payment: [...shared, 'order_id', 'table_id', 'visit_id', 'payment_id', ...paid],
    payment_refunded: [...shared, 'order_id', ...paid],
    order_voided: [...shared, 'order_id', 'void_reason'],
    sale: [...shared, 'order_id', 'customer_id', 'service_type', ...line, ...paid],
    feedback: [...shared, 'order_id', 'visit_id', 'rating', 'nps_score', 'comment'],
  };
})();
