import { describe, expect, test } from '@jest/globals';
import { breaking, countBy, deviation, surprise } from './distribution-check.js';
import { Random } from './random.js';

const values = (random: Random) => Array.from({ length: 100 }, () => random.integer(0, 1_000_000));

describe('random', () => {
  test('gives the same values for the same seed and others for its neighbour', () => {
    expect(values(new Random(7))).toEqual(values(new Random(7)));
    expect(values(new Random(7))).not.toEqual(values(new Random(8)));
  });

  test('forks by name into streams that do not depend on what was drawn before', () => {
    const drawn = new Random(7);
    values(drawn);
    expect(values(drawn.fork('a'))).toEqual(values(new Random(7).fork('a')));
    expect(values(drawn.fork('a'))).not.toEqual(values(drawn.fork('b')));
    expect(values(drawn.fork('a', 1))).not.toEqual(values(drawn.fork('a', 2)));
  });

  test('chooses by weight', () => {
    const random = new Random(1);
    // prettier-ignore
    const weights = [['a', 6], ['b', 3], ['c', 1], ['never', 0]] as const;
    const counts = countBy(Array.from({ length: 50_000 }), () => random.pickWeighted(weights));
    expect(counts.get('never')).toBeUndefined();
    expect(surprise(counts, weights.slice(0, 3))).toBeLessThan(5);
    // prettier-ignore
    expect(surprise(counts, [['a', 6], ['b', 3.3], ['c', 1]])).toBeGreaterThan(5);
  });

  test('takes chances and draws exponential gaps with the right mean', () => {
    const random = new Random(2);
    const hits = Array.from({ length: 50_000 }).filter(() => random.chance(0.02)).length;
    expect(deviation(hits, 50_000, 0.02)).toBeLessThan(5);
    const gaps = Array.from({ length: 50_000 }, () => random.exponential(40));
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(40, -0.5);
  });

  test('stays within bounds, and central draws are near the middle', () => {
    const random = new Random(3);
    const draws = Array.from({ length: 20_000 }, () => random.central(10, 20));
    expect(Math.min(...draws)).toBe(10);
    expect(Math.max(...draws)).toBe(20);
    const inTheMiddle = draws.filter((draw) => draw >= 13 && draw <= 17).length;
    expect(inTheMiddle / draws.length).toBeGreaterThan(0.6);
  });

  test('makes identifiers and UUIDs of version 4 that do not repeat', () => {
    const random = new Random(4);
    const made = new Set<string>();
    for (let turn = 0; turn < 20_000; turn++) {
      made.add(random.uuid()).add(random.identifier('evt_'));
    }
    const form = /^([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|evt_[a-z0-9]{16})$/;
    expect(breaking(made, (id) => form.test(id))).toEqual([]);
    expect(made.size).toBe(40_000);
  });
});
