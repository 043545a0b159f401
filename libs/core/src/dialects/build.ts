import type {
  CanonicalEvent,
  EventFields,
  EventType,
  Feedback,
  OrderCompleted,
  OrderItemAdded,
  OrderPlaced,
  OrderVoided,
  Payment,
  PaymentRefunded,
  Sale,
  TableSeated,
} from '../events/canonical.js';
import type { Draft } from './draft.js';
import { toItems } from './items.js';
import { toPaid } from './paid.js';
import { toAmount, toId, toNumber, toServiceType, toTime, type Candidate } from './values.js';

/**
 * A draft as an event of its type: every value converted, none judged beyond that. Required fields stand in the literal, so that the
 * events of a type share a shape; optional ones are added only where they are told, so that an event equals its copy in the log.
 */
export const BUILD: { readonly [T in EventType]: (draft: Draft) => Candidate<CanonicalEvent> } = {
  table_seated: tableSeated,
  order_placed: orderPlaced,
  order_item_added: orderItemAdded,
  order_completed: orderCompleted,
  payment,
  payment_refunded: paymentRefunded,
  order_voided: orderVoided,
  sale,
  feedback,
};

function tableSeated(draft: Draft): Candidate<TableSeated> {
  const event: Candidate<TableSeated> = {
    event_type: 'table_seated',
    event_id: toId(draft.event_id),
    time: toTime(draft),
    location_id: toId(draft.location_id),
    table_id: toId(draft.table_id),
  };
  if (draft.party_size !== undefined) event.party_size = toNumber(draft.party_size);
  if (draft.server_id !== undefined) event.server_id = toId(draft.server_id);
  addShared(event, draft);
  return event;
}

function orderPlaced(draft: Draft): Candidate<OrderPlaced> {
  const event: Candidate<OrderPlaced> = {
    event_type: 'order_placed',
    event_id: toId(draft.event_id),
    time: toTime(draft),
    location_id: toId(draft.location_id),
    order_id: toId(draft.order_id),
  };
  if (draft.table_id !== undefined) event.table_id = toId(draft.table_id);
  if (draft.server_id !== undefined) event.server_id = toId(draft.server_id);
  if (draft.visit_id !== undefined) event.visit_id = toId(draft.visit_id);
  if (draft.customer_id !== undefined) event.customer_id = toId(draft.customer_id);
  const serviceType = toServiceType(draft);
  if (serviceType !== undefined) event.service_type = serviceType;
  const items = toItems(draft);
  if (items !== undefined) event.items = items;
  if (draft.subtotal !== undefined) event.subtotal_minor = toAmount(draft, 'subtotal');
  addShared(event, draft);
  return event;
}

function orderItemAdded(draft: Draft): Candidate<OrderItemAdded> {
  const event: Candidate<OrderItemAdded> = {
    event_type: 'order_item_added',
    event_id: toId(draft.event_id),
    time: toTime(draft),
    location_id: toId(draft.location_id),
    order_id: toId(draft.order_id),
    items: toItems(draft),
  };
  if (draft.visit_id !== undefined) event.visit_id = toId(draft.visit_id);
  addShared(event, draft);
  return event;
}

function orderCompleted(draft: Draft): Candidate<OrderCompleted> {
  const event: Candidate<OrderCompleted> = {
    event_type: 'order_completed',
    event_id: toId(draft.event_id),
    time: toTime(draft),
    location_id: toId(draft.location_id),
    order_id: toId(draft.order_id),
  };
  if (draft.table_id !== undefined) event.table_id = toId(draft.table_id);
  if (draft.kitchen_time_minutes !== undefined) event.kitchen_time_minutes = toNumber(draft.kitchen_time_minutes);
  addShared(event, draft);
  return event;
}

