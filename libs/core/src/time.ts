/**
 * Instants are epoch milliseconds (UTC), everywhere. A local hour exists only where an offset is given.
 */
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Whole numbers below this are epoch seconds (until the year 5138), from it on epoch milliseconds (since 1973). */
const FIRST_MILLISECONDS = 100_000_000_000;
/** 9999-12-31T23:59:59.999Z: the last instant that ISO-8601 can write with four digits of year. */
export const TIME_MAX_MS = 253_402_300_799_999;

/** Start of the minute (UTC) that holds the instant. */
export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
}

/** Start of the hour (UTC) that holds the instant. */
export function hourOf(timeMs: number): number {
  return Math.floor(timeMs / HOUR_MS) * HOUR_MS;
}

/** Start of the day (UTC) that holds the instant. */
export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS;
}

/** Hour of the day, 0 to 23, on a clock that is `offsetMinutes` ahead of UTC. */
export function localHour(timeMs: number, offsetMinutes: number): number {
  const hours = Math.floor((timeMs + offsetMinutes * MINUTE_MS) / HOUR_MS);
  // Before 1970 the remainder is negative, or -0.
  return ((hours % 24) + 24) % 24;
}

/**
 * Reads an instant as senders write it, or gives undefined for anything that does not name exactly one:
 * - RFC 3339 and its ISO-8601 neighbours: `2025-01-15T18:23:45.123Z`, `2025-01-15 18:23:45+01:00`, seconds may be absent.
 *   A time without an offset is UTC. Digits beyond milliseconds are cut off. A date alone is refused: it is a day, not an
 *   instant, and would pile a day's events onto its first minute. Impossible dates and times (30 February, 25:00, second 60) are refused.
 * - Whole numbers: epoch seconds below 100,000,000,000, else epoch milliseconds.
 */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const time = value.length === 24 ? parseMillisecondsZulu(value) : NaN;
    return time === time ? time : parseIso(value);
  }
  return typeof value === 'number' ? parseEpoch(value) : undefined;
}

function parseEpoch(value: number): number | undefined {
  // Adding zero turns -0, which JSON can say, into 0.
  if (!Number.isSafeInteger(value) || value < 0) return undefined;
  const time = (value < FIRST_MILLISECONDS ? value * SECOND_MS : value) + 0;
  return time <= TIME_MAX_MS ? time : undefined;
}

/** The form nearly every terminal sends, `YYYY-MM-DDTHH:mm:ss.sssZ`, read without a regular expression; NaN if it is not that. */
function parseMillisecondsZulu(text: string): number {
  if (
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    text.charCodeAt(10) !== 84 ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58 ||
    text.charCodeAt(19) !== 46 ||
    text.charCodeAt(23) !== 90
  ) {
    return NaN;
  }
  return instant(
    two(text, 0) * 100 + two(text, 2),
    two(text, 5),
    two(text, 8),
    two(text, 11),
    two(text, 14),
    two(text, 17),
    two(text, 20) * 10 + digit(text, 22),
  );
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : NaN;
}

function two(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?(?:[Zz]|([+-])(\d{2})(?::?(\d{2}))?)?$/;

function parseIso(text: string): number | undefined {
  const parts = text.length <= 40 ? ISO.exec(text) : null;
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = parts;
  const milliseconds = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  const time = instant(
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second ?? 0),
    milliseconds,
  );
  const ahead = Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0);
  if (Number.isNaN(time) || Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59) return undefined;
  return time - (sign === '-' ? -ahead : ahead) * MINUTE_MS;
}

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Epoch milliseconds of a civil date and time in UTC; NaN where there is no such date or time, or where any part is NaN. */
function instant(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  millisecond: number,
): number {
  // Written so that a NaN fails each test.
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59)) return NaN;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > DAYS_IN_MONTH[month - 1]! + (leap ? 1 : 0)) return NaN;
  return (
    daysFromEpoch(year, month, day) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + millisecond
  );
}

/** Days from 1970-01-01 in the Gregorian calendar. Years are counted from March, so that a leap day is a year's last. */
function daysFromEpoch(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
