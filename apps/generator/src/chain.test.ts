import { describe, expect, test } from '@jest/globals';
import type { ChainEvent } from './chain-events.js';
import { chainLocation } from './chain-locations.js';
import { CHAIN_MENU } from './chain-menu.js';
import { IS_SERVED, ORDERS, PAYS } from './chain-visit.js';
import { Chain, type ChainOptions } from './chain.js';
import { cents, deviation } from './distribution-check.js';
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
const eventsOf = (visit: readonly Happening[]) => visit.map(({ event }) => event as ChainEvent);
const ofType = <Type extends ChainEvent['event_type']>(type: Type) =>
  all
    .flatMap(eventsOf)
    .filter((event): event is Extract<ChainEvent, { event_type: Type }> => event.event_type === type);

describe('the chain', () => {
  test('has visits that go from the seat to the bill, in this order, at one table', () => {
    const life = ['table_seated', 'order_placed', 'order_completed', 'payment'];
    for (const visit of all) {
      const events = eventsOf(visit);
      expect(events.map(({ event_type: type }) => type)).toEqual(life.slice(0, events.length));
      expect(new Set(events.map(({ table_id: table }) => table)).size).toBe(1);
      expect(new Set(events.map((event) => 'location_id' in event && event.location_id)).size).toBe(1);
      expect(new Set(events.flatMap((event) => ('order_id' in event ? [event.order_id] : []))).size).toBe(
        events.length > 1 ? 1 : 0,
      );
      visit.forEach(({ atMs, event }, index) => {
        expect(event.timestamp).toBe(new Date(atMs).toISOString());
        expect(atMs).toBeGreaterThan(visit[index - 1]?.atMs ?? 0);
      });
    }
  });

  test('takes the time that guests and kitchens take', () => {
    for (const visit of all) {
      const [seated, placed, completed, paid] = visit.map(({ atMs }) => atMs / 60_000);
      if (seated !== undefined && placed !== undefined) {
        expect(placed - seated).toBeGreaterThanOrEqual(2);
        expect(placed - seated).toBeLessThanOrEqual(12);
      }
      if (placed !== undefined && completed !== undefined) {
        const event = visit[2]?.event as Extract<ChainEvent, { event_type: 'order_completed' }>;
        expect(event.kitchen_time_minutes).toBeGreaterThanOrEqual(6);
        expect(event.kitchen_time_minutes).toBeLessThanOrEqual(completed - placed);
      }
      if (completed !== undefined && paid !== undefined) expect(paid - completed).toBeLessThanOrEqual(34);
    }
    const chain = new Chain({ locations: 12, dialect: 'locations', tempo: 1 });
    const lengths = all
      .filter(({ length }) => length === 4)
      .map((visit) => (visit[3]?.atMs ?? 0) - (visit[0]?.atMs ?? 0));
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    expect(Math.abs(mean - chain.meanVisitMs)).toBeLessThan(0.05 * chain.meanVisitMs);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(chain.longestVisitMs);
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
    const subtotals = new Map<string, number>();
    for (const { order_id: order, items, subtotal } of ofType('order_placed')) {
      const sum = items.reduce((total, { price, quantity }) => total + cents(price) * quantity, 0);
      expect(cents(subtotal)).toBe(sum);
      expect(new Set(items.map(({ item_id: id }) => id)).size).toBe(items.length);
      subtotals.set(order, sum);
    }
    for (const payment of ofType('payment')) {
      expect(cents(payment.subtotal)).toBe(subtotals.get(payment.order_id));
      expect(cents(payment.total_amount)).toBe(cents(payment.subtotal) + cents(payment.tax) + cents(payment.tip));
      const location = chainLocation('location_id' in payment ? Number(payment.location_id.slice(4)) : 0);
      expect(
        Math.abs(cents(payment.tax) - (cents(payment.subtotal) * location.taxBasisPoints) / 10_000),
      ).toBeLessThanOrEqual(0.5);
      expect(cents(payment.tip)).toBeLessThanOrEqual(cents(payment.subtotal) * 0.25 + 50);
    }
  });

  test('never seats a party at a table that is taken', () => {
    const leftAtMs = new Map<string, number>();
    for (const visit of all) {
      const [seated] = visit;
      if (!seated || !('table_id' in seated.event) || !('location_id' in seated.event))
        throw new Error('Not a seating.');
      const table = `${seated.event.location_id}/${seated.event.table_id}`;
      expect(seated.atMs).toBeGreaterThan(leftAtMs.get(table) ?? 0);
      leftAtMs.set(table, visit.at(-1)?.atMs ?? 0);
    }
  });

  test('plays visits faster when asked to, and still in order', () => {
    for (const visit of visits({ tempo: 100_000 }, 500)) {
      visit.forEach(({ atMs }, index) => expect(atMs).toBeGreaterThan(visit[index - 1]?.atMs ?? 0));
      expect((visit.at(-1)?.atMs ?? 0) - (visit[0]?.atMs ?? 0)).toBeLessThan(100);
    }
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
    for (const name of names) expect(name).toMatch(/^[A-Z][\w .]+ - [\w -]+$/);
    expect(() => chainLocation(0)).toThrow('no location number 0');
  });
});
