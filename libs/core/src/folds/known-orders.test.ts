import { describe, expect, test } from '@jest/globals';
import { hash64, type Hash64 } from '../hash.js';
import { FILTER_SHARE_MAX, KnownOrders } from './known-orders.js';

const hash: Hash64 = { hi: 0, lo: 0 };

function filled(bytes: number, orders: number): KnownOrders {
  const known = new KnownOrders(bytes);
  for (let i = 0; i < orders; i++) {
    hash64('acme', `order-${i}`, 'north', hash);
    known.add(hash.hi, hash.lo);
  }
  return known;
}

function heldAmong(known: KnownOrders, from: number, orders: number): number {
  let held = 0;
  for (let i = from; i < from + orders; i++) {
    hash64('acme', `order-${i}`, 'north', hash);
    if (known.mayHold(hash.hi, hash.lo)) held++;
  }
  return held;
}

describe('the filter of known orders', () => {
  test.each([0, 8, 1_000, 65_536])('of %i bytes holds every order that was added', (bytes) => {
    expect(heldAmong(filled(bytes, 20_000), 0, 20_000)).toBe(20_000);
  });

  test('takes one in eighteen for known when it has six bits an order, and hardly any when it has twenty', () => {
    const bits = 65_536 * 8;
    const tight = heldAmong(filled(65_536, Math.floor(bits / 6)), 1_000_000, 20_000) / 20_000;
    const roomy = heldAmong(filled(65_536, Math.floor(bits / 20)), 1_000_000, 20_000) / 20_000;
    expect(tight).toBeGreaterThan(0.04);
    expect(tight).toBeLessThan(0.08);
    expect(roomy).toBeLessThan(0.005);
  });

  test('knows how full it is, and at the limit takes every second order for known', () => {
    expect(filled(1_024, 0).share).toBe(0);
    const known = filled(65_536, Math.floor((-Math.log(1 - FILTER_SHARE_MAX) / 4) * 65_536 * 8));
    expect(known.share).toBeCloseTo(FILTER_SHARE_MAX, 1);
    expect(heldAmong(known, 1_000_000, 20_000) / 20_000).toBeCloseTo(0.5, 1);
  });
});
