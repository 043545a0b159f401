/** One event as a simulated terminal sends it, with what the oracle has to know of it: nothing of that is read back from the text. */
import type { Choices } from './choices.js';

export interface SentEvent {
  /** Tenant, location and id. */
  readonly key: string;
  readonly tenant: string;
  readonly locationId: string;
  readonly id: string;
  readonly time: number;
  readonly type: 'table_seated' | 'order_placed' | 'order_completed' | 'payment' | 'payment_refunded' | 'order_voided';
  readonly orderId: string;
  readonly method: string;
  /** Of a payment or refund, with and without tax and tip. */
  readonly totalMinor: number;
  readonly subtotalMinor: number;
  readonly taxMinor: number;
  readonly tipMinor: number;
  /** Whether it makes sense at all. */
  readonly isSound: boolean;
  readonly text: string;
  readonly value: unknown;
}

const TYPES = [
  'payment',
  'payment',
  'payment',
  'table_seated',
  'order_placed',
  'order_completed',
  'payment_refunded',
  'order_voided',
] as const;

const ITEMS = ['soup', 'bread', 'wine'];

export function keyOf(tenant: string, locationId: string, id: string): string {
  return `${tenant}/${locationId}/${id}`;
}

export function sentEvent(
  choices: Choices,
  { tenant, locationId, id, time }: { tenant: string; locationId: string; id: string; time: number },
): SentEvent {
  const type = choices.pick(TYPES);
  const isSound = choices.chance(0.96);
  const orderId = `o${choices.integer(1, 9)}`;
  const method = choices.pick(['cash', 'credit_card']);
  const [subtotalMinor, taxMinor, tipMinor] = [
    choices.integer(0, 9_999),
    choices.integer(0, 999),
    choices.integer(0, 999),
  ];
  const totalMinor = subtotalMinor + taxMinor + tipMinor;
  const value: Record<string, unknown> = {
    event_id: id,
    event_type: isSound ? type : 'nonsense',
    timestamp: new Date(time).toISOString(),
    location_id: locationId,
    location_name: `Place ${choices.integer(1, 2)}`,
  };
  if (type !== 'payment_refunded' && type !== 'order_voided') value['table_id'] = `t${choices.integer(1, 2)}`;
  if (type !== 'table_seated') value['order_id'] = orderId;
  if (type === 'payment' || type === 'payment_refunded') {
    value['subtotal'] = decimal(subtotalMinor);
    value['tax'] = decimal(taxMinor);
    value['tip'] = decimal(tipMinor);
    value['total_amount'] = decimal(totalMinor);
    value['payment_method'] = method;
  }
  if (type === 'order_completed') value['kitchen_time_minutes'] = choices.integer(1, 40);
  if (type === 'order_placed') {
    value['items'] = [
      { item_id: choices.pick(ITEMS), item_name: 'Item', price: decimal(totalMinor), quantity: choices.integer(1, 3) },
    ];
  }
  return {
    key: keyOf(tenant, locationId, id),
    tenant,
    locationId,
    id,
    time,
    type,
    orderId,
    method,
    totalMinor,
    subtotalMinor,
    taxMinor,
    tipMinor,
    isSound,
    text: JSON.stringify(value),
    value,
  };
}

function decimal(minor: number): string {
  return (minor / 100).toFixed(2);
}
