import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hash64, identityOf, partitionOf } from './hash.js';

function hashed(a: string, b = '', c = ''): { hi: number; lo: number } {
  const out = { hi: 0, lo: 0 };
  hash64(a, b, c, out);
  return out;
}

const textOf = ({ hi, lo }: { hi: number; lo: number }): string => `${hi}.${lo}`;
const bitsOf = (value: number): number => {
  let bits = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) bits++;
  return bits;
};

/** Ids as senders make them: counters, dates with counters, random hexadecimal. */
function* realisticIds(count: number): Iterable<string> {
  for (let i = 0; i < count; i++) {
    yield `evt-${i}`;
    yield `evt_20250115_${String(i).padStart(8, '0')}`;
    yield `00000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`;
    yield `${Math.imul(i, 0x9e3779b1) >>> 0}:${i % 7}`;
  }
}

describe('hash64', () => {
  test('gives two unsigned 32-bit halves, the same each time, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (a, b, c) => {
        const { hi, lo } = hashed(a, b, c);
        expect([hi >>> 0, lo >>> 0]).toEqual([hi, lo]);
        expect(hashed(a, b, c)).toEqual({ hi, lo });
      }),
    );
  });

  test('stays what it was: rows, marks and partitions on disk depend on it', () => {
    expect(textOf(hashed('demo', 'loc-1', 'evt-1'))).toBe('3498323723.180989399');
    expect(textOf(hashed('', '', ''))).toBe('575048535.2411211407');
    expect(textOf(hashed('tenant', 'Café №5', '🍕'))).toBe('1263467889.3001370985');
  });

  test('tells the borders of its parts, also empty ones and ones made of odd characters', () => {
    const parts = ['', 'a', 'b', 'ab', 'ba', '\u0000', '\uffff', '\u0001', 'a\u0000', '\ud83c'];
    const seen = new Map<string, string>();
    for (const a of parts) {
      for (const b of parts) {
        for (const c of parts) {
          const text = textOf(hashed(a, b, c));
          expect(seen.get(text)).toBeUndefined();
          seen.set(text, JSON.stringify([a, b, c]));
        }
      }
    }
    expect(seen.size).toBe(parts.length ** 3);
  });

  test('has no collision among hundreds of thousands of ids of the usual forms, and no more than chance in either half', () => {
    const both = new Set<string>();
    const his = new Set<number>();
    const los = new Set<number>();
    let count = 0;
    for (const id of realisticIds(50_000)) {
      const hash = hashed('demo', 'loc-00042', id);
      both.add(textOf(hash));
      his.add(hash.hi);
      los.add(hash.lo);
      count++;
    }
    expect(both.size).toBe(count);
    // Chance alone gives n² / 2³³ = 5 collisions of 32 bits.
    expect(count - his.size).toBeLessThan(20);
    expect(count - los.size).toBeLessThan(20);
  });

  test('has no collision among all short texts of few characters', () => {
    const alphabet = [...'0123456789abcdefxyz-_:'];
    const seen = new Set<string>();
    let count = 0;
    for (const a of alphabet)
      for (const b of alphabet)
        for (const c of alphabet)
          for (const d of alphabet) {
            seen.add(textOf(hashed('demo', 'l', a + b + c + d)));
            count++;
          }
    expect(seen.size).toBe(count);
  });

  test('half of all bits change, whichever bit of whichever character does', () => {
    const text = 'evt_20250115_00012345';
    const changedBits = Array.from({ length: 64 }, () => 0);
    let trials = 0;
    let fewest = 64;
    for (let i = 0; i < 150; i++) {
      const base = text.slice(0, -3) + String(i).padStart(3, '0');
      const before = hashed('demo', 'loc', base);
      for (let at = 0; at < base.length; at++) {
        for (let bit = 0; bit < 7; bit++) {
          const other = base.slice(0, at) + String.fromCharCode(base.charCodeAt(at) ^ (1 << bit)) + base.slice(at + 1);
          const after = hashed('demo', 'loc', other);
          const hi = before.hi ^ after.hi;
          const lo = before.lo ^ after.lo;
          fewest = Math.min(fewest, bitsOf(hi) + bitsOf(lo));
          for (let k = 0; k < 32; k++) {
            changedBits[k]! += (hi >>> k) & 1;
            changedBits[k + 32]! += (lo >>> k) & 1;
          }
          trials++;
        }
      }
    }
    expect(fewest).toBeGreaterThan(8);
    for (const changed of changedBits) expect(Math.abs(changed / trials - 0.5)).toBeLessThan(0.02);
  });

  test('an identity is its tenant, its place and its id', () => {
    const out = { hi: 0, lo: 0 };
    identityOf('demo', { location_id: 'l', event_id: 'e' }, out);
    expect(out).toEqual(hashed('demo', 'l', 'e'));
  });
});

describe('partitionOf', () => {
  test('spreads places evenly over any number of partitions', () => {
    for (const partitions of [1, 3, 8, 12, 64]) {
      for (const form of [
        (i: number) => `loc-${i}`,
        (i: number) => String(i),
        (i: number) => `restaurant_${i * 100}`,
      ]) {
        const counts = Array.from({ length: partitions }, () => 0);
        const places = 8_000;
        for (let i = 0; i < places; i++) {
          const partition = partitionOf('demo', form(i), partitions);
          counts[partition]!++;
        }
        const expected = places / partitions;
        // Five standard deviations of a fair draw.
        for (const count of counts) expect(Math.abs(count - expected)).toBeLessThanOrEqual(5 * Math.sqrt(expected));
      }
    }
  });
});