function payment(draft: Draft): Candidate<Payment> {
  const paid = toPaid(draft);
  const event: Candidate<Payment> = {
    event_type: 'payment',
    event_id: toId(draft.event_id),
    time: toTime(draft),
    location_id: toId(draft.location_id),
    order_id: toId(draft.order_id),
    total_minor: paid.total,
    subtotal_minor: paid.subtotal,
    tax_minor: paid.tax,
    tip_minor: paid.tip,
    payment_method: paid.method,
  };
  if (draft.provider !== undefined) event.provider = draft.provider;
  if (draft.table_id !== undefined) event.table_id = toId(draft.table_id);
  if (draft.visit_id !== undefined) event.visit_id = toId(draft.visit_id);
  if (draft.payment_id !== undefined) event.payment_id = toId(draft.payment_id);
  addShared(event, draft);
  return event;
}

function paymentRefunded(draft: Draft): Candidate<PaymentRefunded> {
  const paid = toPaid(draft);
  const event: Candidate<PaymentRefunded> = {
    event_type: 'payment_refunded',
    event_id: toId(draft.event_id),
    time: toTime(draft),
    location_id: toId(draft.location_id),
    order_id: toId(draft.order_id),
    total_minor: paid.total,
    subtotal_minor: paid.subtotal,
    tax_minor: paid.tax,
    tip_minor: paid.tip,
    payment_method: paid.method,
  };
  if (draft.provider !== undefined) event.provider = draft.provider;
  addShared(event, draft);
  return event;
}

function orderVoided(draft: Draft): Candidate<OrderVoided> {
  const event: Candidate<OrderVoided> = {
    event_type: 'order_voided',
    event_id: toId(draft.event_id),
    time: toTime(draft),
    location_id: toId(draft.location_id),
    order_id: toId(draft.order_id),
  };
  if (draft.void_reason !== undefined) event.void_reason = draft.void_reason;
  addShared(event, draft);
  return event;
}

function sale(draft: Draft): Candidate<Sale> {
  const paid = toPaid(draft);
  const event: Candidate<Sale> = {
    event_type: 'sale',
    event_id: toId(draft.event_id),
    time: toTime(draft),
    // A sale that names no place happens at none. The other events must say so with an empty text, since a terminal that
    // forgets its place would otherwise void or refund an order that nobody finds.
    location_id: draft.location_id === undefined ? '' : toId(draft.location_id),
    order_id: toId(draft.order_id),
    items: toItems(draft),
    total_minor: paid.total,
    subtotal_minor: paid.subtotal,
    tax_minor: paid.tax,
    tip_minor: paid.tip,
    payment_method: paid.method,
  };
  if (draft.provider !== undefined) event.provider = draft.provider;
  if (draft.customer_id !== undefined) event.customer_id = toId(draft.customer_id);
  const serviceType = toServiceType(draft);
  if (serviceType !== undefined) event.service_type = serviceType;
  addShared(event, draft);
  return event;
}

function feedback(draft: Draft): Candidate<Feedback> {
  // An opinion about no place must at least name its order, or nothing would say which partition counts it.
  const nowhere = draft.location_id === '' && draft.order_id === undefined;
  const event: Candidate<Feedback> = {
    event_type: 'feedback',
    event_id: toId(draft.event_id),
    time: toTime(draft),
    location_id: nowhere ? undefined : toId(draft.location_id),
  };
  if (draft.order_id !== undefined) event.order_id = toId(draft.order_id);
  if (draft.visit_id !== undefined) event.visit_id = toId(draft.visit_id);
  if (draft.rating !== undefined) event.rating = toNumber(draft.rating);
  if (draft.nps_score !== undefined) event.nps_score = toNumber(draft.nps_score);
  if (draft.comment !== undefined) event.comment = draft.comment;
  addShared(event, draft);
  return event;
}

function addShared(event: Candidate<EventFields>, draft: Draft): void {
  if (draft.location_name !== undefined) event.location_name = draft.location_name;
  if (draft.device_id !== undefined) event.device_id = toId(draft.device_id);
  if (draft.device_seq !== undefined) event.device_seq = toNumber(draft.device_seq);
  if (draft.more !== undefined) event.more = draft.more;
}
