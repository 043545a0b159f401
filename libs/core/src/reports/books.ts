/** The books: accepted = applied + duplicates + rejected + in flight. */
import { LEDGER } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { groupRows } from './groups.js';
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
export function ledgerByMinute(rows: Iterable<Row>, window: Window): LedgerRow[] {
  return groupRows(LEDGER, rows, ['minute'])
    .filter((group) => (group.by[0] as number) >= window.from && (group.by[0] as number) < window.to)
    .sort((a, b) => (a.by[0] as number) - (b.by[0] as number))
    .map((group) => ({
      minute: new Date(group.by[0] as number).toISOString(),
      accepted: group.sum('events_accepted'),
      applied: group.sum('events_applied'),
      duplicates: group.sum('events_duplicate'),
      rejected: group.sum('events_rejected'),
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
