/**
 * The raw events of the Ontario profile, exactly as the twelve restaurants send them: one JSON object each. The
 * vocabulary differs from the chain's: an order grows item by item, and there are no tables.
 *
 * What holds for every event:
 * - Money is a JSON number of Canadian dollars with at most two decimals.
 * - `timestamp` is ISO-8601 in UTC with milliseconds and `Z`: when it happened at the till, not when it was sent.
 * - `event_id`, `visit_id`, `order_id`, `order_item_id`, `payment_id` and `feedback_id` are UUIDs (version 4), each unique.
 * - `customer_id` is the only key that may be absent: it is there when the guest is known (each delivery, most takeout orders,
 *   few dine-in ones), and then it is on every event of the visit but `order_item_added`.
 *
 * The life of an order: one `order_created`, one to four `order_item_added` whose quantities sum to one to four, one
 * `payment_captured`, and for a quarter of orders one `feedback_submitted`.
 */

/** How the guest gets the food. Dine-in is paid after the meal, the two others before it. */
export type ServiceType = 'dine_in' | 'takeout' | 'delivery';

/** What the guest pays with. `credit_card` and `debit_card` are the card payments: only they have a provider. */
export type OntarioPaymentMethod = 'credit_card' | 'debit_card' | 'cash' | 'digital_wallet' | 'gift_card';

/** The card network of a card payment. */
export type CardProvider = 'VISA' | 'Mastercard' | 'Amex';

/** The thirteen categories of the menu. */
export type OntarioCategory =
  | 'Coffee'
  | 'Tea'
  | 'Breakfast'
  | 'Bakery'
  | 'Appetizer'
  | 'Soup'
  | 'Salad'
  | 'Sandwich'
  | 'Entree'
  | 'Side'
  | 'Dessert'
  | 'Soft Drink'
  | 'Alcohol';

/** The fields with which every Ontario event begins. */
export interface OntarioEnvelope {
  event_id: string;
  /** ISO-8601, UTC, milliseconds. */
  timestamp: string;
  /** `LOC-ON-001` to `LOC-ON-012`. */
  location_id: string;
  /** A city and a street or district, such as `Ottawa ByWard Market`. */
  location_name: string;
  visit_id: string;
  order_id: string;
}

/** A guest begins an order. Nothing is in it yet, so it carries no money. */
export interface OrderCreated extends OntarioEnvelope {
  event_type: 'order_created';
  service_type: ServiceType;
  /** Guests at the table (1 to 8) for dine-in, and null for takeout and delivery. */
  party_size: number | null;
  /** `CUS-` and eight digits; absent for guests who are not known. */
  customer_id?: string;
}

/** One line of the order. Seconds after `order_created`. */
export interface OrderItemAdded extends OntarioEnvelope {
  event_type: 'order_item_added';
  order_item_id: string;
  /** `ITM-` and three digits, the same at every location. */
  item_id: string;
  item_name: string;
  category: OntarioCategory;
  /** Price of one piece, 2.25 to 40.00. */
  unit_price: number;
  /** Pieces, 1 to 4. */
  quantity: number;
}

/** The order is paid in full: the only event with the order's totals. */
export interface PaymentCaptured extends OntarioEnvelope {
  event_type: 'payment_captured';
  payment_id: string;
  service_type: ServiceType;
  /** The sum of unit_price × quantity over the order's items. */
  subtotal: number;
  /** 13 % HST on the subtotal, rounded half up to the cent. */
  tax: number;
  /** A share of the subtotal that depends on the service type. */
  tip: number;
  /** subtotal + tax + tip. */
  total: number;
  /** Always `CAD`. */
  currency: 'CAD';
  payment_method: OntarioPaymentMethod;
  /** The card network; null unless payment_method is credit_card or debit_card. */
  provider: CardProvider | null;
  customer_id?: string;
}

/** The guest says how it was, minutes to hours after paying. */
export interface FeedbackSubmitted extends OntarioEnvelope {
  event_type: 'feedback_submitted';
  feedback_id: string;
  /** Stars, 1 to 5. */
  rating: number;
  /** How likely the guest is to recommend the restaurant, 0 to 10. */
  nps_score: number;
  /** A sentence, or null when the guest only gave stars. */
  comment: string | null;
  customer_id?: string;
}

export type OntarioEvent = OrderCreated | OrderItemAdded | PaymentCaptured | FeedbackSubmitted;
