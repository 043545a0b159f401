import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSpan, WINDOW_MAX_MS, windowEnding } from './window.js';

const MINUTE = 60_000;

describe('parseSpan', () => {
  test.each([
    ['1m', MINUTE],
    ['5m', 5 * MINUTE],
    ['05m', 5 * MINUTE],
    ['90m', 90 * MINUTE],
    ['1h', 60 * MINUTE],
    ['24h', 1_440 * MINUTE],
    ['7d', 7 * 1_440 * MINUTE],
    ['400d', WINDOW_MAX_MS],
  ])('reads %s', (text, span) => {
    expect(parseSpan(text)).toBe(span);
  });

  test.each([
    '',
    'm',
    '5',
    '0m',
    '0d',
    '-5m',
    '+5m',
    '5.5m',
    '5 m',
    ' 5m',
    '5m\n',
    '5M',
    '5s',
    '5mm',
    '401d',
    '99999d',
    '999999m',
    '٥m',
    '1e3m',
    'constructor',
  ])('refuses %j', (text) => {
    expect(parseSpan(text)).toBeUndefined();
  });
});

describe('windowEnding', () => {
  test('is exactly the whole minutes up to and including the one of its end', () => {
    const at = Date.UTC(2025, 0, 15, 12, 34, 56, 789);
    const minute = Date.UTC(2025, 0, 15, 12, 34);
    expect(windowEnding(at, 5 * MINUTE, MINUTE)).toEqual({ from: minute - 4 * MINUTE, to: minute + MINUTE });
    expect(windowEnding(minute, MINUTE, MINUTE)).toEqual({ from: minute, to: minute + MINUTE });
    expect(windowEnding(minute - 1, MINUTE, MINUTE)).toEqual({ from: minute - MINUTE, to: minute });
  });

  test('holds its end, is made of whole grains and at least as long as asked', () => {
    const times = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(
        times,
        fc.integer({ min: 1, max: WINDOW_MAX_MS }),
        fc.constantFrom(MINUTE, 3_600_000, 86_400_000),
        (at, span, grain) => {
          const { from, to } = windowEnding(at, span, grain);
          expect(Math.abs(from % grain)).toBe(0);
          expect(to - grain).toBeLessThanOrEqual(at);
          expect(to).toBeGreaterThan(at);
          expect(to - from).toBeGreaterThanOrEqual(span);
          expect(to - from).toBeLessThan(span + grain);
        },
      ),
    );
  });
});
