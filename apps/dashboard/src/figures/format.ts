/** How figures are written: one place, so that the same number looks the same on every card. */
const LANGUAGE = 'en-US';
export const NONE = '–';

const money2 = new Intl.NumberFormat(LANGUAGE, { style: 'currency', currency: 'USD' });
const money2Signed = new Intl.NumberFormat(LANGUAGE, { style: 'currency', currency: 'USD', signDisplay: 'exceptZero' });
const wholeSigned = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 2, signDisplay: 'exceptZero' });
const money0 = new Intl.NumberFormat(LANGUAGE, { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });
const moneyShort = new Intl.NumberFormat(LANGUAGE, {
  style: 'currency',
  currency: 'USD',
  notation: 'compact',
  maximumFractionDigits: 1,
});
const whole = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 0 });
const percent1 = new Intl.NumberFormat(LANGUAGE, {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const percent0 = new Intl.NumberFormat(LANGUAGE, { style: 'percent', maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

type Maybe = number | null | undefined;
const written = (format: Intl.NumberFormat, value: Maybe): string =>
  value === null || value === undefined || !Number.isFinite(value) ? NONE : format.format(value);

/** Exact to the cent. */
export const money = (value: Maybe): string => written(money2, value);
/** A difference: +$212.00 or −$5.00. */
export const moneyChange = (value: Maybe): string => written(money2Signed, value);
export const countChange = (value: Maybe): string => written(wholeSigned, value);
/** For axes and labels, where the cents are noise. */
export const moneyRounded = (value: Maybe): string => written(money0, value);
export const moneyCompact = (value: Maybe): string => written(moneyShort, value);
export const count = (value: Maybe): string => written(whole, value);
/** A rate that is small but not nothing must not be written as nothing. */
export const percent = (rate: Maybe): string =>
  typeof rate === 'number' && rate > 0 && rate < 0.0005 ? '<0.1%' : written(percent1, rate);
export const percentRounded = (rate: Maybe): string => written(percent0, rate);
export const minutes = (value: Maybe): string => written(tenth, value);
export const decimal = (value: Maybe): string => written(tenth, value);

/** Whole and cents apart, so that the cents can be set smaller and still be read. */
export function moneyParts(value: Maybe): { readonly whole: string; readonly cents: string } {
  const text = money(value);
  const point = text.lastIndexOf('.');
  return point < 0 ? { whole: text, cents: '' } : { whole: text.slice(0, point), cents: text.slice(point) };
}

/** The mean of an order; null with no order, because 0 would be a figure. */
export function averageTicket(revenue: Maybe, orders: Maybe): number | null {
  return typeof revenue === 'number' && orders ? revenue / orders : null;
}

const zoned = new Map<string, Intl.DateTimeFormat>();
function zonedFormat(
  name: string,
  options: Intl.DateTimeFormatOptions,
  timeZone: string | undefined,
): Intl.DateTimeFormat {
  const id = `${name} ${timeZone ?? ''}`;
  let format = zoned.get(id);
  if (!format) {
    format = new Intl.DateTimeFormat(LANGUAGE, { hourCycle: 'h23', ...options, ...(timeZone ? { timeZone } : {}) });
    zoned.set(id, format);
  }
  return format;
}

type Instant = string | number | undefined;
function writtenTime(name: string, options: Intl.DateTimeFormatOptions, at: Instant, timeZone?: string): string {
  const ms = typeof at === 'string' ? Date.parse(at) : at;
  return ms === undefined || !Number.isFinite(ms) ? NONE : zonedFormat(name, options, timeZone).format(ms);
}

/** 19:04:31 in the viewer's time zone. */
export const clock = (at: Instant, timeZone?: string): string =>
  writtenTime('clock', { hour: '2-digit', minute: '2-digit', second: '2-digit' }, at, timeZone);

/** 19:04 */
export const hourMinute = (at: Instant, timeZone?: string): string =>
  writtenTime('hourMinute', { hour: '2-digit', minute: '2-digit' }, at, timeZone);

const day = (at: Instant, timeZone?: string): string =>
  writtenTime('day', { month: 'short', day: 'numeric' }, at, timeZone);

/** 19:14, or with its day where that is not the day of `near`: a bare time would be read as today's. */
export function timeNear(at: Instant, near: Instant, timeZone?: string): string {
  const time = hourMinute(at, timeZone);
  return time === NONE || day(at, timeZone) === day(near, timeZone) ? time : `${day(at, timeZone)}, ${time}`;
}

/** Friday */
export const weekday = (at: Instant, timeZone?: string): string =>
  writtenTime('weekday', { weekday: 'long' }, at, timeZone);

const DAY_MS = 86_400_000;

/** 18:05–19:05; days where the window spans them; dates alone for whole UTC days, which are no times of the viewer's. */
export function span(window: { readonly from: string; readonly to: string } | undefined, timeZone?: string): string {
  if (!window) return NONE;
  const from = Date.parse(window.from);
  const to = Date.parse(window.to);
  if (to > from && from % DAY_MS === 0 && to % DAY_MS === 0) {
    const first = day(from, 'UTC');
    const last = day(to - 1, 'UTC');
    return first === last ? first : `${first} – ${last}`;
  }
  if (day(from, timeZone) === day(to, timeZone)) return `${hourMinute(from, timeZone)}–${hourMinute(to, timeZone)}`;
  return `${day(from, timeZone)}, ${hourMinute(from, timeZone)} – ${day(to, timeZone)}, ${hourMinute(to, timeZone)}`;
}

/** 19 → 19:00–20:00, the local hour of a location. */
export function hourOfDay(hour: number): string {
  const two = (h: number) => String(((h % 24) + 24) % 24).padStart(2, '0');
  return `${two(hour)}:00–${two(hour + 1)}:00`;
}

/** credit_card → Credit card. */
export function words(code: string | null | undefined): string {
  const text = (code ?? '').replace(/[_-]+/g, ' ').trim();
  return text ? text.charAt(0).toUpperCase() + text.slice(1) : NONE;
}
