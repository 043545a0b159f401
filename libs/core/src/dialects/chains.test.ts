import { describe, expect, test } from '@jest/globals';
import { dialectOf, normalise } from '../normalise.js';

const WHERE = { location_id: 'loc_00142', location_name: 'Chicago - River North' };
const ITEMS = [
  { item_id: 'item_101', item_name: 'Margherita Pizza', category: 'Pizza', price: 18.99, quantity: 2 },
  { item_id: 'item_205', item_name: 'Caesar Salad', category: 'Salad', price: 12.99, quantity: 1 },
];
const PAID = { subtotal: 50.97, tax: 4.58, tip: 10.0, total_amount: 65.55, payment_method: 'credit_card' };

const SENT = {
  table_seated: {
    event_id: 'evt_abc123',
    event_type: 'table_seated',
    timestamp: '2025-01-15T18:23:45.123Z',
    ...WHERE,
    table_id: 'table_12',
    party_size: 4,
    server_id: 'server_456',
  },
  order_placed: {
    event_id: 'evt_def456',
    event_type: 'order_placed',
    timestamp: '2025-01-15T18:30:15.456Z',
    ...WHERE,
    table_id: 'table_12',
    order_id: 'ord_789xyz',
    server_id: 'server_456',
    items: ITEMS,
    subtotal: 50.97,
  },
  order_completed: {
    event_id: 'evt_ghi789',
    event_type: 'order_completed',
    timestamp: '2025-01-15T18:55:30.789Z',
    ...WHERE,
    table_id: 'table_12',
    order_id: 'ord_789xyz',
    kitchen_time_minutes: 22,
  },
  payment: {
    event_id: 'evt_jkl012',
    event_type: 'payment',
    timestamp: '2025-01-15T19:05:45.123Z',
    ...WHERE,
    table_id: 'table_12',
    order_id: 'ord_789xyz',
    ...PAID,
  },
};

const CANONICAL = {
  table_seated: {
    event_type: 'table_seated',
    event_id: 'evt_abc123',
    time: Date.UTC(2025, 0, 15, 18, 23, 45, 123),
    ...WHERE,
    table_id: 'table_12',
    party_size: 4,
    server_id: 'server_456',
  },
  order_placed: {
    event_type: 'order_placed',
    event_id: 'evt_def456',
    time: Date.UTC(2025, 0, 15, 18, 30, 15, 456),
    ...WHERE,
    order_id: 'ord_789xyz',
    table_id: 'table_12',
    server_id: 'server_456',
    items: [
      { item_id: 'item_101', item_name: 'Margherita Pizza', category: 'Pizza', price_minor: 1_899, quantity: 2 },
      { item_id: 'item_205', item_name: 'Caesar Salad', category: 'Salad', price_minor: 1_299, quantity: 1 },
    ],
    subtotal_minor: 5_097,
  },
  order_completed: {
    event_type: 'order_completed',
    event_id: 'evt_ghi789',
    time: Date.UTC(2025, 0, 15, 18, 55, 30, 789),
    ...WHERE,
    order_id: 'ord_789xyz',
    table_id: 'table_12',
    kitchen_time_minutes: 22,
  },
  payment: {
    event_type: 'payment',
    event_id: 'evt_jkl012',
    time: Date.UTC(2025, 0, 15, 19, 5, 45, 123),
    ...WHERE,
    order_id: 'ord_789xyz',
    table_id: 'table_12',
    total_minor: 6_555,
    subtotal_minor: 5_097,
    tax_minor: 458,
    tip_minor: 1_000,
    payment_method: 'credit_card',
  },
};

const TYPES = ['table_seated', 'order_placed', 'order_completed', 'payment'] as const;

