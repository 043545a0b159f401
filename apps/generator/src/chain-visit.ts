import type { ChainDialect, ChainEnvelope, ChainOrderItem, ChainPaymentMethod } from './chain-events.js';
import type { ChainLocation } from './chain-locations.js';
import { mealOfOneGuest } from './chain-menu.js';
import { centsBetweenShares, dollars, shareOf } from './money.js';
import { atTempo, isoTime, MINUTE_MS, SECOND_MS, type Happening } from './profile.js';
import type { Random, Weighted } from './random.js';

/** A party at a table: everything that is decided when it sits down. */
export interface Seating {
  readonly startMs: number;
  readonly location: ChainLocation;
  readonly dialect: ChainDialect;
  readonly tableId: string;
  readonly serverId: string;
  /** How slow this location's kitchen is, in percent of the chain's. */
  readonly kitchenPercent: number;
  /** How many times faster than life the visit goes. */
  readonly tempo: number;
}

/** What guests do not do: leave before they order, lose their order in the kitchen, leave without paying. */
export const ORDERS = 0.96;
export const IS_SERVED = 0.99;
export const PAYS = 0.995;

/** Times of a visit at life's pace. The kitchen's are of the chain; a location takes up to SLOWEST_KITCHEN_PERCENT of them. */
export const TIMES_MS = {
  toOrder: { least: 2 * MINUTE_MS, most: 12 * MINUTE_MS },
  kitchen: { least: 8 * MINUTE_MS, most: 28 * MINUTE_MS },
  toTable: { least: 0, most: 90 * SECOND_MS },
  toPay: { least: 4 * MINUTE_MS, most: 34 * MINUTE_MS },
};
export const FASTEST_KITCHEN_PERCENT = 85;
export const SLOWEST_KITCHEN_PERCENT = 120;

// prettier-ignore
const PARTY_SIZES: Weighted<number> = [
  [1, 12], [2, 38], [3, 16], [4, 20], [5, 5], [6, 5], [7, 1], [8, 2], [9, 0.5], [10, 0.5],
];

const PAYMENT_METHODS: Weighted<ChainPaymentMethod> = [
  ['credit_card', 54],
  ['debit_card', 18],
  ['digital_wallet', 14],
  ['cash', 11],
  ['gift_card', 3],
];

/** One visit from the seat to the bill, in the order of event time. */
export function chainVisit(seating: Seating, random: Random): Happening[] {
  const { location, tableId, serverId, tempo } = seating;
  const happenings: Happening[] = [];
  const partySize = random.pickWeighted(PARTY_SIZES);
  const orderId = random.identifier(seating.dialect === 'locations' ? 'ord_' : 'order_');
  let atMs = seating.startMs;

  happenings.push({
    atMs,
    event: {
      ...envelope(seating, 'table_seated', atMs, random),
      table_id: tableId,
      party_size: partySize,
      server_id: serverId,
    },
  });
  if (!random.chance(ORDERS)) return happenings;

  atMs += atTempo(random.central(TIMES_MS.toOrder.least, TIMES_MS.toOrder.most), tempo);
  const { items, subtotalCents } = order(partySize, random);
  const subtotal = dollars(subtotalCents);
  happenings.push({
    atMs,
    event: {
      ...envelope(seating, 'order_placed', atMs, random),
      table_id: tableId,
      order_id: orderId,
      server_id: serverId,
      items,
      subtotal,
    },
  });
  if (!random.chance(IS_SERVED)) return happenings;

  const kitchenMs = (random.central(TIMES_MS.kitchen.least, TIMES_MS.kitchen.most) * seating.kitchenPercent) / 100;
  atMs += atTempo(kitchenMs + random.integer(TIMES_MS.toTable.least, TIMES_MS.toTable.most), tempo);
  happenings.push({
    atMs,
    event: {
      ...envelope(seating, 'order_completed', atMs, random),
      table_id: tableId,
      order_id: orderId,
      kitchen_time_minutes: Math.floor(kitchenMs / MINUTE_MS),
    },
  });
  if (!random.chance(PAYS)) return happenings;

  atMs += atTempo(random.central(TIMES_MS.toPay.least, TIMES_MS.toPay.most), tempo);
  const taxCents = shareOf(subtotalCents, location.taxBasisPoints);
  const tipCents = tip(subtotalCents, random);
  happenings.push({
    atMs,
    event: {
      ...envelope(seating, 'payment', atMs, random),
      table_id: tableId,
      order_id: orderId,
      subtotal,
      tax: dollars(taxCents),
      tip: dollars(tipCents),
      total_amount: dollars(subtotalCents + taxCents + tipCents),
      payment_method: random.pickWeighted(PAYMENT_METHODS),
    },
  });
  return happenings;
}

function envelope<Type extends string>(
  { location, dialect }: Seating,
  type: Type,
  atMs: number,
  random: Random,
): ChainEnvelope & { event_type: Type } {
  return dialect === 'locations'
    ? {
        event_id: random.identifier('evt_'),
        event_type: type,
        timestamp: isoTime(atMs),
        location_id: `loc_${String(location.number).padStart(5, '0')}`,
        location_name: location.name,
      }
    : {
        event_id: random.uuid(),
        event_type: type,
        timestamp: isoTime(atMs),
        restaurant_id: `rest_${String(location.number).padStart(3, '0')}`,
        restaurant_name: location.restaurantName,
      };
}

/** What the whole party orders; guests who choose the same share a line. */
function order(partySize: number, random: Random): { items: ChainOrderItem[]; subtotalCents: number } {
  const lines = new Map<string, ChainOrderItem>();
  let subtotalCents = 0;
  for (let guest = 0; guest < partySize; guest++) {
    for (const { itemId, name, category, priceCents } of mealOfOneGuest(random)) {
      subtotalCents += priceCents;
      const line = lines.get(itemId);
      if (line) line.quantity += 1;
      else lines.set(itemId, { item_id: itemId, item_name: name, category, price: dollars(priceCents), quantity: 1 });
    }
  }
  return { items: [...lines.values()], subtotalCents };
}

/** Most guests tip 15 to 25 %, some round to whole dollars, some tip nothing. */
function tip(subtotalCents: number, random: Random): number {
  const { least, most } = centsBetweenShares(subtotalCents, 1_500, 2_500);
  const tipCents = random.integer(least, most);
  return random.pickWeighted([
    [tipCents, 60],
    [Math.round(tipCents / 100) * 100, 30],
    [0, 10],
  ]);
}
