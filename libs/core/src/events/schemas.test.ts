import { describe, expect, test } from '@jest/globals';
import type { CanonicalEvent, EventType } from './canonical.js';
import { EVENT_SCHEMAS, EVENT_TYPES } from './schemas.js';
import { firstFault, isCanonical } from './validation.js';

const SHARED = { event_id: 'e', time: 0, location_id: 'l' };
const PAID = { total_minor: 1, subtotal_minor: 1, tax_minor: 0, tip_minor: 0, payment_method: 'cash' };

/** The least event of each type. */
const LEAST: { [T in EventType]: CanonicalEvent & { event_type: T } } = {
  table_seated: { ...SHARED, event_type: 'table_seated', table_id: 't' },
  order_placed: { ...SHARED, event_type: 'order_placed', order_id: 'o' },
  order_item_added: {
    ...SHARED,
    event_type: 'order_item_added',
    order_id: 'o',
    items: [{ item_id: 'i', quantity: 1 }],
  },
  order_completed: { ...SHARED, event_type: 'order_completed', order_id: 'o' },
  payment: { ...SHARED, event_type: 'payment', order_id: 'o', ...PAID },
  payment_refunded: { ...SHARED, event_type: 'payment_refunded', order_id: 'o', ...PAID },
  order_voided: { ...SHARED, event_type: 'order_voided', order_id: 'o' },
  sale: { ...SHARED, event_type: 'sale', order_id: 'o', items: [{ item_id: 'i', quantity: 1 }], ...PAID },
  feedback: { ...SHARED, event_type: 'feedback' },
};

describe('the schemas of canonical events', () => {
  test.each(EVENT_TYPES)('%s has an id with its version, and takes its least event', (eventType) => {
    expect(EVENT_SCHEMAS[eventType].$id).toBe(`https://ticketrail.dev/schemas/${eventType}/1`);
    expect(EVENT_SCHEMAS[eventType].$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(firstFault(eventType, LEAST[eventType])).toBeUndefined();
    expect(isCanonical(LEAST[eventType])).toBe(true);
  });

  test.each(EVENT_TYPES)('%s misses each field it requires', (eventType) => {
    for (const field of EVENT_SCHEMAS[eventType].required) {
      const { [field as 'event_id']: _missing, ...rest } = LEAST[eventType];
      expect(firstFault(eventType, rest)).toMatchObject({ keyword: 'required', params: { missingProperty: field } });
    }
  });

  test.each([
    '\u0000',
    'a\tb',
    'a\nb',
    '\u007f',
    '\u0085',
    '\u009f',
    '\u2028',
    '\u2029',
    '\ud800',
    'a\udc00b',
    '',
    'x'.repeat(129),
  ])('%j is no identifier', (id) => {
    expect(isCanonical({ ...LEAST.payment, order_id: id })).toBe(false);
  });

  test.each(['ord_1', 'é', '注文', '🍕', ' ', '🍕'.repeat(128), '__proto__'])('%j is an identifier', (id) => {
    expect(isCanonical({ ...LEAST.payment, order_id: id })).toBe(true);
  });

  test('an event of a place must name it', () => {
    const nowhere = EVENT_TYPES.filter((eventType) => isCanonical({ ...LEAST[eventType], location_id: '' }));
    expect(nowhere).toStrictEqual(['payment_refunded', 'order_voided', 'sale', 'feedback']);
  });

  test.each([
    null,
    undefined,
    1,
    'payment',
    [],
    {},
    { event_type: 1 },
    { event_type: 'toString' },
    { event_type: '__proto__' },
  ])('%p is no event', (value) => {
    expect(isCanonical(value)).toBe(false);
  });
});
