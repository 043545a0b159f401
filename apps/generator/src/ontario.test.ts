import { describe, expect, test } from '@jest/globals';
import { breaking, cents, countBy, deviation, range, surprise } from './distribution-check.js';
import type { OntarioEvent, PaymentCaptured } from './ontario-events.js';
import { RATINGS, SCORES_OF_RATING } from './ontario-feedback.js';
import { CATEGORY_PLANS, CATEGORY_SHARES, chooseItem, daypart, ONTARIO_MENU } from './ontario-menu.js';
import { Ontario, ONTARIO_LOCATIONS } from './ontario.js';
import type { Happening } from './profile.js';
import { Random } from './random.js';

const VISITS = 20_000;
const DAY_MS = 86_400_000;
/** Visits over a whole day, so that every hour is among them. */
const visits: (readonly Happening[])[] = (() => {
  const ontario = new Ontario({ tempo: 1 });
  const random = new Random(3);
  const startMs = Date.parse('2025-10-29T04:00:00.000Z');
  return Array.from({ length: VISITS }, (_, index) =>
    ontario.visit(startMs + Math.floor((index * DAY_MS) / VISITS), random),
  );
})();

const eventsOf = (visit: readonly Happening[]) => visit.map(({ event }) => event as OntarioEvent);
const piecesOf = (visit: readonly Happening[]) =>
  eventsOf(visit).reduce((sum, event) => sum + (event.event_type === 'order_item_added' ? event.quantity : 0), 0);
const everything = visits.flatMap(eventsOf);
const ofType = <Type extends OntarioEvent['event_type']>(type: Type) =>
  everything.filter((event): event is Extract<OntarioEvent, { event_type: Type }> => event.event_type === type);
const created = ofType('order_created');
const items = ofType('order_item_added');
const payments = ofType('payment_captured');
const feedback = ofType('feedback_submitted');

