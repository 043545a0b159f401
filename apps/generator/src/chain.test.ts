import { describe, expect, test } from '@jest/globals';
import type { ChainEvent, ChainOrderItem, ChainPayment } from './chain-events.js';
import { chainLocation } from './chain-locations.js';
import { CHAIN_MENU } from './chain-menu.js';
import { IS_SERVED, ORDERS, PAYS } from './chain-visit.js';
import { Chain, type ChainOptions } from './chain.js';
import { breaking, cents, deviation, range } from './distribution-check.js';
import type { Happening } from './profile.js';
import { Random } from './random.js';

const START_MS = Date.parse('2025-10-29T18:00:00.000Z');
const VISITS = 4_000;

/** Visits that begin two seconds apart. */
function visits(options: Partial<ChainOptions> = {}, count = VISITS): (readonly Happening[])[] {
  const chain = new Chain({ locations: 12, dialect: 'locations', tempo: 1, ...options });
  const random = new Random(11);
  return Array.from({ length: count }, (_, index) => chain.visit(START_MS + index * 2_000, random));
}

const all = visits();
const isInOrder = (visit: readonly Happening[]) =>
  visit.every(({ atMs }, index) => atMs > (visit[index - 1]?.atMs ?? 0));
const eventsOf = (visit: readonly Happening[]) => visit.map(({ event }) => event as ChainEvent);
const ofType = <Type extends ChainEvent['event_type']>(type: Type) =>
  all
    .flatMap(eventsOf)
    .filter((event): event is Extract<ChainEvent, { event_type: Type }> => event.event_type === type);

