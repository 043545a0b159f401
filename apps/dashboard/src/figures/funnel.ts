import type { FunnelRow, FunnelTotals } from '../contract.js';

export interface Stage {
  readonly id: 'seated' | 'placed' | 'completed' | 'paid';
  readonly name: string;
  readonly count: number;
  /** Of the widest stage, for the bar. */
  readonly share: number;
  /** The rate that leads here, as the server gives it. */
  readonly rate: number | null | undefined;
  readonly rateOf: string;
}

export function stagesOf(totals: FunnelTotals): Stage[] {
  const widest = Math.max(totals.tables_seated, totals.orders_placed, totals.orders_completed, totals.payments, 1);
  const stage = (id: Stage['id'], name: string, n: number, rate: number | null | undefined, rateOf: string): Stage => ({
    id,
    name,
    count: n,
    share: n / widest,
    rate,
    rateOf,
  });
  return [
    stage('seated', 'Tables seated', totals.tables_seated, undefined, ''),
    stage('placed', 'Orders placed', totals.orders_placed, totals.conversion_rate_seated_to_order, 'of seated'),
    stage('completed', 'Completed', totals.orders_completed, totals.conversion_rate_order_to_completed, 'of orders'),
    stage('paid', 'Paid', totals.payments, totals.conversion_rate_order_to_payment, 'of orders'),
  ];
}

export type RateKey =
  'conversion_rate_seated_to_order' | 'conversion_rate_order_to_completed' | 'conversion_rate_order_to_payment';

const BASE: Readonly<Record<RateKey, 'tables_seated' | 'orders_placed'>> = {
  conversion_rate_seated_to_order: 'tables_seated',
  conversion_rate_order_to_completed: 'orders_placed',
  conversion_rate_order_to_payment: 'orders_placed',
};

/** Below this many, a bad rate is chance rather than trouble. */
export const WORST_BASE_MIN = 5;

export interface Worst {
  readonly row: FunnelRow;
  readonly rate: number;
  readonly base: number;
}

/** The locations where the fewest go on, among those busy enough to say so. */
export function worstBy(rows: readonly FunnelRow[], rateKey: RateKey, limit: number): Worst[] {
  const worst: Worst[] = [];
  for (const row of rows) {
    const rate = row[rateKey];
    const base = row[BASE[rateKey]];
    if (rate !== null && base >= WORST_BASE_MIN && tells(row, rateKey)) worst.push({ row, rate, base });
  }
  return worst
    .sort((a, b) => a.rate - b.rate || b.base - a.base || a.row.location_id.localeCompare(b.row.location_id))
    .slice(0, limit);
}

/** Orders that are paid and never completed come from tills that do not tell of completions: nothing is wrong there. */
function tells(row: FunnelRow, rateKey: RateKey): boolean {
  return rateKey !== 'conversion_rate_order_to_completed' || row.orders_completed > 0 || row.payments === 0;
}
