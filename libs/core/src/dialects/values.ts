import { AMOUNT_MAX_MINOR, minorToText, toMinor, type AmountFault } from '../money.js';
import { parseTime } from '../time.js';
import { show } from '../events/reasons.js';
import type { Draft } from './draft.js';
import { serviceTypeOf } from './words.js';

/** Something of type `T`, none of whose values has been judged yet. */
export type Candidate<T> = { -readonly [K in keyof T]: unknown };

/**
 * A sender's value as ours. Only what must be converted is judged here; everything else is passed through as it is, and the schema
 * says what is wrong with it.
 */

/** An identifier. Whole numbers become text; those too large to be exact stay numbers, and are refused. */
export function toId(value: unknown): unknown {
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
}

/** A number, in which -0 becomes 0, since JSON writes both as 0. */
export function toNumber(value: unknown): unknown {
  return value === 0 ? 0 : value;
}

/** Epoch milliseconds; refuses what is no instant. */
export function toTime(draft: Draft): number | undefined {
  const value = draft.timestamp;
  const time = parseTime(value);
  if (time === undefined && value !== undefined) {
    draft.refuse(
      'invalid_timestamp',
      `${draft.nameOf('timestamp')} must be an instant such as "2025-01-15T18:23:45.123Z" or epoch milliseconds, not ${show(value)}`,
    );
  }
  return time;
}

/** Minor units of one of the event's amounts; undefined when it is absent, or refused for being none. */
export function toAmount(draft: Draft, field: 'total' | 'subtotal' | 'tax' | 'tip'): number | undefined {
  const value = draft[field];
  if (value === undefined) return undefined;
  const amount = toMinor(value);
  if (typeof amount === 'number') return amount;
  refuseAmount(draft, amount, draft.nameOf(field), value);
  return undefined;
}

/** Minor units of the price in line `index` of the order; undefined when it is refused. */
export function toPrice(draft: Draft, value: unknown, index: number): number | undefined {
  const amount = toMinor(value);
  if (typeof amount === 'number') return amount;
  refuseAmount(draft, amount, draft.itemNameOf(index, 'price'), value);
  return undefined;
}

const AMOUNT_RULES: Readonly<Record<AmountFault, string>> = {
  wrong_type: 'must be a decimal number such as 18.99',
  invalid_amount: 'must be a decimal number such as 18.99',
  amount_precision: 'must be a whole number of cents',
  amount_out_of_range: `must be an amount up to ${minorToText(AMOUNT_MAX_MINOR)}`,
};

function refuseAmount(draft: Draft, fault: AmountFault, name: string, value: unknown): void {
  draft.refuse(fault, `${name} ${AMOUNT_RULES[fault]}, not ${show(value)}`);
}

/** One of the three service types; a word that is none of them is kept among the unknown fields. */
export function toServiceType(draft: Draft): unknown {
  const value = draft.service_type;
  if (typeof value !== 'string') return value;
  const serviceType = serviceTypeOf(value);
  if (serviceType === undefined) (draft.more ??= {})['service_type'] ??= value;
  return serviceType;
}
