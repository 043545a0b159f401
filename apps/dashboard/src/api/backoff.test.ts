import { describe, expect, test } from '@jest/globals';
import { backoffMs, retryAfterMs } from './backoff.js';

describe('the wait before another try', () => {
  test('doubles up to a limit and stays within its jitter', () => {
    expect([0, 1, 2, 3].map((attempt) => backoffMs(attempt, 1))).toEqual([500, 1000, 2000, 4000]);
    expect(backoffMs(0, 0)).toBe(250);
    expect(backoffMs(1000, 1)).toBe(20_000);
  });

  test('is never shorter than the server asks for', () => {
    expect(backoffMs(0, 0, 7000)).toBe(7000);
  });

  test('reads Retry-After as seconds or as a date, within a minute', () => {
    const now = Date.parse('2026-11-20T19:00:00Z');
    expect(retryAfterMs('5', now)).toBe(5000);
    expect(retryAfterMs('Fri, 20 Nov 2026 19:00:30 GMT', now)).toBe(30_000);
    expect(retryAfterMs('86400', now)).toBe(60_000);
    expect(retryAfterMs('-5', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBe(0);
    expect(retryAfterMs(null, now)).toBe(0);
  });
});
