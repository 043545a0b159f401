import type { CanonicalEvent } from './canonical.js';
import type { Rejection } from '../batches.js';
import {
  DEPTH_MAX,
  ECHO_LENGTH_MAX,
  ID_LENGTH_MAX,
  ITEMS_MAX,
  KEYS_MAX,
  QUANTITY_MAX,
  TEXT_LENGTH_MAX,
} from './limits.js';

/** Every code under which an event can be refused, and when it is. Codes are stable: dashboards and senders match on them. */
export const REASONS = {
  not_json: 'The text is not JSON.',
  not_an_object: 'The event is JSON, but not an object.',
  too_large: `The event is longer than ${TEXT_LENGTH_MAX} characters.`,
  too_deep: `Objects and lists lie within each other more than ${DEPTH_MAX} deep.`,
  too_many_keys: `The event has more than ${KEYS_MAX} fields and list elements, beside the known fields of its items.`,
  forbidden_key: 'A field is called __proto__, constructor or prototype.',
  unknown_event_type: 'The event type is none of those that are counted.',
  missing_field: 'A field that this event type needs is absent, null or empty.',
  wrong_type: 'A field holds another type of value than it should, such as a number where text is needed.',
  invalid_id: `An identifier is longer than ${ID_LENGTH_MAX} characters, holds control characters, or is a number too large to be exact.`,
  invalid_timestamp:
    'The time of the event is not an instant that ISO-8601, epoch seconds or epoch milliseconds can name.',
  invalid_amount: 'An amount is not a decimal number, or tax and tip are more than the total they are part of.',
  amount_precision: 'An amount is not a whole number of cents.',
  negative_amount: 'An amount is below zero.',
  amount_out_of_range: 'An amount is above 100,000,000.00.',
  invalid_quantity: `A quantity is not a whole number from 1 to ${QUANTITY_MAX}.`,
  out_of_range: `A number is outside its range, or a list of items is empty or has more than ${ITEMS_MAX} lines.`,
  invalid_value:
    'A field holds a value that it cannot have: text too long or with control characters, or what JSON cannot say.',
  time_before_horizon: 'The event happened longer ago than late events are taken.',
  time_in_future: 'The event happened later than now, by more than clocks may differ.',
} as const;

export type Reason = keyof typeof REASONS;

/** Why an event is refused, before it is joined with what the sender wrote. */
export interface Fault {
  reason: Reason;
  /** One plain sentence without a full stop, that names the field as the sender does. */
  message: string;
}

/** A refusal as a value. The payload is what the sender wrote, whole. */
export function rejection({ reason, message }: Fault, payload: unknown): Rejection {
  return { reason, message, payload };
}

/** Tells a refusal from an event. */
export function isRejection(outcome: CanonicalEvent | Rejection): outcome is Rejection {
  return 'reason' in outcome;
}

const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029]/g;

/** A value as a message may show it: short, on one line, whatever it is. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'string': {
      const shown = JSON.stringify(value.slice(0, ECHO_LENGTH_MAX)).replace(UNPRINTABLE, '?');
      return shown.length <= ECHO_LENGTH_MAX && value.length <= ECHO_LENGTH_MAX
        ? shown
        : `${shown.slice(0, ECHO_LENGTH_MAX - 2)}…"`;
    }
    case 'number':
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object';
    default:
      return `a value of type ${typeof value}`;
  }
}
