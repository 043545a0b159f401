/** Funnel, wait times, kitchen, turnover, feedback: how guests were served. */
import { FEEDBACK, FUNNEL } from '../tables/catalogue.js';
import { ColumnList, type Field, type Report } from './column-list.js';
import { HOURS_OF_DAY, type HourTotals } from './hour-totals.js';
import { rankByKey } from './ranking.js';
import { greatest, membersWith, nameOfNone, pick, placeNames, sumOver, sumsOf, type Totals } from './totals.js';

export interface FunnelFigures {
  tables_seated: number;
  orders_placed: number;
  orders_completed: number;
  payments: number;
  /** Each rate is null where its base is 0. */
  conversion_rate_seated_to_order: number | null;
  conversion_rate_order_to_completed: number | null;
  conversion_rate_order_to_payment: number | null;
}

export interface FunnelRow extends FunnelFigures {
  location_id: string;
  location_name: string;
}

/** Busiest location first. */
export function funnelByLocation(totals: Totals, limit?: number): Report<FunnelRow, FunnelFigures> {
  const [seated, placed, completed, paid] = FUNNEL_SUMS.map((sum) => sumsOf(FUNNEL, totals, sum)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const shown = membersWith(totals);
  const first = greatest(
    totals,
    shown,
    seated.map((count, member) => count + placed[member]!),
    limit,
  );
  const rates = (parts: Float64Array, bases: Float64Array) => (member: number) =>
    rate(parts[member]!, bases[member]!) ?? Number.NaN;
  return {
    list: new ColumnList(
      first,
      [
        { name: 'location_id', textOf: (member) => totals.members[member]! },
        { name: 'location_name', textOf: placeNames(FUNNEL, totals) },
        { name: 'tables_seated', numbers: seated, per: 1 },
        { name: 'orders_placed', numbers: placed, per: 1 },
        { name: 'orders_completed', numbers: completed, per: 1 },
        { name: 'payments', numbers: paid, per: 1 },
        { name: 'conversion_rate_seated_to_order', numbers: rates(placed, seated), per: 1 },
        { name: 'conversion_rate_order_to_completed', numbers: rates(completed, placed), per: 1 },
        { name: 'conversion_rate_order_to_payment', numbers: rates(paid, placed), per: 1 },
      ],
      totals.kept,
    ),
    rowCount: shown.length,
    totals: funnelFigures(
      sumOver(seated, shown),
      sumOver(placed, shown),
      sumOver(completed, shown),
      sumOver(paid, shown),
    ),
  };
}

function funnelFigures(seated: number, placed: number, completed: number, payments: number): FunnelFigures {
  return {
    tables_seated: seated,
    orders_placed: placed,
    orders_completed: completed,
    payments,
    conversion_rate_seated_to_order: rate(placed, seated),
    conversion_rate_order_to_completed: rate(completed, placed),
    conversion_rate_order_to_payment: rate(payments, placed),
  };
}

const FUNNEL_SUMS = ['tables_seated', 'orders_placed', 'orders_completed', 'payments'] as const;

function rate(part: number, base: number): number | null {
  return base === 0 ? null : part / base;
}

export interface PercentileRow {
  location_id: string;
  location_name: string;
  /** Local hour of the day, 0 to 23. */
  hour_of_day: number;
  samples: number;
  /** Minutes to a hundredth, within RELATIVE_ACCURACY of the sample at that rank; so are the others. */
  p50_minutes: number | null;
  p90_minutes: number | null;
  p99_minutes: number | null;
}

/**
 * By location and the local hour, the slowest first, hours without samples left out: of `wait_minutes` from seating to order
 * completed, by the hour of the seating; of `kitchen_minutes` the kitchen's own time, by the hour in which the order was completed.
 */
export function percentiles(totals: HourTotals, limit?: number): Report<PercentileRow> {
  const { samples, quantiles } = totals;
  const [, p90] = quantiles;
  const shown = hoursWith(samples);
  const first = firstHours(totals, shown, p90!, limit);
  return {
    list: new ColumnList(
      first,
      [
        ...hourFields(totals),
        { name: 'samples', numbers: samples, per: 1 },
        ...minuteFields(totals, ['p50_minutes', 'p90_minutes', 'p99_minutes']),
      ],
      totals.kept,
    ),
    rowCount: shown.length,
  };
}

export interface TurnoverRow {
  location_id: string;
  location_name: string;
  hour_of_day: number;
  /** Seatings. */
  visits: number;
  /** Visits that were paid, and so have a length. */
  samples: number;
  p50_minutes: number | null;
  p90_minutes: number | null;
}

/** How long tables are held, of `visit_minutes` from seating to the visit's last payment; the busiest first. */
export function turnover(totals: HourTotals, limit?: number): Report<TurnoverRow> {
  const shown = hoursWith(totals.visits);
  const first = firstHours(totals, shown, totals.visits, limit);
  return {
    list: new ColumnList(
      first,
      [
        ...hourFields(totals),
        { name: 'visits', numbers: totals.visits, per: 1 },
        { name: 'samples', numbers: totals.samples, per: 1 },
        ...minuteFields(totals, ['p50_minutes', 'p90_minutes']),
      ],
      totals.kept,
    ),
    rowCount: shown.length,
  };
}

function hoursWith(counts: Float64Array): Int32Array {
  const shown = new Int32Array(counts.length);
  let length = 0;
  for (let hour = 0; hour < counts.length; hour++) if (counts[hour]! > 0) shown[length++] = hour;
  return shown.subarray(0, length);
}

function firstHours(totals: HourTotals, shown: Int32Array, keys: Float64Array, limit: number | undefined): Int32Array {
  const { locations, places, hoursOfDay } = totals;
  const ties = new Int32Array(shown.length);
  for (let i = 0; i < shown.length; i++) {
    ties[i] = places[locations[shown[i]!]!]! * HOURS_OF_DAY + hoursOfDay[shown[i]!]!;
  }
  return rankByKey(pick(keys, shown), ties, limit).map((index) => shown[index]!);
}

function hourFields({ locationIds, locations, nameOf, hoursOfDay }: HourTotals): Field[] {
  const id = (location: number): string => locationIds[location]!;
  return [
    { name: 'location_id', textOf: id, members: locations },
    { name: 'location_name', textOf: (location) => nameOf(location) ?? nameOfNone(id(location)), members: locations },
    { name: 'hour_of_day', numbers: hoursOfDay, per: 1 },
  ];
}

/** Quantiles in the order of HOUR_QUANTILES, as many as are named. */
function minuteFields({ quantiles }: HourTotals, names: readonly string[]): Field[] {
  return names.map((name, i) => ({ name, numbers: quantiles[i]!, per: 100 }));
}

export interface FeedbackRow {
  location_id: string;
  location_name: string;
  responses: number;
  /** 1 to 5; null without ratings. */
  average_rating: number | null;
  /** Net promoter score, −100 to 100; null without scores. */
  nps: number | null;
  promoters: number;
  passives: number;
  detractors: number;
}

/** The most responses first. */
export function feedbackByLocation(totals: Totals, limit?: number): Report<FeedbackRow> {
  const sums = (name: string): Float64Array => sumsOf(FEEDBACK, totals, name);
  const [ratings, ratingSum, scores] = [sums('ratings'), sums('rating_sum'), sums('scores')];
  const [promoters, detractors] = [sums('promoters'), sums('detractors')];
  const shown = membersWith(totals);
  const first = greatest(totals, shown, sums('responses'), limit);
  const average = (member: number): number =>
    ratings[member] === 0 ? Number.NaN : Math.round((ratingSum[member]! / ratings[member]!) * 100);
  const netScore = (member: number): number =>
    scores[member] === 0
      ? Number.NaN
      : Math.round(((promoters[member]! - detractors[member]!) / scores[member]!) * 1000);
  return {
    list: new ColumnList(
      first,
      [
        { name: 'location_id', textOf: (member) => totals.members[member]! },
        { name: 'location_name', textOf: placeNames(FEEDBACK, totals) },
        { name: 'responses', numbers: sums('responses'), per: 1 },
        { name: 'average_rating', numbers: average, per: 100 },
        { name: 'nps', numbers: netScore, per: 10 },
        { name: 'promoters', numbers: promoters, per: 1 },
        { name: 'passives', numbers: sums('passives'), per: 1 },
        { name: 'detractors', numbers: detractors, per: 1 },
      ],
      totals.kept,
    ),
    rowCount: shown.length,
  };
}
