/**
 * The raw events of the chain profile, exactly as the terminals send them: one JSON object each.
 *
 * The chain speaks two dialects that differ only in names and identifiers:
 *
 * | | locations | restaurants |
 * |---|---|---|
 * | place | `location_id` `loc_00001`, `location_name` `Chicago - River North` | `restaurant_id` `rest_001`, `restaurant_name` |
 * | event_id | `evt_` and 16 letters or digits | a UUID |
 * | order_id | `ord_` and 16 letters or digits | `order_` and 16 letters or digits |
 *
 * What holds for every event:
 * - Money is a JSON number of dollars with at most two decimals.
 * - `timestamp` is ISO-8601 in UTC with milliseconds and `Z`: when it happened at the till, not when it was sent.
 * - Every key is present in every event.
 *
 * The life of a visit: `table_seated`, `order_placed`, `order_completed`, `payment`, in this order of event time. A few
 * parties leave before they order, and a few orders are never completed or never paid; no event is ever without those before it.
 * A table has one party at a time.
 */

/** Which of the two dialects a location speaks. */
export type ChainDialect = 'locations' | 'restaurants';

/** What the guests pay with. */
export type ChainPaymentMethod = 'credit_card' | 'debit_card' | 'cash' | 'digital_wallet' | 'gift_card';

/** Where it happened, in the first dialect. */
export interface LocationPlace {
  location_id: string;
  location_name: string;
}

/** Where it happened, in the second dialect. */
export interface RestaurantPlace {
  restaurant_id: string;
  restaurant_name: string;
}

/** Who and when: the fields with which every event of the chain begins, the place among them. */
export type ChainEnvelope = { event_id: string; timestamp: string } & (LocationPlace | RestaurantPlace);

/** A party sits down. */
export type TableSeated = ChainEnvelope & {
  event_type: 'table_seated';
  /** `table_12`, unique within the location. */
  table_id: string;
  /** Guests, 1 to 10. */
  party_size: number;
  /** `server_456`, unique within the chain. */
  server_id: string;
};

/** One line of an order. */
export interface ChainOrderItem {
  /** `item_101`, the same at every location. */
  item_id: string;
  item_name: string;
  category: string;
  /** Price of one piece. */
  price: number;
  /** Pieces, at least 1. */
  quantity: number;
}

/** The order goes to the kitchen. */
export type OrderPlaced = ChainEnvelope & {
  event_type: 'order_placed';
  table_id: string;
  order_id: string;
  server_id: string;
  items: ChainOrderItem[];
  /** The sum of price × quantity over the items. */
  subtotal: number;
};

/** The kitchen has sent out everything. */
export type OrderCompleted = ChainEnvelope & {
  event_type: 'order_completed';
  table_id: string;
  order_id: string;
  /** Whole minutes from the first pan to the pass, at least 1. Never more than the time since the order was placed at life's pace. */
  kitchen_time_minutes: number;
};

/** The guests pay, in full and once. */
export type ChainPayment = ChainEnvelope & {
  event_type: 'payment';
  table_id: string;
  order_id: string;
  /** The subtotal of the order. */
  subtotal: number;
  /** Sales tax of the city, on the subtotal, rounded half up to the cent. */
  tax: number;
  tip: number;
  /** subtotal + tax + tip. */
  total_amount: number;
  payment_method: ChainPaymentMethod;
};

export type ChainEvent = TableSeated | OrderPlaced | OrderCompleted | ChainPayment;
