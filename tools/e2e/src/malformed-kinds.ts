/**
 * Every kind of line that must be refused, as a change to a good one. An event is held as the JSON text of each field, so that
 * a kind can say things which no JSON writer would write.
 */
export type Fields = Readonly<Record<string, string>>;
export type SeedType = 'table_seated' | 'order_placed' | 'order_completed' | 'payment';

export interface MalformedKind {
  readonly name: string;
  /** The type of the good event that is spoilt. */
  readonly type: SeedType;
  readonly spoil: (fields: Fields) => string;
}

export function toLine(fields: Fields): string {
  return `{${Object.entries(fields)
    .map(([name, text]) => `${JSON.stringify(name)}:${text}`)
    .join(',')}}`;
}

/** Names of the place's id are written `location_id` below and stand for `restaurant_id` in the other dialect. */
const inDialect = (fields: Fields, name: string): string =>
  name === 'location_id' && 'restaurant_id' in fields ? 'restaurant_id' : name;

function changed(type: SeedType, name: string, text: string): MalformedKind {
  // A computed key, so that `__proto__` becomes a field like any other.
  const spoil = (fields: Fields): string => toLine({ ...fields, [inDialect(fields, name)]: text });
  return { name: `${name} of ${type} is ${text.length > 30 ? `${text.slice(0, 30)}…` : text}`, type, spoil };
}

function missing(type: SeedType, ...names: readonly string[]): MalformedKind {
  const spoil = (fields: Fields): string => {
    const left = new Set(names.map((name) => inDialect(fields, name)));
    return toLine(Object.fromEntries(Object.entries(fields).filter(([key]) => !left.has(key))));
  };
  return { name: `${names.join(' and ')} of ${type} missing`, type, spoil };
}

function replaced(name: string, spoil: (line: string) => string): MalformedKind {
  return { name, type: 'payment', spoil: (fields) => spoil(toLine(fields)) };
}

const item = (price: string, quantity: string): string =>
  `[{"item_id":"item_1","item_name":"Soup","category":"Starter","price":${price},"quantity":${quantity}}]`;

export const malformedKinds = {
  'not JSON': [
    replaced('a line cut off in the middle', (line) => line.slice(0, line.length >> 1)),
    replaced('plain text', () => 'POS terminal 7 rebooted'),
    replaced('two objects on a line', (line) => `${line}${line}`),
    replaced('a value that JSON does not know', (line) => line.replace(/"tip":[^,}]+/, '"tip":NaN')),
    replaced('a number', () => '42'),
    replaced('null', () => 'null'),
    replaced('a string', () => '"payment"'),
    replaced('an array', () => '[1,2,3]'),
  ],
  'wrong types': [
    changed('payment', 'total_amount', '"a lot"'),
    changed('payment', 'total_amount', '{}'),
    changed('payment', 'subtotal', 'true'),
    changed('payment', 'event_id', '{"id":1}'),
    changed('payment', 'order_id', '["ord_1"]'),
    changed('payment', 'timestamp', 'true'),
    changed('payment', 'timestamp', '"yesterday"'),
    changed('payment', 'timestamp', '"2025-13-45T99:99:99Z"'),
    changed('payment', 'timestamp', '""'),
    changed('payment', 'event_type', '7'),
    changed('payment', 'location_id', '{}'),
    changed('order_placed', 'items', '"two pizzas"'),
    changed('order_placed', 'items', '[1,2]'),
    changed('order_placed', 'items', item('9.50', '"two"')),
    changed('table_seated', 'party_size', '"four"'),
    changed('order_completed', 'kitchen_time_minutes', '"soon"'),
  ],
  'missing fields': [
    missing('payment', 'event_id'),
    missing('payment', 'event_type'),
    missing('payment', 'timestamp'),
    missing('payment', 'location_id'),
    missing('payment', 'order_id'),
    // A total alone could be told from the amounts beside it.
    missing('payment', 'total_amount', 'subtotal'),
    missing('order_placed', 'order_id'),
    missing('order_completed', 'order_id'),
    missing('table_seated', 'table_id'),
    changed('payment', 'order_id', 'null'),
    changed('payment', 'event_id', '""'),
    changed('payment', 'order_id', '""'),
    changed('payment', 'event_type', '"table_flipped"'),
  ],
  'negative or absurd amounts': [
    changed('payment', 'total_amount', '-5.00'),
    changed('payment', 'tip', '-1.00'),
    changed('payment', 'subtotal', '-0.01'),
    changed('payment', 'total_amount', '1e300'),
    changed('payment', 'total_amount', '99999999999999.99'),
    changed('payment', 'tax', '1e400'),
    changed('order_placed', 'items', item('-9.50', '1')),
    changed('order_placed', 'items', item('9.50', '-1')),
    changed('order_placed', 'items', item('9.50', '1e12')),
    changed('order_completed', 'kitchen_time_minutes', '-3'),
  ],
  'times outside the horizon': [
    changed('payment', 'timestamp', '"2099-01-01T00:00:00.000Z"'),
    changed('payment', 'timestamp', '"1999-12-31T23:59:59.999Z"'),
    changed('table_seated', 'timestamp', '"1970-01-01T00:00:00Z"'),
    changed('order_placed', 'timestamp', '"9999-12-31T23:59:59.999Z"'),
  ],
  'control characters in ids': [
    changed('payment', 'event_id', '"evt_\\u0000"'),
    changed('payment', 'location_id', '"loc_\\n1"'),
    changed('payment', 'order_id', '"ord_\\u001b[31m"'),
    changed('table_seated', 'table_id', '"table_\\u0007"'),
    changed('payment', 'event_id', `"evt_${'x'.repeat(5_000)}"`),
  ],
  '__proto__ keys': [
    changed('payment', '__proto__', '{"polluted":true}'),
    changed('order_placed', 'note', '{"__proto__":{"polluted":true}}'),
  ],
  'nesting bombs': [
    changed('payment', 'note', `${'['.repeat(200)}${']'.repeat(200)}`),
    changed('order_placed', 'note', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`),
  ],
  'events that are too large': [changed('payment', 'note', `"${'x'.repeat(70_000)}"`)],
} satisfies Record<string, readonly MalformedKind[]>;