describe('an Ontario order', () => {
  test('is created, gets one to four pieces, is paid, and sometimes commented on, in this order', () => {
    const life = /^order_created( order_item_added){1,4} payment_captured( feedback_submitted)?$/;
    const isCoherent = (visit: readonly Happening[]) => {
      const events = eventsOf(visit);
      const pieces = piecesOf(visit);
      const ids = new Set(
        events.map((event) => [event.order_id, event.visit_id, event.location_id, event.location_name].join()),
      );
      const customers = new Set(events.flatMap((event) => ('customer_id' in event ? [event.customer_id] : [])));
      return (
        life.test(events.map(({ event_type: type }) => type).join(' ')) &&
        pieces >= 1 &&
        pieces <= 4 &&
        ids.size === 1 &&
        customers.size <= 1 &&
        visit.every(({ atMs, event }) => event.timestamp === new Date(atMs).toISOString()) &&
        visit.every(({ atMs }, index) => atMs > (visit[index - 1]?.atMs ?? 0))
      );
    };
    expect(breaking(visits, isCoherent)).toEqual([]);
  });

  test('is exact to the cent: 13 % HST, rounded half up, and a total that is the sum', () => {
    const subtotals = new Map<string, number>();
    for (const { order_id: order, unit_price: price, quantity } of items) {
      subtotals.set(order, (subtotals.get(order) ?? 0) + cents(price) * quantity);
    }
    const isExact = ({ order_id: order, subtotal, tax, tip, total }: PaymentCaptured) =>
      cents(subtotal) === subtotals.get(order) &&
      cents(tax) === Math.floor((cents(subtotal) * 13 + 50) / 100) &&
      cents(total) === cents(subtotal) + cents(tax) + cents(tip);
    expect(breaking(payments, isExact)).toEqual([]);
  });

  test('has ids of its own for everything', () => {
    const ids = everything.map(({ event_id: id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(items.map(({ order_item_id: id }) => id)).size).toBe(items.length);
    expect(new Set(payments.map(({ payment_id: id }) => id)).size).toBe(VISITS);
    expect(new Set(feedback.map(({ feedback_id: id }) => id)).size).toBe(feedback.length);
  });

  test('takes as long, and has as many events, as the profile promises', () => {
    const ontario = new Ontario({ tempo: 1 });
    const lengths = visits.map((visit) => (visit.at(-1)?.atMs ?? 0) - (visit[0]?.atMs ?? 0));
    const mean = lengths.reduce((sum, length) => sum + length, 0) / VISITS;
    expect(Math.abs(mean / ontario.meanVisitMs - 1)).toBeLessThan(0.02);
    expect(range(lengths).most).toBeLessThanOrEqual(ontario.longestVisitMs);
    expect(Math.abs(everything.length / VISITS / ontario.eventsPerVisit - 1)).toBeLessThan(0.01);
  });
});

describe('the distributions of Ontario', () => {
  test('service types are 62 % dine-in, 23 % takeout, 15 % delivery', () => {
    const counts = countBy(created, ({ service_type: service }) => service);
    // prettier-ignore
    expect(surprise(counts, [['dine_in', 62], ['takeout', 23], ['delivery', 15]])).toBeLessThan(5);
    for (const { service_type: service, party_size: size } of created)
      expect(size === null).toBe(service !== 'dine_in');
  });

  test('payment methods are 52 % credit, 18 % debit, 14 % cash, 12 % digital wallet, 4 % gift card', () => {
    const counts = countBy(payments, ({ payment_method: method }) => method);
    // prettier-ignore
    expect(
      surprise(counts, [['credit_card', 52], ['debit_card', 18], ['cash', 14], ['digital_wallet', 12], ['gift_card', 4]]),
    ).toBeLessThan(5);
  });

  test('providers are 48 % VISA, 42 % Mastercard, 10 % Amex, and only cards have one', () => {
    const isCard = (method: string) => method === 'credit_card' || method === 'debit_card';
    expect(
      breaking(payments, ({ payment_method: method, provider }) => (provider !== null) === isCard(method)),
    ).toEqual([]);
    const counts = countBy(
      payments.filter(({ payment_method: method }) => isCard(method)),
      ({ provider }) => provider,
    );
    // prettier-ignore
    expect(surprise(counts, [['VISA', 48], ['Mastercard', 42], ['Amex', 10]])).toBeLessThan(5);
  });

  test('tips are 12 to 24 % for dine-in, 0 to 10 % for takeout, 8 to 20 % for delivery, evenly spread', () => {
    const ranges = { dine_in: [12, 24], takeout: [0, 10], delivery: [8, 20] } as const;
    for (const [service, [least, most]] of Object.entries(ranges)) {
      const shares = payments
        .filter(({ service_type: type }) => type === service)
        .map(({ tip, subtotal }) => (cents(tip) / cents(subtotal)) * 100);
      expect(range(shares).least).toBeGreaterThanOrEqual(least);
      expect(range(shares).most).toBeLessThanOrEqual(most);
      const lower = shares.filter((share) => share < (least + most) / 2).length;
      expect(deviation(lower, shares.length, 0.5)).toBeLessThan(6);
    }
  });

  test('a quarter of the orders get feedback', () => {
    expect(deviation(feedback.length, VISITS, 0.25)).toBeLessThan(5);
  });

  test('70 % of the ratings are four or five stars', () => {
    const good = feedback.filter(({ rating }) => rating >= 4).length;
    expect(deviation(good, feedback.length, 0.7)).toBeLessThan(5);
    // prettier-ignore
    expect(surprise(countBy(feedback, ({ rating }) => rating), RATINGS)).toBeLessThan(5);
  });

  test('promoter scores are in line with the stars', () => {
    const ranges: Record<number, [number, number]> = { 5: [9, 10], 4: [7, 9], 3: [5, 7], 2: [2, 4], 1: [0, 2] };
    for (const [rating, [least, most]] of Object.entries(ranges)) {
      const scores = feedback.filter((event) => event.rating === Number(rating)).map(({ nps_score: score }) => score);
      expect(range(scores)).toEqual({ least, most });
      // prettier-ignore
      expect(surprise(countBy(scores, (score) => score), SCORES_OF_RATING[Number(rating)] ?? [])).toBeLessThan(5);
    }
    const fours = feedback.filter(({ rating }) => rating === 4);
    expect(fours.filter(({ nps_score: score }) => score === 8).length).toBeGreaterThan(fours.length / 2);
  });

  test('orders have one to four pieces by their weights', () => {
    const pieces = visits.map(piecesOf);
    // prettier-ignore
    expect(surprise(countBy(pieces, (count) => count), [[1, 30], [2, 34], [3, 22], [4, 14]])).toBeLessThan(5);
  });

  test('orders come from twelve places, LOC-ON-001 to LOC-ON-012, by their weights', () => {
    expect(ONTARIO_LOCATIONS).toHaveLength(12);
    // prettier-ignore
    expect(surprise(countBy(created, ({ location_name: name }) => name), ONTARIO_LOCATIONS)).toBeLessThan(5);
    const ids = [...new Set(created.map(({ location_id: id }) => id))].toSorted();
    expect(ids).toEqual(Array.from({ length: 12 }, (_, index) => `LOC-ON-${String(index + 1).padStart(3, '0')}`));
  });

  test('known guests are all of delivery, most of takeout, few of dine-in', () => {
    for (const [service, share] of [
      ['dine_in', 0.2],
      ['takeout', 0.7],
    ] as const) {
      const orders = created.filter(({ service_type: type }) => type === service);
      const known = orders.filter(({ customer_id: id }) => id !== undefined).length;
      expect(deviation(known, orders.length, share)).toBeLessThan(5);
    }
    expect(created.every(({ service_type: type, customer_id: id }) => type !== 'delivery' || id !== undefined)).toBe(
      true,
    );
  });
});

describe('the menu of Ontario', () => {
  test('has thirteen categories whose prices keep to their ranges, from 2.25 to 40.00 in all', () => {
    expect(Object.keys(CATEGORY_PLANS)).toHaveLength(13);
    for (const { category, priceCents } of ONTARIO_MENU) {
      expect(priceCents).toBeGreaterThanOrEqual(CATEGORY_PLANS[category].priceCents.least);
      expect(priceCents).toBeLessThanOrEqual(CATEGORY_PLANS[category].priceCents.most);
    }
    const prices = ONTARIO_MENU.map(({ priceCents }) => priceCents);
    expect([Math.min(...prices), Math.max(...prices)]).toEqual([225, 4_000]);
    expect(new Set(ONTARIO_MENU.map(({ itemId }) => itemId)).size).toBe(ONTARIO_MENU.length);
  });

  test('is chosen from by the time of day', () => {
    const random = new Random(5);
    for (const [part, weights] of CATEGORY_SHARES) {
      const counts = countBy(Array.from({ length: 20_000 }), () => chooseItem(part, random).category);
      expect(surprise(counts, weights)).toBeLessThan(5);
    }
  });

  test('is coffee and breakfast in the morning, entrees and alcohol in the evening, by the clock of Toronto', () => {
    const shareAt = (hours: readonly number[], categories: readonly string[]) => {
      // 29 October is still summer time: four hours behind UTC.
      const then = items.filter(({ timestamp }) => hours.includes((Number(timestamp.slice(11, 13)) + 20) % 24));
      return then.filter(({ category }) => categories.includes(category)).length / then.length;
    };
    const morning = [6, 7, 8, 9];
    const evening = [18, 19, 20];
    expect(shareAt(morning, ['Coffee', 'Breakfast'])).toBeGreaterThan(0.5);
    expect(shareAt(evening, ['Coffee', 'Breakfast'])).toBeLessThan(0.08);
    expect(shareAt(evening, ['Alcohol', 'Entree'])).toBeGreaterThan(0.35);
    expect(shareAt(morning, ['Alcohol', 'Entree'])).toBeLessThan(0.05);
    expect([4, 5, 11, 15, 17, 22].map(daypart)).toEqual([
      'night',
      'morning',
      'midday',
      'afternoon',
      'evening',
      'night',
    ]);
  });
});
