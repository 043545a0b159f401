import type { FeedbackRow, FeedbackTotals } from '../contract.js';

export interface Feeling {
  readonly responses: number;
  readonly promoters: number;
  readonly passives: number;
  readonly detractors: number;
  readonly nps: number | null;
  readonly rating: number | null;
  /** True where the server gave the whole chain; otherwise it is the sum of the rows shown. */
  readonly whole: boolean;
}

/** The chain's feedback: the server's totals, or, where it gives none, the sum of the rows at hand. */
export function feelingOf(rows: readonly FeedbackRow[], totals: Partial<FeedbackTotals> | undefined): Feeling {
  const whole = typeof totals?.responses === 'number' && typeof totals.promoters === 'number';
  const sum = (column: 'responses' | 'promoters' | 'passives' | 'detractors'): number =>
    whole ? (totals?.[column] ?? 0) : rows.reduce((n, row) => n + row[column], 0);
  const responses = sum('responses');
  const promoters = sum('promoters');
  const detractors = sum('detractors');
  const rated = rows.reduce((n, row) => n + (row.average_rating ?? 0) * row.responses, 0);
  const asked = rows.reduce((n, row) => n + (row.average_rating === null ? 0 : row.responses), 0);
  const scored = promoters + sum('passives') + detractors;
  return {
    responses,
    promoters,
    passives: sum('passives'),
    detractors,
    nps: totals?.nps ?? (scored > 0 ? Math.round(((promoters - detractors) / scored) * 100) : null),
    rating: totals?.average_rating ?? (asked > 0 ? rated / asked : null),
    whole,
  };
}

/** Locations with the lowest NPS, among those that enough guests spoke about. */
export function unhappiest(rows: readonly FeedbackRow[], limit: number, responsesMin = 5): FeedbackRow[] {
  return rows
    .filter((row) => row.nps !== null && row.responses >= responsesMin)
    .sort(
      (a, b) => (a.nps ?? 0) - (b.nps ?? 0) || b.responses - a.responses || a.location_id.localeCompare(b.location_id),
    )
    .slice(0, limit);
}