describe('the chain', () => {
  test('has visits that go from the seat to the bill, in this order, at one table', () => {
    const life = ['table_seated', 'order_placed', 'order_completed', 'payment'];
    const isCoherent = (visit: readonly Happening[]) => {
      const events = eventsOf(visit);
      const places = new Set(events.map((event) => `${'location_id' in event && event.location_id} ${event.table_id}`));
      const orders = new Set(events.flatMap((event) => ('order_id' in event ? [event.order_id] : [])));
      return (
        events.every(({ event_type: type }, index) => type === life[index]) &&
        places.size === 1 &&
        orders.size === (events.length > 1 ? 1 : 0) &&
        isInOrder(visit) &&
        visit.every(({ atMs, event }) => event.timestamp === new Date(atMs).toISOString())
      );
    };
    expect(breaking(all, isCoherent)).toEqual([]);
  });

  test('takes the time that guests and kitchens take', () => {
    const chain = new Chain({ locations: 12, dialect: 'locations', tempo: 1 });
    const complete = all.filter(({ length }) => length === 4);
    const minutes = (visit: readonly Happening[], from: number, to: number) =>
      ((visit[to]?.atMs ?? Number.NaN) - (visit[from]?.atMs ?? Number.NaN)) / 60_000;
    const kitchenMinutes = (visit: readonly Happening[]) =>
      eventsOf(visit).flatMap((event) => ('kitchen_time_minutes' in event ? [event.kitchen_time_minutes] : []))[0] ?? 0;
    const takesItsTime = (visit: readonly Happening[]) =>
      minutes(visit, 0, 1) >= 2 &&
      minutes(visit, 0, 1) <= 12 &&
      kitchenMinutes(visit) >= 6 &&
      kitchenMinutes(visit) <= minutes(visit, 1, 2) &&
      minutes(visit, 2, 3) >= 4 &&
      minutes(visit, 2, 3) <= 34;
    expect(breaking(complete, takesItsTime)).toEqual([]);
    const lengthsMs = complete.map((visit) => minutes(visit, 0, 3) * 60_000);
    const meanMs = lengthsMs.reduce((sum, length) => sum + length, 0) / lengthsMs.length;
    expect(Math.abs(meanMs / chain.meanVisitMs - 1)).toBeLessThan(0.05);
    expect(range(lengthsMs).most).toBeLessThanOrEqual(chain.longestVisitMs);
  });

  test('loses a few guests before the order, in the kitchen and before the bill', () => {
    const seated = ofType('table_seated').length;
    const placed = ofType('order_placed').length;
    const completed = ofType('order_completed').length;
    expect(deviation(placed, seated, ORDERS)).toBeLessThan(5);
    expect(deviation(completed, placed, IS_SERVED)).toBeLessThan(5);
    expect(deviation(ofType('payment').length, completed, PAYS)).toBeLessThan(5);
    const chain = new Chain({ locations: 1, dialect: 'locations', tempo: 1 });
    expect(all.flat().length / VISITS).toBeCloseTo(chain.eventsPerVisit, 1);
  });

  test('is exact to the cent', () => {
    const orders = new Map(ofType('order_placed').map((order) => [order.order_id, order]));
    const addsUp = ({ items, subtotal }: { items: ChainOrderItem[]; subtotal: number }) =>
      cents(subtotal) === items.reduce((total, { price, quantity }) => total + cents(price) * quantity, 0) &&
      new Set(items.map(({ item_id: id }) => id)).size === items.length;
    expect(breaking(orders.values(), addsUp)).toEqual([]);
    const isExact = (payment: ChainPayment) => {
      const subtotal = cents(payment.subtotal);
      const location = chainLocation('location_id' in payment ? Number(payment.location_id.slice(4)) : 0);
      return (
        payment.subtotal === orders.get(payment.order_id)?.subtotal &&
        cents(payment.total_amount) === subtotal + cents(payment.tax) + cents(payment.tip) &&
        Math.abs(cents(payment.tax) - (subtotal * location.taxBasisPoints) / 10_000) <= 0.5 &&
        cents(payment.tip) <= subtotal * 0.25 + 50
      );
    };
    expect(breaking(ofType('payment'), isExact)).toEqual([]);
  });

  test('never seats a party at a table that is taken', () => {
    const leftAtMs = new Map<string, number>();
    const isFree = (visit: readonly Happening[]) => {
      const [seated] = eventsOf(visit);
      const table = `${seated && 'location_id' in seated && seated.location_id} ${seated?.table_id}`;
      const wasFreeAtMs = leftAtMs.get(table) ?? 0;
      leftAtMs.set(table, visit.at(-1)?.atMs ?? 0);
      return (visit[0]?.atMs ?? 0) > wasFreeAtMs;
    };
    expect(breaking(all, isFree)).toEqual([]);
    expect(leftAtMs.size).toBeLessThan(all.length);
  });

  test('plays visits faster when asked to, and still in order', () => {
    const fast = visits({ tempo: 100_000 }, 500);
    expect(breaking(fast, isInOrder)).toEqual([]);
    expect(breaking(fast, (visit) => (visit.at(-1)?.atMs ?? 0) - (visit[0]?.atMs ?? 0) < 100)).toEqual([]);
  });

  test('speaks two dialects, or both', () => {
    const places = (dialect: ChainOptions['dialect']) =>
      new Set(
        visits({ dialect }, 500)
          .flatMap(eventsOf)
          .map((event) => ('location_id' in event ? event.location_id : event.restaurant_id).slice(0, 5)),
      );
    expect(places('locations')).toEqual(new Set(['loc_0']));
    expect(places('restaurants')).toEqual(new Set(['rest_']));
    expect(places('mixed')).toEqual(new Set(['loc_0', 'rest_']));
    const [restaurant] = visits({ dialect: 'restaurants' }, 1).flatMap(eventsOf);
    expect(restaurant?.event_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(restaurant).toHaveProperty('restaurant_name', expect.stringMatching(/ Location$/));
    expect(restaurant).not.toHaveProperty('location_id');
  });

  test('gives every event an id of its own', () => {
    const ids = all.flat().map(({ event }) => event.event_id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the menu and the map', () => {
  test('have about 150 items in fifteen categories, two of them in every example', () => {
    expect(CHAIN_MENU).toHaveLength(150);
    expect(new Set(CHAIN_MENU.map(({ itemId }) => itemId)).size).toBe(150);
    expect(new Set(CHAIN_MENU.map(({ name }) => name)).size).toBe(150);
    expect(CHAIN_MENU).toContainEqual({
      itemId: 'item_101',
      name: 'Margherita Pizza',
      category: 'Pizza',
      priceCents: 1_899,
    });
    expect(CHAIN_MENU).toContainEqual({
      itemId: 'item_205',
      name: 'Caesar Salad',
      category: 'Salad',
      priceCents: 1_299,
    });
    for (const { priceCents } of CHAIN_MENU) expect(priceCents).toBeGreaterThan(200);
  });

  test('have names for twenty thousand locations, none of them twice', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => chainLocation(index + 1).name);
    expect(names[0]).toBe('Chicago - River North');
    expect(new Set(names).size).toBe(20_000);
    expect(breaking(names, (name) => /^[A-Z][\w .]+ - [\w -]+$/.test(name))).toEqual([]);
    expect(() => chainLocation(0)).toThrow('no location number 0');
  });
});
