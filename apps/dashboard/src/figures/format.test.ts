import { describe, expect, test } from '@jest/globals';
import * as format from './format.js';

describe('how figures are written', () => {
  test('money to the cent, and in parts', () => {
    expect(format.money(12310.4)).toBe('$12,310.40');
    expect(format.moneyParts(12310.4)).toEqual({ whole: '$12,310', cents: '.40' });
    expect(format.moneyRounded(12310.5)).toBe('$12,311');
    expect(format.percent(12 / 1_235_423)).toBe('<0.1%');
    expect(format.moneyCompact(12310)).toBe('$12.3K');
  });

  test('what is not known is a dash, never a zero', () => {
    expect([format.money(undefined), format.percent(null), format.count(Number.NaN), format.clock('soon')]).toEqual([
      '–',
      '–',
      '–',
      '–',
    ]);
    expect(format.moneyParts(undefined)).toEqual({ whole: '–', cents: '' });
    expect(format.averageTicket(0, 0)).toBeNull();
    expect(format.averageTicket(100, 8)).toBe(12.5);
  });

  test('times on the 24-hour clock of the viewer', () => {
    expect(format.clock('2026-11-20T19:04:31.900Z', 'UTC')).toBe('19:04:31');
    expect(format.clock('2026-11-20T00:04:31Z', 'UTC')).toBe('00:04:31');
    expect(format.hourMinute('2026-11-20T19:04:31Z', 'America/Chicago')).toBe('13:04');
  });

  test('a day is written where a bare time would be taken for today', () => {
    expect(format.timeNear('2026-11-20T19:14:00Z', '2026-11-20T19:04:00Z', 'UTC')).toBe('19:14');
    expect(format.timeNear('2026-11-21T19:14:00Z', '2026-11-20T19:04:00Z', 'UTC')).toBe('Nov 21, 19:14');
    expect(format.span({ from: '2026-11-20T18:05:00Z', to: '2026-11-20T19:05:00Z' }, 'UTC')).toBe('18:05–19:05');
    expect(format.span({ from: '2026-11-19T19:05:00Z', to: '2026-11-20T19:05:00Z' }, 'UTC')).toBe(
      'Nov 19, 19:05 – Nov 20, 19:05',
    );
    expect(format.span({ from: '2026-11-14T00:00:00Z', to: '2026-11-20T00:00:00Z' }, 'UTC')).toBe('Nov 14 – Nov 19');
  });

  test('hours and codes in words', () => {
    expect(format.hourOfDay(23)).toBe('23:00–00:00');
    expect(format.words('credit_card')).toBe('Credit card');
    expect(format.words(null)).toBe('–');
  });
});
