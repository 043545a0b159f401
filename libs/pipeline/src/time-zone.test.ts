import { describe, expect, test } from '@jest/globals';
import { utcOffsetMinutes } from './time-zone.js';

describe('utcOffsetMinutes', () => {
  test.each([
    ['America/Toronto', '2026-01-15T12:00:00Z', -300],
    ['America/Toronto', '2026-07-15T12:00:00Z', -240],
    ['America/Toronto', '2026-03-08T06:59:59Z', -300],
    ['America/Toronto', '2026-03-08T07:00:00Z', -240],
    ['Asia/Kathmandu', '2026-01-15T12:00:00Z', 345],
    ['UTC', '2026-01-15T12:00:00Z', 0],
  ])('%s at %s is %d minutes ahead of UTC', (zone, time, minutes) => {
    expect(utcOffsetMinutes(zone, Date.parse(time))).toBe(minutes);
  });

  test('there is no such zone as Mars/Olympus', () => {
    expect(utcOffsetMinutes('Mars/Olympus', 0)).toBeUndefined();
  });
});
