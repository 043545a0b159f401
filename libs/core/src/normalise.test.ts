import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CanonicalEvent, Item, OrderPlaced, Payment } from './events/canonical.js';
import { REASONS } from './events/reasons.js';
import { isCanonical } from './events/validation.js';
import { minorToMajor, minorToText } from './money.js';
import { dialectOf, isRejection, normalise, routingKey } from './normalise.js';

type Raw = Record<string, unknown>;

const id = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_.:-]{1,40}$/),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => !/\p{Cc}|\p{Cs}|[\u2028\u2029]/u.test(text)),
);
const time = fc.integer({ min: 100_000_000_000, max: 253_402_300_799_999 });
const amount = fc.integer({ min: 0, max: 1_000_000_000 });
const item: fc.Arbitrary<Item> = fc.record(
  { item_id: id, quantity: fc.integer({ min: 1, max: 10_000 }), item_name: id, category: id, price_minor: amount },
  { noNullPrototype: true, requiredKeys: ['item_id', 'quantity'] },
);
const more = fc
  .dictionary(fc.stringMatching(/^x_[a-z]{1,8}$/), fc.jsonValue({ maxDepth: 3 }), {
    minKeys: 1,
    maxKeys: 5,
    noNullPrototype: true,
  })
  .map((value) => JSON.parse(JSON.stringify(value)) as Raw)
  .filter((value) => !/"(__proto__|constructor|prototype)":/.test(JSON.stringify(value)));

const shared = { event_id: id, time, location_id: id };
const payment: fc.Arbitrary<Payment> = fc
  .record(
    {
      event_type: fc.constant('payment' as const),
      ...shared,
      order_id: id,
      subtotal_minor: amount,
      tax_minor: amount,
      tip_minor: amount,
      payment_method: fc.constantFrom('credit_card', 'cash', 'apple_pay', 'unknown'),
      location_name: id,
      table_id: id,
      visit_id: id,
      payment_id: id,
      provider: id,
      more,
    },
    {
      noNullPrototype: true,
      requiredKeys: [
        'event_type',
        'event_id',
        'time',
        'location_id',
        'order_id',
        'subtotal_minor',
        'tax_minor',
        'tip_minor',
        'payment_method',
      ],
    },
  )
  .map((event) => ({ ...event, total_minor: event.subtotal_minor + event.tax_minor + event.tip_minor }));
const orderPlaced: fc.Arbitrary<OrderPlaced> = fc.record(
  {
    event_type: fc.constant('order_placed' as const),
    ...shared,
    order_id: id,
    items: fc.array(item, { maxLength: 8 }),
    subtotal_minor: amount,
    table_id: id,
    server_id: id,
    customer_id: id,
    service_type: fc.constantFrom('dine_in', 'takeout', 'delivery'),
    device_id: id,
    device_seq: fc.nat(),
    more,
  },
  { noNullPrototype: true, requiredKeys: ['event_type', 'event_id', 'time', 'location_id', 'order_id'] },
);
const event: fc.Arbitrary<CanonicalEvent> = fc.oneof(payment, orderPlaced);

/** The event as a sender of the location dialect writes it. */
function asLocation(canonical: CanonicalEvent): Raw {
  const { more: unknown, ...known } = canonical;
  const raw: Raw = { ...unknown };
  for (const [name, value] of Object.entries(known)) {
    if (name === 'time') raw['timestamp'] = new Date(value as number).toISOString();
    else if (name === 'total_minor') raw['total_amount'] = minorToMajor(value as number);
    else if (name === 'items') raw['items'] = (value as Item[]).map(asItem);
    else if (name.endsWith('_minor')) raw[name.slice(0, -6)] = minorToMajor(value as number);
    else raw[name] = value;
  }
  return raw;
}

function asItem({ price_minor, ...rest }: Item): Raw {
  return price_minor === undefined ? rest : { ...rest, price: minorToMajor(price_minor) };
}

function renamed(raw: Raw, names: Readonly<Record<string, string>>): Raw {
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [names[name] ?? name, value]));
}

const asRestaurant = (raw: Raw): Raw =>
  renamed(raw, { location_id: 'restaurant_id', location_name: 'restaurant_name' });
