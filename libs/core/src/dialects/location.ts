import type { EventType } from '../events/canonical.js';
import { EVENT_TYPES } from '../events/schemas.js';
import type { Dialect, Words } from './dialect.js';

/** The words in which this project itself speaks, and a chain whose places are locations. */
export const LOCATION_WORDS = {
  event_id: ['event_id'],
  timestamp: ['timestamp'],
  location_id: ['location_id'],
  location_name: ['location_name'],
  device_id: ['device_id'],
  device_seq: ['device_seq'],
  table_id: ['table_id'],
  party_size: ['party_size'],
  server_id: ['server_id'],
  order_id: ['order_id'],
  visit_id: ['visit_id'],
  customer_id: ['customer_id'],
  service_type: ['service_type'],
  items: ['items'],
  subtotal: ['subtotal'],
  tax: ['tax'],
  tip: ['tip'],
  total: ['total_amount', 'amount', 'total'],
  payment_method: ['payment_method'],
  provider: ['provider'],
  payment_id: ['payment_id'],
  kitchen_time_minutes: ['kitchen_time_minutes'],
  void_reason: ['void_reason', 'reason'],
  rating: ['rating'],
  nps_score: ['nps_score'],
  comment: ['comment'],
  item_id: ['item_id'],
  item_name: ['item_name'],
  category: ['category'],
  price: ['price'],
  quantity: ['quantity'],
} as const satisfies Words;

/** Each event type under its own name. */
export const OWN_EVENT_TYPES: ReadonlyMap<string, EventType> = new Map(EVENT_TYPES.map((name) => [name, name]));

/** Chains whose places are `location_id` and `location_name`; also every event under its canonical name. */
export const location: Dialect = {
  name: 'location',
  eventTypes: OWN_EVENT_TYPES,
  words: LOCATION_WORDS,
  nested: '',
};
