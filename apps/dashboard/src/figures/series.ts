import type { Dated, MinuteRow } from '../contract.js';

const MINUTE_MS = 60_000;

/** How sure a minute is: it can no longer change, late events can still change it, or it has not even ended. */
export type Certainty = 'settled' | 'provisional' | 'filling';

export interface Point {
  readonly fromMs: number;
  readonly toMs: number;
  readonly revenue: number;
  readonly orders: number;
  readonly certainty: Certainty;
}

/**
 * The time for late events: a window settles when log time has passed its end by this much. The report says so of its whole window, and
 * it is the same for each minute in it.
 */
export function graceMs(report: Dated): number {
  if (!report.completeness || !report.window) return 0;
  const grace = Date.parse(report.completeness.settles_at) - Date.parse(report.window.to);
  return Number.isFinite(grace) ? Math.max(0, grace) : 0;
}

export function certaintyOf(toMs: number, report: Dated): Certainty {
  if (report.completeness?.state === 'settled') return 'settled';
  const logTime = report.as_of ? Date.parse(report.as_of.log_time) : NaN;
  if (!Number.isFinite(logTime) || logTime < toMs) return 'filling';
  return logTime < toMs + graceMs(report) ? 'provisional' : 'settled';
}

/** Minutes added up by `width` minutes, on whole multiples of it; a bucket is only as sure as its least sure minute. */
export function toPoints(report: Dated & { readonly rows: readonly MinuteRow[] }, width = 1): Point[] {
  const widthMs = width * MINUTE_MS;
  const cents = new Map<number, { revenue: number; orders: number }>();
  for (const row of report.rows) {
    const minuteMs = Date.parse(row.minute);
    if (!Number.isFinite(minuteMs)) continue;
    const fromMs = Math.floor(minuteMs / widthMs) * widthMs;
    const bucket = cents.get(fromMs) ?? { revenue: 0, orders: 0 };
    // Adding whole cents keeps the sum exact.
    bucket.revenue += Math.round(row.revenue * 100);
    bucket.orders += row.order_count;
    cents.set(fromMs, bucket);
  }
  return [...cents]
    .sort(([a], [b]) => a - b)
    .map(([fromMs, bucket]) => ({
      fromMs,
      toMs: fromMs + widthMs,
      revenue: bucket.revenue / 100,
      orders: bucket.orders,
      certainty: certaintyOf(fromMs + widthMs, report),
    }));
}

type Column = (number | null)[];
/** Columns as a chart wants them: seconds, then one column a certainty. The settled and provisional lines share a point, so that they meet. */
export type Columns = [x: number[], settled: Column, provisional: Column, filling: Column];

export function toColumns(points: readonly Point[]): Columns {
  const x: number[] = [];
  const columns: Columns = [x, [], [], []];
  points.forEach((point, i) => {
    const following = points[i + 1]?.certainty;
    x.push(point.fromMs / 1000);
    columns[1].push(point.certainty === 'settled' ? point.revenue : null);
    columns[2].push(
      point.certainty === 'provisional' || (point.certainty === 'settled' && following === 'provisional')
        ? point.revenue
        : null,
    );
    columns[3].push(point.certainty === 'filling' ? point.revenue : null);
  });
  return columns;
}

/** The last point whose time is over: what a chart reads out when nobody points at it. */
export function lastWhole(points: readonly Point[]): number {
  for (let i = points.length - 1; i >= 0; i--) if (points[i]?.certainty !== 'filling') return i;
  return points.length - 1;
}

export const CERTAINTY_WORDS: Readonly<Record<Certainty, string>> = {
  settled: 'settled',
  provisional: 'can still change',
  filling: 'still filling',
};
