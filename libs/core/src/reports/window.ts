/** The stretch of time a report is about: whole minutes (or hours, or days) up to and including the one of `at`. */

export interface Window {
  /** Inclusive, epoch milliseconds. */
  readonly from: number;
  /** Exclusive, epoch milliseconds. */
  readonly to: number;
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The longest window a report answers for: 400 days. */
export const WINDOW_MAX_MS = 400 * 86_400_000;

/** Reads `5m`, `30m`, `1h`, `24h`, `7d` into milliseconds; undefined when it is none of that or too long. */
export function parseSpan(text: string): number | undefined {
  const match = /^(\d{1,5})([mhd])$/.exec(text);
  if (match === null) return undefined;
  const span = Number(match[1]) * UNITS[match[2]!]!;
  return span > 0 && span <= WINDOW_MAX_MS ? span : undefined;
}

/** The window of `span` that ends with the whole grain (a minute, an hour, a day) of `at`; at least one grain long. */
export function windowEnding(at: number, span: number, grain: number): Window {
  const to = Math.floor(at / grain) * grain + grain;
  return { from: to - Math.max(1, Math.ceil(span / grain)) * grain, to };
}
