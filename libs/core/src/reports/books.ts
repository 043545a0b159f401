/** The books: accepted = applied + duplicates + rejected + in flight. */
import { LEDGER } from '../tables/catalogue.js';
import { membersWith, sumsOf, type Totals } from './totals.js';
import type { Window } from './window.js';

export interface LedgerFigures {
  accepted: number;
  applied: number;
  duplicates: number;
  rejected: number;
}

export interface LedgerRow extends LedgerFigures {
  /** Minute of log time, ISO 8601. */
  minute: string;
}

/** Minutes of the window in which something was accepted, the oldest first. */
export function ledgerByMinute(totals: Totals, window: Window): LedgerRow[] {
  const starts = totals.members.map(Number);
  const inWindow = membersWith(totals, (member) => starts[member]! >= window.from && starts[member]! < window.to);
  const sums = (name: string): Float64Array => sumsOf(LEDGER, totals, name);
  const [accepted, applied] = [sums('events_accepted'), sums('events_applied')];
  const [duplicates, rejected] = [sums('events_duplicate'), sums('events_rejected')];
  return Array.from(inWindow)
    .sort((a, b) => starts[a]! - starts[b]!)
    .map((member) => ({
      minute: new Date(starts[member]!).toISOString(),
      accepted: accepted[member]!,
      applied: applied[member]!,
      duplicates: duplicates[member]!,
      rejected: rejected[member]!,
    }));
}

export function ledgerTotals(rows: readonly LedgerRow[]): LedgerFigures {
  const totals = { accepted: 0, applied: 0, duplicates: 0, rejected: 0 };
  for (const row of rows) {
    totals.accepted += row.accepted;
    totals.applied += row.applied;
    totals.duplicates += row.duplicates;
    totals.rejected += row.rejected;
  }
  return totals;
}
