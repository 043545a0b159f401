/**
 * The canonical event: what every dialect becomes before anything is counted.
 *
 * Times are epoch milliseconds (UTC). Amounts are integers in minor units (cents) and end in `_minor`.
 * Fields a dialect does not know are kept in `more`, never dropped.
 */
export type CanonicalEvent =
  | TableSeated
  | OrderPlaced
  | OrderItemAdded
  | OrderCompleted
  | Payment
  | PaymentRefunded
  | OrderVoided
  | Sale
  | Feedback;

export type EventType = CanonicalEvent['event_type'];

export interface EventFields {
  /** Unique within a tenant's location: the identity under which an event is counted once. */
  event_id: string;
  /** When it happened, by the device's clock. Epoch milliseconds. */
  time: number;
  /** The restaurant or shop; the empty string for an event of no place, such as a web order. */
  location_id: string;
  location_name?: string;
  /** Minutes that local time is ahead of UTC at `time`; set by the enricher from reference data. */
  utc_offset_minutes?: number;
  /** The sender's terminal and its own numbering, where it has them. */
  device_id?: string;
  device_seq?: number;
  /** Whatever else the sender said, as it said it. */
  more?: Record<string, unknown>;
}

export type ServiceType = 'dine_in' | 'takeout' | 'delivery';

export interface Item {
  item_id: string;
  item_name?: string;
  category?: string;
  /** Price of one. */
  price_minor?: number;
  quantity: number;
  /** Whatever else the sender said of this line, such as its modifiers. */
  more?: Record<string, unknown>;
}

export interface TableSeated extends EventFields {
  event_type: 'table_seated';
  table_id: string;
  party_size?: number;
  server_id?: string;
}

export interface OrderPlaced extends EventFields {
  event_type: 'order_placed';
  order_id: string;
  table_id?: string;
  server_id?: string;
  visit_id?: string;
  customer_id?: string;
  service_type?: ServiceType;
  items?: Item[];
  subtotal_minor?: number;
}

/** One line added to an order after (or, out of order, before) it was placed. */
export interface OrderItemAdded extends EventFields {
  event_type: 'order_item_added';
  order_id: string;
  visit_id?: string;
  items: Item[];
}

export interface OrderCompleted extends EventFields {
  event_type: 'order_completed';
  order_id: string;
  table_id?: string;
  kitchen_time_minutes?: number;
}

/** Money that changes hands, and how. */
export interface MoneyFields {
  /** All of it, tax and tip included; positive, also when it is given back. */
  total_minor: number;
  subtotal_minor: number;
  tax_minor: number;
  tip_minor: number;
  payment_method: string;
  /** The card's network or the wallet's name. */
  provider?: string;
}

export interface Payment extends EventFields, MoneyFields {
  event_type: 'payment';
  order_id: string;
  table_id?: string;
  visit_id?: string;
  payment_id?: string;
}

/** Money given back, booked at the time it is given back. */
export interface PaymentRefunded extends EventFields, MoneyFields {
  event_type: 'payment_refunded';
  order_id: string;
}

/** The order is taken back as if it had never been: its sales and payments leave the minutes they were counted in. */
export interface OrderVoided extends EventFields {
  event_type: 'order_voided';
  order_id: string;
  void_reason?: string;
}

/** An order placed and paid at once, as a web shop or a kiosk sends it. */
export interface Sale extends EventFields, MoneyFields {
  event_type: 'sale';
  order_id: string;
  customer_id?: string;
  service_type?: ServiceType;
  items: Item[];
}

export interface Feedback extends EventFields {
  event_type: 'feedback';
  order_id?: string;
  visit_id?: string;
  /** 1 to 5. */
  rating?: number;
  /** 0 to 10. */
  nps_score?: number;
  comment?: string;
}