describe('events of a chain', () => {
  test.each(TYPES)('%s with location_id', (type) => {
    expect(normalise(SENT[type])).toStrictEqual(CANONICAL[type]);
    expect(dialectOf(SENT[type])).toBe('location');
  });

  test.each(TYPES)('%s with restaurant_id', (type) => {
    const { location_id, location_name, ...rest } = SENT[type];
    const sent = { ...rest, restaurant_id: location_id, restaurant_name: location_name };
    expect(normalise(sent)).toStrictEqual(CANONICAL[type]);
    expect(dialectOf(sent)).toBe('restaurant');
  });

  test.each(TYPES)('%s as text of an object is the same event', (type) => {
    expect(normalise(JSON.stringify(SENT[type]))).toStrictEqual(CANONICAL[type]);
  });

  test('only what the counting needs is required', () => {
    expect(
      normalise({ event_id: 1, event_type: 'table_seated', timestamp: 1_736_965_425, restaurant_id: 7, table_id: 12 }),
    ).toStrictEqual({
      event_type: 'table_seated',
      event_id: '1',
      time: 1_736_965_425_000,
      location_id: '7',
      table_id: '12',
    });
  });

  test('null and empty fields say nothing', () => {
    expect(normalise({ ...SENT.table_seated, server_id: null, party_size: null, location_name: '' })).toStrictEqual({
      event_type: 'table_seated',
      event_id: 'evt_abc123',
      time: CANONICAL.table_seated.time,
      location_id: 'loc_00142',
      table_id: 'table_12',
    });
  });

  test('of total and subtotal, one gives the other', () => {
    const { subtotal: _subtotal, ...withoutSubtotal } = SENT.payment;
    const { total_amount: _total, ...withoutTotal } = SENT.payment;
    expect(normalise(withoutSubtotal)).toStrictEqual(CANONICAL.payment);
    expect(normalise(withoutTotal)).toStrictEqual(CANONICAL.payment);
  });

  test('a payment that only says what was paid', () => {
    const { tax: _tax, tip: _tip, subtotal: _subtotal, payment_method: _method, ...bare } = SENT.payment;
    expect(normalise(bare)).toMatchObject({
      total_minor: 6_555,
      subtotal_minor: 6_555,
      tax_minor: 0,
      tip_minor: 0,
      payment_method: 'unknown',
    });
  });

  test('unknown fields are kept, those of a line with the line', () => {
    const sent = {
      ...SENT.order_placed,
      till: { number: 3, drawers: ['a'] },
      total_amount: 5,
      items: [{ ...ITEMS[0], modifiers: ['no basil'] }],
    };
    expect(normalise(sent)).toMatchObject({
      more: { till: { number: 3, drawers: ['a'] }, total_amount: 5 },
      items: [{ item_id: 'item_101', more: { modifiers: ['no basil'] } }],
    });
  });

  test('a service type of its own is kept as the sender wrote it', () => {
    expect(normalise({ ...SENT.order_placed, service_type: 'Dine-In' })).toMatchObject({ service_type: 'dine_in' });
    const catered = normalise({ ...SENT.order_placed, service_type: 'Catering' });
    expect(catered).toMatchObject({ more: { service_type: 'Catering' } });
    expect(catered).not.toHaveProperty('service_type');
  });

  test('voids, refunds and feedback, at a place and at none', () => {
    const shared = { event_id: 'e', timestamp: '2025-01-15T18:23:45.123Z', order_id: 'o' };
    const time = CANONICAL.table_seated.time;
    expect(normalise({ ...shared, event_type: 'order_voided', location_id: 'l', reason: 'burnt' })).toStrictEqual({
      event_type: 'order_voided',
      event_id: 'e',
      time,
      location_id: 'l',
      order_id: 'o',
      void_reason: 'burnt',
    });
    expect(normalise({ ...shared, event_type: 'payment_refunded', location_id: '', amount: '12.50' })).toStrictEqual({
      event_type: 'payment_refunded',
      event_id: 'e',
      time,
      location_id: '',
      order_id: 'o',
      total_minor: 1_250,
      subtotal_minor: 1_250,
      tax_minor: 0,
      tip_minor: 0,
      payment_method: 'unknown',
    });
    expect(normalise({ ...shared, event_type: 'feedback', location_id: '', rating: 5, nps_score: 0 })).toStrictEqual({
      event_type: 'feedback',
      event_id: 'e',
      time,
      location_id: '',
      order_id: 'o',
      rating: 5,
      nps_score: 0,
    });
    expect(normalise({ ...shared, event_type: 'payment_refunded', amount: 1 })).toMatchObject({
      reason: 'missing_field',
      message: 'location_id is missing',
    });
    expect(normalise({ ...shared, order_id: '', event_type: 'feedback', location_id: '' })).toMatchObject({
      reason: 'missing_field',
    });
  });
});