const asGrowingOrder = (raw: Raw): Raw => ({
  ...renamed(raw, { timestamp: 'event_ts', total_amount: 'total' }),
  event_type: raw['event_type'] === 'payment' ? 'payment_captured' : 'order_created',
});
const asNested = (raw: Raw): Raw => {
  const { event_id, event_type, event_ts, ...payload } = asGrowingOrder(raw);
  return { event_id, event_type, event_ts, payload };
};
const inEpochMilliseconds = (raw: Raw): Raw => ({ ...raw, timestamp: Date.parse(raw['timestamp'] as string) });
const inDecimalText = (raw: Raw): Raw =>
  Object.fromEntries(
    Object.entries(raw).map(([name, value]) =>
      ['subtotal', 'tax', 'tip', 'total_amount'].includes(name)
        ? [name, minorToText(Math.round((value as number) * 100))]
        : [name, value],
    ),
  );
const inReverse = (raw: Raw): Raw => Object.fromEntries(Object.entries(raw).reverse());
const inCloudEvent = (raw: Raw): Raw => {
  const { event_id, timestamp, event_type, ...data } = raw;
  return { specversion: '1.0', id: event_id, time: timestamp, type: `com.example.${String(event_type)}.v1`, data };
};
const inBase64 = (raw: Raw): Raw => {
  const { data, ...attributes } = inCloudEvent(raw);
  const bytes = new TextEncoder().encode(JSON.stringify(data));
  return { ...attributes, data_base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) };
};

describe('one event, however it is said', () => {
  test.each([
    ['location', (raw: Raw) => raw],
    ['restaurant', asRestaurant],
    ['growing order', asGrowingOrder],
    ['growing order, nested', asNested],
    ['epoch milliseconds', inEpochMilliseconds],
    ['decimal text', inDecimalText],
    ['fields in reverse', inReverse],
    ['CloudEvents', inCloudEvent],
    ['CloudEvents, base64', inBase64],
    ['CloudEvents around restaurant', (raw: Raw) => inCloudEvent(asRestaurant(raw))],
  ])('%s', (_name, say) => {
    fc.assert(
      fc.property(event, (canonical) => {
        const raw = JSON.parse(JSON.stringify(say(asLocation(canonical)))) as unknown;
        expect(normalise(raw)).toStrictEqual(canonical);
      }),
    );
  });

  test('fields that are null or empty say nothing', () => {
    const silent = fc.constantFrom(null, '');
    fc.assert(
      fc.property(event, silent, silent, (canonical, name, device) => {
        const raw = asLocation(canonical);
        const expected = JSON.parse(
          JSON.stringify({ ...canonical, location_name: undefined, device_id: undefined }),
        ) as unknown;
        expect(normalise({ ...raw, location_name: name, device_id: device })).toStrictEqual(expected);
      }),
    );
  });
});

describe('CloudEvents', () => {
  const data = {
    event_id: 'e',
    event_type: 'order_voided',
    timestamp: '2025-01-15T18:23:45Z',
    location_id: 'l',
    order_id: 'o',
  };
  const envelope = {
    specversion: '1.0',
    id: 'ce-1',
    source: '/till/3',
    subject: 'o',
    type: 'com.example.payment',
    time: '2020-01-01T00:00:00Z',
  };

  test('what the data says counts before what the envelope says, and other attributes are kept', () => {
    const raw = { ...envelope, datacontenttype: 'application/json', traceparent: 't', data };
    expect(normalise(raw)).toStrictEqual({
      event_type: 'order_voided',
      event_id: 'e',
      time: Date.UTC(2025, 0, 15, 18, 23, 45),
      location_id: 'l',
      order_id: 'o',
      more: { cloudevent: { source: '/till/3', subject: 'o', traceparent: 't' } },
    });
    expect(dialectOf(raw)).toBe('cloudevents+location');
  });

  test('an envelope around a pizza order gives it its identity and, if need be, its time', () => {
    const order = { order_id: 7, type: 'veggie', qty: 1, retail_price: 9.5 };
    expect(normalise({ ...envelope, type: 'com.pizza.order', data: order })).toMatchObject({
      event_type: 'sale',
      event_id: 'ce-1',
      time: Date.UTC(2020, 0, 1),
      order_id: '7',
    });
  });

  test('messages name the attributes of the envelope', () => {
    const { event_id: _id, timestamp: _time, ...rest } = data;
    expect(normalise({ ...envelope, id: 'a\nb', data: rest })).toMatchObject({
      reason: 'invalid_id',
      message: expect.stringMatching(/^id /),
    });
    expect(normalise({ ...envelope, time: 'noon', data: rest })).toMatchObject({
      reason: 'invalid_timestamp',
      message: expect.stringMatching(/^time /),
    });
    expect(normalise({ ...envelope, type: 'com.example.reboot', data: { ...data, event_type: null } })).toMatchObject({
      reason: 'unknown_event_type',
    });
    expect(normalise({ ...envelope, data_base64: '!!' })).toMatchObject({ reason: 'not_an_object' });
    expect(normalise(JSON.parse(`{"specversion":"1.0","__proto__":{},"data":${JSON.stringify(data)}}`))).toMatchObject({
      reason: 'forbidden_key',
    });
  });
});

