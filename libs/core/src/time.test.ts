import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, dayOf, HOUR_MS, hourOf, localHour, MINUTE_MS, minuteOf, parseTime, TIME_MAX_MS } from './time.js';

const anInstant = fc.integer({ min: -62_167_219_200_000, max: TIME_MAX_MS });

describe('buckets of time', () => {
  test('every instant lies in its minute, hour and day', () => {
    fc.assert(
      fc.property(anInstant, (time) => {
        for (const [bucketOf, length] of [
          [minuteOf, MINUTE_MS],
          [hourOf, HOUR_MS],
          [dayOf, DAY_MS],
        ] as const) {
          const start = bucketOf(time);
          expect(start).toBeLessThanOrEqual(time);
          expect(time - start).toBeLessThan(length);
          expect(Math.abs(start % length)).toBe(0);
        }
        expect(dayOf(time)).toBe(new Date(time).setUTCHours(0, 0, 0, 0));
      }),
    );
  });

  test('the local hour is that of a clock the given minutes ahead', () => {
    const time = Date.UTC(2025, 0, 15, 0, 30);
    expect(localHour(time, 0)).toBe(0);
    expect(localHour(time, -360)).toBe(18);
    expect(localHour(time, 330)).toBe(6);
    fc.assert(
      fc.property(anInstant, fc.integer({ min: -1_440, max: 1_440 }), (instant, offset) => {
        expect(localHour(instant, offset)).toBe(new Date(instant + offset * MINUTE_MS).getUTCHours());
      }),
    );
  });
});

describe('reading an instant', () => {
  test('every instant is read back from what Date writes', () => {
    fc.assert(
      fc.property(anInstant, (time) => {
        expect(parseTime(new Date(time).toISOString())).toBe(time);
      }),
    );
  });

  test('an offset moves the instant, in each of its spellings', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: DAY_MS, max: TIME_MAX_MS - DAY_MS }),
        fc.integer({ min: -1_439, max: 1_439 }),
        fc.constantFrom('T', 't', ' '),
        fc.constantFrom(':', ''),
        (time, offset, separator, colon) => {
          const local = new Date(time + offset * MINUTE_MS).toISOString().slice(0, -1).replace('T', separator);
          const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, '0');
          const minutes = String(Math.abs(offset) % 60).padStart(2, '0');
          expect(parseTime(`${local}${offset < 0 ? '-' : '+'}${hours}${colon}${minutes}`)).toBe(time);
        },
      ),
    );
  });

  test.each([
    ['2025-01-15 18:23:45', '2025-01-15T18:23:45.000Z'],
    ['2025-01-15T18:23:45', '2025-01-15T18:23:45.000Z'],
    ['2025-01-15T18:23', '2025-01-15T18:23:00.000Z'],
    ['2025-01-15T18:23Z', '2025-01-15T18:23:00.000Z'],
    ['2025-01-15T18:23:45.1Z', '2025-01-15T18:23:45.100Z'],
    ['2025-01-15T18:23:45.123999Z', '2025-01-15T18:23:45.123Z'],
    ['2025-01-15T18:23:45,5z', '2025-01-15T18:23:45.500Z'],
    ['2025-01-15 18:23:45+00', '2025-01-15T18:23:45.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00.000Z', '2000-02-29T00:00:00.000Z'],
    [1_736_965_425, '2025-01-15T18:23:45.000Z'],
    [1_736_965_425_123, '2025-01-15T18:23:45.123Z'],
    [0, '1970-01-01T00:00:00.000Z'],
  ])('%p is %s', (written, meant) => {
    expect(new Date(parseTime(written)!).toISOString()).toBe(meant);
  });

  test('zero has no sign', () => {
    expect(Object.is(parseTime(-0), 0)).toBe(true);
  });

  test.each([
    '2025-02-30T12:00:00.000Z',
    '2025-02-29T12:00:00Z',
    '1900-02-29T12:00:00Z',
    '2025-04-31T12:00:00Z',
    '2025-13-01T12:00:00.000Z',
    '2025-00-10T12:00:00.000Z',
    '2025-01-00T12:00:00.000Z',
    '2025-01-15T25:00:00.000Z',
    '2025-01-15T24:00:00.000Z',
    '2025-01-15T18:60:00.000Z',
    '2025-01-15T18:23:60.000Z',
    '2025-01-15T18:23:45.123X',
    '2025-01-15T18:23:4a.123Z',
    '2025-01-15T18:23:45+24:00',
    '2025-01-15T18:23:45+01:60',
    '2025-01-15T18:23:45.Z',
    '2025-01-15',
    '2025-1-5T18:23:45Z',
    '25-01-15T18:23:45Z',
    '+02025-01-15T18:23:45Z',
    'yesterday',
    '1736965425123',
    ' 2025-01-15T18:23:45Z',
    '2025-01-15T18:23:45Z\n',
    '２０２５-01-15T18:23:45.123Z',
    '',
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e15,
    null,
    true,
    undefined,
    {},
  ])('%p is no instant', (written) => {
    expect(parseTime(written)).toBeUndefined();
  });

  test('whatever the text, the outcome is an instant or nothing', () => {
    const nearly = fc.tuple(anInstant, fc.nat(23), fc.string({ maxLength: 2 })).map(([time, at, change]) => {
      const text = new Date(time).toISOString();
      return text.slice(0, at) + change + text.slice(at + change.length);
    });
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearly), (text) => {
        const time = parseTime(text);
        if (time !== undefined) expect(Number.isSafeInteger(time)).toBe(true);
      }),
    );
  });
});
