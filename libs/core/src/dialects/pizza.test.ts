import { describe, expect, test } from '@jest/globals';
import { dialectOf, normalise, routingKey, isRejection } from '../normalise.js';

const ORDER = {
  order_id: 1_001,
  customer_id: 42,
  type: 'meat lover',
  qty: 3,
  retail_price: 47.97,
  order_date: '2025-01-15 18:23:45',
};

const SALE = {
  event_type: 'sale',
  event_id: 'pizza-1001',
  time: Date.UTC(2025, 0, 15, 18, 23, 45),
  location_id: '',
  order_id: '1001',
  customer_id: '42',
  items: [{ item_id: 'meat lover', item_name: 'meat lover', quantity: 3 }],
  total_minor: 4_797,
  subtotal_minor: 4_797,
  tax_minor: 0,
  tip_minor: 0,
  payment_method: 'unknown',
};

describe('flat pizza orders', () => {
  test('an order is a sale at no place, routed by its number', () => {
    const event = normalise(ORDER);
    expect(event).toStrictEqual(SALE);
    expect(!isRejection(event) && routingKey(event)).toBe('1001');
    expect(dialectOf(ORDER)).toBe('pizza');
  });

  test('at a place, if it names one', () => {
    expect(normalise({ ...ORDER, location_id: 'shop-1' })).toMatchObject({ location_id: 'shop-1' });
  });

  test.each([
    ['order_id', 'missing_field', 'order_id is missing'],
    ['type', 'missing_field', 'type is missing'],
    ['qty', 'missing_field', 'qty is missing'],
    ['retail_price', 'missing_field', 'retail_price is missing'],
    ['order_date', 'missing_field', 'order_date is missing'],
  ])('without %s it is refused', (field, reason, message) => {
    expect(normalise({ ...ORDER, [field]: null })).toMatchObject({ reason, message });
  });

  test('messages use the words of the order', () => {
    expect(normalise({ ...ORDER, qty: 0 })).toMatchObject({
      reason: 'invalid_quantity',
      message: 'qty must be a whole number from 1 to 10000, not 0',
    });
    expect(normalise({ ...ORDER, order_id: 'a\u0000' })).toMatchObject({
      reason: 'invalid_id',
      message: expect.stringMatching(/^order_id must not hold control characters/),
    });
    expect(normalise({ ...ORDER, retail_price: -1 })).toMatchObject({
      reason: 'negative_amount',
      message: 'retail_price must not be negative, not -1.00',
    });
  });
});