/** One or the other, whatever was read; and an event is what it will be when it is read back from the log. */
function expectTotal(raw: unknown): void {
  const outcome = normalise(raw);
  if (isRejection(outcome)) {
    expect(Object.keys(REASONS)).toContain(outcome.reason);
    expect(outcome.message.length).toBeLessThan(400);
    expect(outcome.message).not.toMatch(/\p{Cc}/u);
    expect(outcome.payload).toBe(raw);
  } else {
    expect(isCanonical(outcome)).toBe(true);
    expect(JSON.parse(JSON.stringify(outcome))).toStrictEqual(outcome);
    expect(routingKey(outcome)).not.toBe('');
  }
  expect(typeof dialectOf(raw)).toBe('string');
}

describe('normalising is total', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withObjectString: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
  } as fc.ObjectConstraints);

  test('for anything at all', () => {
    fc.assert(fc.property(anything, expectTotal), { numRuns: 2_000 });
    fc.assert(fc.property(fc.string({ unit: 'binary' }), expectTotal));
    fc.assert(fc.property(fc.json(), expectTotal));
  });

  test('for real events with any of their fields changed, removed or added', () => {
    const key = fc.oneof(
      fc.constantFrom(
        'event_type',
        'timestamp',
        'items',
        'payload',
        'total_amount',
        'amount',
        'location_id',
        'order_id',
        'type',
        'qty',
      ),
      fc.constantFrom(
        '__proto__',
        'constructor',
        'toString',
        'specversion',
        'data',
        'retail_price',
        'order_date',
        'restaurant_id',
        'more',
      ),
      fc.string(),
    );
    const value = fc.oneof(
      anything,
      fc.constantFrom(undefined, null, '', -0, -1, 1e308, 'payment', 'sale', 'feedback', '1.0', [], {}),
    );
    const say = fc.constantFrom((raw: Raw) => raw, asRestaurant, asGrowingOrder, asNested, inCloudEvent);
    fc.assert(
      fc.property(
        event,
        say,
        fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 4 }),
        (canonical, render, changes) => {
          const raw = render(asLocation(canonical));
          for (const [name, changed] of changes) {
            Object.defineProperty(raw, name, { value: changed, enumerable: true, configurable: true, writable: true });
          }
          expectTotal(raw);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('for lines of an order that hold anything', () => {
    fc.assert(
      fc.property(
        orderPlaced,
        anything,
        fc.dictionary(fc.constantFrom('item_id', 'quantity', 'price', 'item_name', 'x'), anything),
        (canonical, line, fields) => {
          expectTotal({ ...asLocation(canonical), items: [line, fields] });
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('for nesting, width and cycles that a recursive reader would not survive', () => {
    let deep: unknown = {};
    for (let level = 0; level < 100_000; level += 1)
      deep = { event_type: 'payment', payload: deep, data: deep, items: [deep] };
    const cycle: Raw = { event_type: 'payment_captured', specversion: '1.0' };
    for (const name of ['payload', 'data', 'items', 'x']) cycle[name] = cycle;
    const wide = { event_type: 'payment', x: Array.from({ length: 1_000_000 }, () => [{}]) };
    for (const raw of [deep, cycle, wide, { event_type: 'order_created', payload: cycle, order_id: wide }])
      expectTotal(raw);
    expectTotal('{"a":'.repeat(10_000));
  });

  test('a zero with a sign loses it, wherever it stands', () => {
    const outcome = normalise({ ...asLocation(fc.sample(payment, { numRuns: 1, seed: 1 })[0]!), x_a: { b: [-0] } });
    expect(outcome).toMatchObject({ more: { x_a: { b: [0] } } });
  });
});

describe('the routing key', () => {
  test('is the place, or the order of an event of no place', () => {
    const base = { event_id: 'e', time: 0, order_id: 'o' };
    expect(routingKey({ ...base, event_type: 'order_voided', location_id: 'l' })).toBe('l');
    expect(routingKey({ ...base, event_type: 'order_voided', location_id: '' })).toBe('o');
  });
});
