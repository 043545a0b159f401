import { describe, expect, test } from '@jest/globals';
import { mergeReport, newestLogTimeMs } from './merge.js';

const at = (time: string) => ({ as_of: { log_time: `2026-11-20T${time}Z`, positions: {} } });

describe('merging reports', () => {
  test('shows the incoming report when it is as new or newer', () => {
    const incoming = at('19:04:31');
    expect(mergeReport(undefined, incoming, 0)).toBe(incoming);
    expect(mergeReport(at('19:04:31'), incoming, 0)).toBe(incoming);
    expect(mergeReport(at('19:04:30'), incoming, 0)).toBe(incoming);
  });

  test('does not go back in time while a replica may still be catching up', () => {
    const shown = at('19:04:31');
    expect(mergeReport(shown, at('19:04:00'), 1000)).toBe(shown);
  });

  test('goes back when that is what the server insists on', () => {
    const incoming = at('19:04:00');
    expect(mergeReport(at('19:04:31'), incoming, 60_000)).toBe(incoming);
  });

  test('shows a report without a time rather than nothing', () => {
    const undated = {};
    expect(mergeReport(at('19:04:31'), undated, 0)).toBe(undated);
  });

  test('dates the page by the newest of its reports', () => {
    expect(newestLogTimeMs([undefined, at('19:04:00'), at('19:04:31'), {}])).toBe(Date.parse('2026-11-20T19:04:31Z'));
    expect(newestLogTimeMs([])).toBeUndefined();
  });
});
