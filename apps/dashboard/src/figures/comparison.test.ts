import { describe, expect, test } from '@jest/globals';
import { changeOf, comparedMinutes } from './comparison.js';

const revenue = (amount: number) => ({
  window: { from: '', to: '' },
  as_of: { log_time: '2026-11-20T19:04:31Z', positions: {} },
  completeness: { state: 'settled' as const, settles_at: '', in_flight: 0 },
  rows: [],
  totals: { revenue: amount, order_count: 1, net_sales: amount, tax: 0, tips: 0 },
});

describe('the comparison with a week ago', () => {
  test('asks for the last minute that is over, and the same minute seven days earlier', () => {
    const { nowMs, beforeMs } = comparedMinutes(Date.parse('2026-11-20T19:04:31Z'));
    expect(new Date(nowMs).toISOString()).toBe('2026-11-20T19:03:00.000Z');
    expect(new Date(beforeMs).toISOString()).toBe('2026-11-13T19:03:00.000Z');
  });

  test('is a rate, and nothing where there was nothing', () => {
    expect(changeOf({ now: revenue(110), before: revenue(100) })).toBeCloseTo(0.1);
    expect(changeOf({ now: revenue(110), before: revenue(0) })).toBeNull();
  });
});
