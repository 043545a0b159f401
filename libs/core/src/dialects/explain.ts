import type { ErrorObject } from 'ajv/dist/2020.js';
import { minorToText } from '../money.js';
import { show, type Fault, type Reason } from '../events/reasons.js';
import type { FieldSchema } from '../events/schemas.js';
import type { Field, ItemField } from './dialect.js';
import type { Draft } from './draft.js';

/** Says a broken rule of a schema in the sender's own words: which field, what it must be, what it is instead. */
export function explain(draft: Draft, error: ErrorObject): Fault {
  const name = nameOf(draft, error);
  if (error.keyword === 'required') return { reason: 'missing_field', message: `${name} is missing` };
  const rule = (error.parentSchema ?? {}) as FieldSchema;
  if (rule['x-refused-as'] === 'invalid_timestamp') {
    return {
      reason: 'invalid_timestamp',
      message: `${name} must be an instant from 1970 to 9999, not ${show(draft.timestamp)}`,
    };
  }
  const isAmount = rule['x-refused-as'] === 'invalid_amount';
  const found = isAmount && typeof error.data === 'number' ? minorToText(error.data) : foundIn(error);
  return {
    reason: reasonOf(error, rule, isAmount),
    message: `${name} ${expectation(error, rule, isAmount)}, not ${found}`,
  };
}

function foundIn(error: ErrorObject): string {
  if (Array.isArray(error.data)) return error.keyword === 'type' ? 'a list' : `${error.data.length} lines`;
  if (error.keyword === 'maxLength' && typeof error.data === 'string') return `${error.data.length}`;
  return show(error.data);
}

function reasonOf(error: ErrorObject, rule: FieldSchema, isAmount: boolean): Reason {
  if (error.keyword === 'type' && !isFraction(error, rule)) {
    const unsafe = rule['x-refused-as'] === 'invalid_id' && typeof error.data === 'number';
    return unsafe ? 'invalid_id' : 'wrong_type';
  }
  if (isAmount) return error.keyword === 'minimum' ? 'negative_amount' : 'amount_out_of_range';
  if (rule['x-refused-as'] !== undefined) return rule['x-refused-as'];
  return rule.type === 'string' ? 'invalid_value' : 'out_of_range';
}

/** A number with a fraction where a whole one is needed is of the right type, and out of range. */
function isFraction(error: ErrorObject, rule: FieldSchema): boolean {
  return rule.type === 'integer' && typeof error.data === 'number';
}

function expectation(error: ErrorObject, rule: FieldSchema, isAmount: boolean): string {
  if (isAmount)
    return error.keyword === 'minimum'
      ? 'must not be negative'
      : `must be an amount up to ${minorToText(rule.maximum ?? 0)}`;
  switch (error.keyword) {
    case 'maxLength':
      return `must have at most ${rule.maxLength} characters`;
    case 'pattern':
      return 'must not hold control characters or halves of characters';
    default:
  }
  switch (rule.type) {
    case 'integer':
      return `must be a whole number from ${rule.minimum} to ${rule.maximum}`;
    case 'number':
      return `must be a number from ${rule.minimum} to ${rule.maximum}`;
    case 'array':
      return `must be a list of ${rule.minItems} to ${rule.maxItems} lines`;
    case 'string':
      return rule['x-refused-as'] === 'invalid_id' && typeof error.data === 'number'
        ? 'must be text, or a whole number that is exact'
        : 'must be text';
    default:
      return `must be of type ${rule.type}`;
  }
}

/** Canonical names of fields that senders do not use. */
const SENDERS_NAMES: Readonly<Record<string, Field>> = {
  time: 'timestamp',
  total_minor: 'total',
  subtotal_minor: 'subtotal',
  tax_minor: 'tax',
  tip_minor: 'tip',
  price_minor: 'price',
};

/** The sender's name for the field that a rule is about. */
function nameOf(draft: Draft, error: ErrorObject): string {
  const path = error.instancePath.split('/').slice(1);
  const missing =
    error.keyword === 'required' ? (error.params as { missingProperty: string }).missingProperty : undefined;
  if (missing !== undefined) path.push(missing);
  const last = path.at(-1) ?? 'event';
  const field = (SENDERS_NAMES[last] ?? last) as Field;
  return path[0] === 'items' && path.length > 1
    ? draft.itemNameOf(Number(path[1]), field as ItemField)
    : draft.nameOf(field);
}
