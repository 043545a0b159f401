/** How far local time is ahead of UTC, from the platform's time zone data. What it answers is recorded in the log. */
import { HOUR_MS } from '@ticketrail/core';

const QUARTER_HOUR_MS = HOUR_MS / 4;
const OFFSETS_KEPT_MAX = 10_000;

const formats = new Map<string, Intl.DateTimeFormat | undefined>();
const offsets = new Map<string, number>();

/** Minutes ahead of UTC at `timeMs` in an IANA time zone; undefined when there is no such zone. */
export function utcOffsetMinutes(timeZone: string, timeMs: number): number | undefined {
  // Zones change their offset on a quarter of an hour at the finest.
  const quarter = Math.floor(timeMs / QUARTER_HOUR_MS);
  const key = `${timeZone} ${quarter}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    const format = formatOf(timeZone);
    if (format === undefined) return undefined;
    offset = offsetBy(format, quarter * QUARTER_HOUR_MS);
    if (offsets.size >= OFFSETS_KEPT_MAX) offsets.clear();
    offsets.set(key, offset);
  }
  return offset;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(timeZone)) {
    try {
      formats.set(
        timeZone,
        new Intl.DateTimeFormat('en-US', {
          timeZone,
          hourCycle: 'h23',
          year: 'numeric',
          month: 'numeric',
          day: 'numeric',
          hour: 'numeric',
          minute: 'numeric',
        }),
      );
    } catch {
      formats.set(timeZone, undefined);
    }
  }
  return formats.get(timeZone);
}

function offsetBy(format: Intl.DateTimeFormat, timeMs: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(timeMs)) part[type] = Number(value);
  const local = Date.UTC(part['year']!, part['month']! - 1, part['day']!, part['hour']!, part['minute']!);
  return Math.round((local - timeMs) / 60_000);
}
