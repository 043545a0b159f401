import type { DurationRow } from '../contract.js';

/** With fewer samples a P90 is one guest's evening. */
export const SAMPLES_MIN = 10;
const SLOW_FACTOR = 1.25;

export interface Wait {
  readonly row: DurationRow;
  readonly id: string;
  readonly slow: boolean;
  readonly fewSamples: boolean;
}

/**
 * Slowest first by P90. A row is called slow when its P90 is a quarter above the median of all rows: an hour is slow against the
 * others, not against a number somebody once set.
 */
export function slowestFirst(rows: readonly DurationRow[]): Wait[] {
  const solid = rows.filter((row) => row.samples >= SAMPLES_MIN).map((row) => row.p90_minutes);
  const typical = median(solid);
  return rows
    .map((row) => ({
      row,
      id: `${row.location_id} ${row.hour_of_day}`,
      fewSamples: row.samples < SAMPLES_MIN,
      slow: typical !== undefined && row.samples >= SAMPLES_MIN && row.p90_minutes > typical * SLOW_FACTOR,
    }))
    .sort(
      (a, b) =>
        Number(a.fewSamples) - Number(b.fewSamples) ||
        b.row.p90_minutes - a.row.p90_minutes ||
        a.id.localeCompare(b.id),
    );
}

export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
