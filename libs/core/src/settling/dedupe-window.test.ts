import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Choices } from '../folds/random.fixture.js';
import { hash64, type Hash64 } from '../hash.js';
import { DedupeWindow, IN_THIS_ENTRY } from './dedupe-window.js';
import { IdentityTable } from './identity-table.js';

const SKEW_MS = 7;

function identityOf(id: number): Hash64 {
  const hash = { hi: 0, lo: 0 };
  hash64('tenant', 'location', `e${id}`, hash);
  return hash;
}

describe('the dedupe window', () => {
  test('holds every identity after the position it says it covers, and claims no more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const choices = new Choices(seed);
        const windowMs = choices.pick([3, 100, 10_000]);
        const identitiesMax = choices.pick([1, 10, 1_000]);
        const window = new DedupeWindow(0, Number.NEGATIVE_INFINITY, windowMs, identitiesMax);
        const settled: { id: number; seq: number; logTime: number }[] = [];
        let logTime = 1_000_000;
        for (let seq = 1; seq <= 60; seq++) {
          logTime += choices.pick([0, 0, 1, 50, 5_000]);
          for (let n = choices.below(4); n > 0; n--) {
            const id = settled.length;
            expect(window.find(identityOf(id))).toBe(0);
            window.add(identityOf(id));
            expect(window.find(identityOf(id))).toBe(IN_THIS_ENTRY);
            settled.push({ id, seq, logTime });
          }
          window.commit(seq, logTime);
          const wrong = settled.filter((one) => {
            const found = window.find(identityOf(one.id));
            if (found !== one.seq && found !== 0) return true;
            // The event may have been ahead of its log time by all of the skew: what the window decides, it must know.
            const isCovered = one.seq > window.coversAfterSeq || window.decides(one.logTime + SKEW_MS, SKEW_MS);
            return isCovered && found === 0;
          });
          expect(wrong).toEqual([]);
          expect(window.size).toBeLessThanOrEqual(identitiesMax + 4 * 3);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('covers at least two thirds of its length, and lets go of what is older than all of it', () => {
    const window = new DedupeWindow(0, Number.NEGATIVE_INFINITY, 3_000, 1_000_000);
    let shortest = Number.POSITIVE_INFINITY;
    let longest = 0;
    for (let seq = 1; seq <= 10_000; seq++) {
      window.add(identityOf(seq));
      window.commit(seq, seq);
      const covered = seq - window.coversAfterSeq;
      if (seq > 3_000) shortest = Math.min(shortest, covered);
      longest = Math.max(longest, covered);
    }
    expect(shortest).toBeGreaterThanOrEqual(2_000);
    expect(longest).toBeLessThanOrEqual(3_000);
  });

  test('decides nothing about times before it was filled', () => {
    const window = new DedupeWindow(10, 5_000, 1_000, 100);
    expect(window.coversAfterSeq).toBe(10);
    expect(window.decides(5_000, 0)).toBe(false);
    expect(window.decides(5_001, 0)).toBe(true);
    expect(window.decides(5_101, 100)).toBe(true);
    expect(window.decides(5_100, 100)).toBe(false);
  });
});

describe('a table of identities', () => {
  test('finds what was added and nothing else, also with halves of zero and through growth', () => {
    const table = new IdentityTable();
    const halves = [0, 1, 2, 255, 256, 0x80000000, 0xffffffff];
    let seq = 0;
    for (const hi of halves) {
      for (const lo of halves) {
        expect(table.find(hi, lo)).toBe(0);
        table.add(hi, lo, ++seq);
      }
    }
    let early = 0;
    for (let id = 0; id < 20_000; id++) {
      const { hi, lo } = identityOf(id);
      if (table.find(hi, lo) !== 0) early++;
      table.add(hi, lo, 2 ** 40 + id);
    }
    expect(early).toBe(0);
    seq = 0;
    for (const hi of halves) for (const lo of halves) expect(table.find(hi, lo)).toBe(++seq);
    const missing = Array.from({ length: 20_000 }, (_, id) => id).filter((id) => {
      const { hi, lo } = identityOf(id);
      return table.find(hi, lo) !== 2 ** 40 + id;
    });
    expect(missing).toEqual([]);
    expect(table.size).toBe(20_000 + halves.length ** 2);
    let visited = 0;
    table.each(() => visited++);
    expect(visited).toBe(table.size);
    // The bound that is stated of it.
    expect(table.bytes).toBeGreaterThanOrEqual(table.size * 32);
    expect(table.bytes).toBeLessThanOrEqual(table.size * 64);
  });
});
