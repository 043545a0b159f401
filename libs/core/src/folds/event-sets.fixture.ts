/**
 * Sets of events made to collide: few tenants, places, orders, tables and items, and few instants, which lie on both sides of
 * the borders of minutes, of periods of six hours and of days. Ids are drawn so that their order is not that of the times.
 */
import type { CanonicalEvent, EventFields, Item } from '../events/canonical.js';
import type { Choices } from './random.fixture.js';

export interface TenantEvent {
  readonly tenant: string;
  readonly event: CanonicalEvent;
}

const DAY = Date.UTC(2025, 0, 15);
const at = (hours: number, minutes: number, seconds = 0): number =>
  DAY + ((hours * 60 + minutes) * 60 + seconds) * 1000;

const INSTANTS = [
  at(11, 58),
  at(12, 0) - 1,
  at(12, 0),
  at(12, 0, 30),
  at(12, 1),
  at(17, 59, 59),
  at(18, 0),
  at(18, 0, 30),
  at(18, 1),
  at(23, 59, 59),
  at(24, 0) - 1,
  at(24, 0),
  at(24, 0, 30),
  at(29, 59),
  at(30, 0),
];
const ITEMS: readonly Item[] = [
  { item_id: 'i1', item_name: 'Soup', category: 'starters', price_minor: 650, quantity: 1 },
  { item_id: 'i1', item_name: 'Soup of the day', price_minor: 700, quantity: 2 },
  { item_id: 'i2', category: 'mains', price_minor: 1995, quantity: 1 },
  { item_id: 'i2', quantity: 3 },
  { item_id: 'i3', item_name: 'Tea', price_minor: 333, quantity: 1 },
];
const TYPES: readonly CanonicalEvent['event_type'][] = [
  'table_seated',
  'table_seated',
  'order_placed',
  'order_item_added',
  'order_completed',
  'order_completed',
  'payment',
  'payment',
  'payment_refunded',
  'order_voided',
  'sale',
  'feedback',
];

/** So many events with ids of their own; with `voids` a tenth of what happens to orders takes one back. */
export function eventSet(choices: Choices, size: number, voids = true): TenantEvent[] {
  const ids = choices.shuffled(Array.from({ length: size }, (_, i) => `e${String(i).padStart(3, '0')}`));
  const types = voids ? TYPES : TYPES.filter((type) => type !== 'order_voided');
  return ids.map((id) => ({
    tenant: choices.chance(0.8) ? 'acme' : 'bolt',
    event: anEvent(choices, id, choices.pick(types)),
  }));
}

function anEvent(choices: Choices, event_id: string, event_type: CanonicalEvent['event_type']): CanonicalEvent {
  const isNowhere =
    ['sale', 'payment_refunded', 'order_voided', 'feedback'].includes(event_type) && choices.chance(0.1);
  const fields: EventFields = {
    event_id,
    time: choices.pick(INSTANTS),
    location_id: isNowhere ? '' : choices.pick(['north', 'south']),
    ...(choices.chance(0.5) ? { location_name: choices.pick(['North', 'Northern', 'South']) } : {}),
    ...(choices.chance(0.3) ? { utc_offset_minutes: choices.pick([-300, 60, 345]) } : {}),
    ...(choices.chance(0.3) ? { device_id: choices.pick(['d1', 'd2']), device_seq: choices.below(30) } : {}),
  };
  const order_id = choices.pick(['o1', 'o2', 'o3']);
  const table = choices.chance(0.8) ? { table_id: choices.pick(['t1', 't2']) } : {};
  switch (event_type) {
    case 'table_seated':
      return { event_type, ...fields, table_id: choices.pick(['t1', 't2']) };
    case 'order_placed':
      return {
        event_type,
        ...fields,
        order_id,
        ...table,
        ...(choices.chance(0.8) ? { items: someItems(choices) } : {}),
      };
    case 'order_item_added':
      return { event_type, ...fields, order_id, items: someItems(choices) };
    case 'order_completed': {
      const kitchen = choices.chance(0.6) ? { kitchen_time_minutes: choices.pick([0, 0.5, 12, 12.25, 40]) } : {};
      return { event_type, ...fields, order_id, ...table, ...kitchen };
    }
    case 'payment':
      return { event_type, ...fields, order_id, ...table, ...money(choices) };
    case 'payment_refunded':
      return { event_type, ...fields, order_id, ...money(choices) };
    case 'order_voided':
      return { event_type, ...fields, order_id };
    case 'sale':
      return { event_type, ...fields, order_id, items: someItems(choices), ...money(choices) };
    case 'feedback':
      return {
        event_type,
        ...fields,
        order_id,
        ...(choices.chance(0.7) ? { rating: 1 + choices.below(5) } : {}),
        ...(choices.chance(0.7) ? { nps_score: choices.below(11) } : {}),
      };
  }
}

function someItems(choices: Choices): Item[] {
  return Array.from({ length: 1 + choices.below(3) }, () => ({ ...choices.pick(ITEMS) }));
}

function money(choices: Choices): {
  total_minor: number;
  subtotal_minor: number;
  tax_minor: number;
  tip_minor: number;
  payment_method: string;
  provider?: string;
} {
  const subtotal_minor = choices.below(5_000);
  const tax_minor = choices.below(700);
  const tip_minor = choices.below(900);
  const total_minor = subtotal_minor + tax_minor + tip_minor;
  const method = choices.chance(0.5)
    ? { payment_method: 'card', provider: choices.pick(['visa', 'amex']) }
    : { payment_method: 'cash' };
  return { total_minor, subtotal_minor, tax_minor, tip_minor, ...method };
}
