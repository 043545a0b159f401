import type { Report, RevenueRow, RevenueTotals } from '../contract.js';

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;

type Revenue = Report<RevenueRow, RevenueTotals>;

/** Two windows of whole minutes, a week apart. */
export interface Comparison {
  readonly now: Revenue;
  readonly before: Revenue;
}

/**
 * The minutes to ask for: the last one that is over, and the same a week earlier. A minute that is still filling would make every evening
 * look worse than the last.
 */
export function comparedMinutes(logTimeMs: number): { readonly nowMs: number; readonly beforeMs: number } {
  const nowMs = Math.floor(logTimeMs / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  return { nowMs, beforeMs: nowMs - WEEK_MS };
}

/** The change against a week ago, or null where there was nothing then: growth from nothing is no percentage. */
export function changeOf({ now, before }: Comparison): number | null {
  const was = before.totals?.revenue ?? 0;
  const is = now.totals?.revenue;
  return was > 0 && is !== undefined ? is / was - 1 : null;
}
