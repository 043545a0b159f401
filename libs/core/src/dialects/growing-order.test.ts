import { describe, expect, test } from '@jest/globals';
import { dialectOf, normalise } from '../normalise.js';

const ENVELOPE = {
  event_id: '0b5f6a52-6a39-4d0c-9a52-6f2b1f0f6c01',
  timestamp: '2025-01-15T18:23:45.123Z',
  location_id: 'LOC-ON-001',
  location_name: 'Ottawa ByWard Market',
  visit_id: '0b5f6a52-6a39-4d0c-9a52-6f2b1f0f6c02',
  order_id: '0b5f6a52-6a39-4d0c-9a52-6f2b1f0f6c03',
};
const { timestamp: _timestamp, ...SHARED } = ENVELOPE;
const TIME = Date.UTC(2025, 0, 15, 18, 23, 45, 123);
const CAPTURED = { payment_id: 'p1', subtotal: 40, tax: 5.2, tip: 8.1, total: 53.3, provider: 'VISA' };

describe('orders that grow item by item', () => {
  test('order_created is an order placed', () => {
    const sent = {
      ...ENVELOPE,
      event_type: 'order_created',
      service_type: 'takeout',
      party_size: null,
      customer_id: 'CUS-00000001',
    };
    expect(normalise(sent)).toStrictEqual({
      ...SHARED,
      event_type: 'order_placed',
      time: TIME,
      customer_id: 'CUS-00000001',
      service_type: 'takeout',
      more: { party_size: null },
    });
    expect(dialectOf(sent)).toBe('growing_order');
  });

  const line = { item_id: 'ITM-001', item_name: 'Flat White', category: 'Coffee', unit_price: 4.25, quantity: 2 };
  const added = {
    ...SHARED,
    event_type: 'order_item_added',
    time: TIME,
    items: [{ item_id: 'ITM-001', item_name: 'Flat White', category: 'Coffee', price_minor: 425, quantity: 2 }],
  };

  test('order_item_added with its line flat, as an object, or in a list', () => {
    const sent = { ...ENVELOPE, event_type: 'order_item_added', order_item_id: 'oi1' };
    const expected = { ...added, more: { order_item_id: 'oi1' } };
    expect(normalise({ ...sent, ...line })).toStrictEqual(expected);
    expect(normalise({ ...sent, item: line })).toStrictEqual(expected);
    expect(normalise({ ...sent, items: [line] })).toStrictEqual(expected);
    const { unit_price: price, quantity: qty, ...rest } = line;
    expect(normalise({ ...sent, ...rest, price, qty })).toStrictEqual(expected);
  });

  test('a line without quantity is refused under the name the sender would use', () => {
    const { quantity: _quantity, ...rest } = line;
    const sent = { ...ENVELOPE, event_type: 'order_item_added' };
    expect(normalise({ ...sent, ...rest })).toMatchObject({ reason: 'missing_field', message: 'quantity is missing' });
    expect(normalise({ ...sent, item: rest })).toMatchObject({ message: 'item.quantity is missing' });
    expect(normalise({ ...sent, items: [line, rest] })).toMatchObject({ message: 'items[1].quantity is missing' });
  });

  const paid = {
    ...SHARED,
    event_type: 'payment',
    time: TIME,
    payment_id: 'p1',
    total_minor: 5_330,
    subtotal_minor: 4_000,
    tax_minor: 520,
    tip_minor: 810,
    payment_method: 'credit_card',
    provider: 'VISA',
  };

  test('payment_captured is a payment', () => {
    const sent = {
      ...ENVELOPE,
      event_type: 'payment_captured',
      ...CAPTURED,
      currency: 'CAD',
      payment_method: 'credit',
    };
    expect(normalise(sent)).toStrictEqual({ ...paid, more: { currency: 'CAD' } });
  });

  test('other spellings, and facts nested in payload, give the same event', () => {
    const { timestamp, order_id, ...outer } = ENVELOPE;
    const { total, tax, tip, ...inner } = CAPTURED;
    const nested = { ...inner, order_id, amount: total, tax_amount: tax, tip_amount: tip, method: 'Credit Card' };
    for (const word of ['ts', 'event_time', 'event_ts', 'occurred_at']) {
      expect(normalise({ ...outer, event_type: 'payment_captured', [word]: timestamp, payload: nested })).toStrictEqual(
        paid,
      );
    }
    expect(
      normalise({ ...outer, event_type: 'payment_captured', ts: timestamp, payload: { ...nested, amount: -1 } }),
    ).toMatchObject({ reason: 'negative_amount', message: 'payload.amount must not be negative, not -1.00' });
  });

  test('a field said twice counts by its better word, whatever the order, and the other is kept', () => {
    const sent = { ...ENVELOPE, event_type: 'payment_captured', ...CAPTURED, payment_method: 'cash' };
    const expected = { total_minor: 5_330, more: { amount: 99 } };
    expect(normalise({ ...sent, amount: 99 })).toMatchObject(expected);
    expect(normalise({ amount: 99, ...sent })).toMatchObject(expected);
    expect(normalise({ ...sent, amount: 53.3 })).not.toHaveProperty('more');
    expect(normalise({ ...sent, payload: { total: 99, note: 'x' }, note: 'y' })).toMatchObject({
      total_minor: 5_330,
      more: { total: 99, note: 'y', 'payload.note': 'x' },
    });
  });

  test('so does a field of a line', () => {
    const sent = { ...ENVELOPE, event_type: 'order_item_added' };
    const expected = { items: [{ price_minor: 425, more: { price: 9 } }] };
    expect(normalise({ ...sent, items: [{ ...line, price: 9 }] })).toMatchObject(expected);
    expect(normalise({ ...sent, items: [{ price: 9, ...line }] })).toMatchObject(expected);
    expect(normalise({ ...sent, items: [{ ...line, price: 4.25 }] })).toMatchObject(added);
  });

  test('feedback_submitted is feedback', () => {
    const sent = {
      ...ENVELOPE,
      event_type: 'feedback_submitted',
      feedback_id: 'f1',
      rating: 4,
      nps_score: 9,
      comment: null,
    };
    expect(normalise(sent)).toStrictEqual({
      ...SHARED,
      event_type: 'feedback',
      time: TIME,
      rating: 4,
      nps_score: 9,
      more: { feedback_id: 'f1' },
    });
  });
});
