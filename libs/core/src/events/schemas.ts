import { AMOUNT_MAX_MINOR } from '../money.js';
import { TIME_MAX_MS } from '../time.js';
import type { EventType } from './canonical.js';
import {
  COMMENT_LENGTH_MAX,
  ID_LENGTH_MAX,
  ITEMS_MAX,
  KITCHEN_TIME_MAX_MINUTES,
  NAME_LENGTH_MAX,
  NPS_MAX,
  PARTY_SIZE_MAX,
  QUANTITY_MAX,
  RATING_MAX,
  WORD_LENGTH_MAX,
} from './limits.js';
import type { Reason } from './reasons.js';

/**
 * The canonical events as JSON Schema 2020-12, one per type and version. A version changes when an event that was valid no longer
 * is; a new optional field does not change it.
 *
 * `x-refused-as` is an annotation of ours: the reason under which a value that breaks the rule is refused.
 */
export interface FieldSchema {
  readonly type: 'string' | 'integer' | 'number' | 'object' | 'array';
  readonly 'x-refused-as'?: Reason;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
}

export interface EventSchema {
  readonly $schema: 'https://json-schema.org/draft/2020-12/schema';
  readonly $id: string;
  readonly title: EventType;
  readonly type: 'object';
  readonly properties: Readonly<Record<string, FieldSchema | { readonly const: EventType }>>;
  readonly required: readonly string[];
}

/** No control characters, no line or paragraph separators, no halves of surrogate pairs: safe in keys, logs and exports. */
const PRINTABLE = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ud800-\\udfff]*$';

const id: FieldSchema = {
  type: 'string',
  minLength: 1,
  maxLength: ID_LENGTH_MAX,
  pattern: PRINTABLE,
  'x-refused-as': 'invalid_id',
};
const idOrNowhere: FieldSchema = {
  type: 'string',
  maxLength: ID_LENGTH_MAX,
  pattern: PRINTABLE,
  'x-refused-as': 'invalid_id',
};
const name: FieldSchema = { type: 'string', maxLength: NAME_LENGTH_MAX, pattern: PRINTABLE };
const word: FieldSchema = { type: 'string', minLength: 1, maxLength: WORD_LENGTH_MAX, pattern: PRINTABLE };
const prose: FieldSchema = { type: 'string', maxLength: COMMENT_LENGTH_MAX };
const amount: FieldSchema = {
  type: 'integer',
  minimum: 0,
  maximum: AMOUNT_MAX_MINOR,
  'x-refused-as': 'invalid_amount',
};
const serviceType: FieldSchema = { type: 'string', enum: ['dine_in', 'takeout', 'delivery'] };
const whole = (minimum: number, maximum: number): FieldSchema => ({ type: 'integer', minimum, maximum });

const item: FieldSchema = {
  type: 'object',
  properties: {
    item_id: id,
    item_name: name,
    category: name,
    price_minor: amount,
    quantity: { ...whole(1, QUANTITY_MAX), 'x-refused-as': 'invalid_quantity' },
    more: { type: 'object' },
  },
  required: ['item_id', 'quantity'],
};
const items = (minItems: number): FieldSchema => ({ type: 'array', minItems, maxItems: ITEMS_MAX, items: item });

const shared = {
  event_id: id,
  time: { ...whole(0, TIME_MAX_MS), 'x-refused-as': 'invalid_timestamp' },
  location_name: name,
  utc_offset_minutes: whole(-1_440, 1_440),
  device_id: id,
  device_seq: whole(0, Number.MAX_SAFE_INTEGER),
  more: { type: 'object' },
} satisfies Record<string, FieldSchema>;

/** The subtotal stands last: where it was derived from the others, what is wrong with them is said first. */
const paid = {
  total_minor: amount,
  tax_minor: amount,
  tip_minor: amount,
  subtotal_minor: amount,
  payment_method: word,
  provider: name,
} satisfies Record<string, FieldSchema>;
const PAID = ['total_minor', 'tax_minor', 'tip_minor', 'subtotal_minor', 'payment_method'];

/** At a place, or at none: web orders happen nowhere, and so do the voids, refunds and opinions that follow them. */
const somewhere = { location_id: id };
const anywhere = { location_id: idOrNowhere };

function schema(
  eventType: EventType,
  properties: Readonly<Record<string, FieldSchema>>,
  required: readonly string[],
): EventSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `https://ticketrail.dev/schemas/${eventType}/1`,
    title: eventType,
    type: 'object',
    properties: { event_type: { const: eventType }, ...shared, ...properties },
    required: ['event_type', 'event_id', 'time', 'location_id', ...required],
  };
}

export const EVENT_SCHEMAS: Readonly<Record<EventType, EventSchema>> = {
  table_seated: schema(
    'table_seated',
    { ...somewhere, table_id: id, party_size: whole(1, PARTY_SIZE_MAX), server_id: id },
    ['table_id'],
  ),
  order_placed: schema(
    'order_placed',
    {
      ...somewhere,
      order_id: id,
      table_id: id,
      server_id: id,
      visit_id: id,
      customer_id: id,
      service_type: serviceType,
      items: items(0),
      subtotal_minor: amount,
    },
    ['order_id'],
  ),
  order_item_added: schema('order_item_added', { ...somewhere, order_id: id, visit_id: id, items: items(1) }, [
    'order_id',
    'items',
  ]),
  order_completed: schema(
    'order_completed',
    {
      ...somewhere,
      order_id: id,
      table_id: id,
      kitchen_time_minutes: { type: 'number', minimum: 0, maximum: KITCHEN_TIME_MAX_MINUTES },
    },
    ['order_id'],
  ),
  payment: schema('payment', { ...somewhere, order_id: id, table_id: id, visit_id: id, payment_id: id, ...paid }, [
    'order_id',
    ...PAID,
  ]),
  payment_refunded: schema('payment_refunded', { ...anywhere, order_id: id, ...paid }, ['order_id', ...PAID]),
  order_voided: schema('order_voided', { ...anywhere, order_id: id, void_reason: prose }, ['order_id']),
  sale: schema(
    'sale',
    { ...anywhere, order_id: id, customer_id: id, service_type: serviceType, items: items(1), ...paid },
    ['order_id', 'items', ...PAID],
  ),
  feedback: schema(
    'feedback',
    {
      ...anywhere,
      order_id: id,
      visit_id: id,
      rating: whole(1, RATING_MAX),
      nps_score: whole(0, NPS_MAX),
      comment: prose,
    },
    [],
  ),
};

export const EVENT_TYPES = Object.keys(EVENT_SCHEMAS) as readonly EventType[];
