/** Funnel, wait times, kitchen, turnover, feedback: how guests were served. */
import { FEEDBACK, FUNNEL, WAIT_TIMES } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { groupRows, type Group } from './groups.js';
import { compare, placeName } from './sales.js';

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
export function funnelByLocation(rows: Iterable<Row>): FunnelRow[] {
  return groupRows(FUNNEL, rows, ['location_id'])
    .map((group) => ({
      location_id: group.by[0] as string,
      location_name: placeName(group),
      ...funnelFigures(
        group.sum('tables_seated'),
        group.sum('orders_placed'),
        group.sum('orders_completed'),
        group.sum('payments'),
      ),
    }))
    .sort(
      (a, b) =>
        b.tables_seated + b.orders_placed - (a.tables_seated + a.orders_placed) ||
        compare(a.location_id, b.location_id),
    );
}

export function funnelTotals(rows: readonly FunnelRow[]): FunnelFigures {
  const sum = (pick: (row: FunnelRow) => number): number => rows.reduce((total, row) => total + pick(row), 0);
  return funnelFigures(
    sum((row) => row.tables_seated),
    sum((row) => row.orders_placed),
    sum((row) => row.orders_completed),
    sum((row) => row.payments),
  );
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

function rate(part: number, base: number): number | null {
  return base === 0 ? null : part / base;
}

export interface PercentileRow {
  location_id: string;
  location_name: string;
  /** Local hour of the day, 0 to 23. */
  hour_of_day: number;
  samples: number;
  /** Minutes, within RELATIVE_ACCURACY of the sample at that rank; so are the others. */
  p50_minutes: number | null;
  p90_minutes: number | null;
  p99_minutes: number | null;
}

/** From seating to order completed, by location and the local hour of the seating; the slowest first. */
export function waitTimes(rows: Iterable<Row>): PercentileRow[] {
  return percentiles(rows, 'wait_minutes');
}

/** The kitchen's own time, by location and the local hour in which the order was completed; the slowest first. */
export function kitchenTimes(rows: Iterable<Row>): PercentileRow[] {
  return percentiles(rows, 'kitchen_minutes');
}

function percentiles(rows: Iterable<Row>, sketch: string): PercentileRow[] {
  return groupRows(WAIT_TIMES, rows, ['location_id', 'hour_of_day'])
    .map((group) => {
      const times = group.sketch(sketch);
      return {
        location_id: group.by[0] as string,
        location_name: placeName(group),
        hour_of_day: group.by[1] as number,
        samples: times.samples,
        p50_minutes: minutes(times.quantile(0.5)),
        p90_minutes: minutes(times.quantile(0.9)),
        p99_minutes: minutes(times.quantile(0.99)),
      };
    })
    .filter((row) => row.samples > 0)
    .sort(
      (a, b) =>
        b.p90_minutes! - a.p90_minutes! || compare(a.location_id, b.location_id) || a.hour_of_day - b.hour_of_day,
    );
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

/** How long tables are held, from seating to the visit's last payment; the busiest first. */
export function turnover(rows: Iterable<Row>): TurnoverRow[] {
  return groupRows(WAIT_TIMES, rows, ['location_id', 'hour_of_day'])
    .map((group) => {
      const lengths = group.sketch('visit_minutes');
      return {
        location_id: group.by[0] as string,
        location_name: placeName(group),
        hour_of_day: group.by[1] as number,
        visits: group.sum('visits'),
        samples: lengths.samples,
        p50_minutes: minutes(lengths.quantile(0.5)),
        p90_minutes: minutes(lengths.quantile(0.9)),
      };
    })
    .filter((row) => row.visits > 0)
    .sort((a, b) => b.visits - a.visits || compare(a.location_id, b.location_id) || a.hour_of_day - b.hour_of_day);
}

/** To a hundredth: finer than the sketch's error. */
function minutes(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
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

export function feedbackByLocation(rows: Iterable<Row>): FeedbackRow[] {
  return groupRows(FEEDBACK, rows, ['location_id'])
    .map((group) => ({
      location_id: group.by[0] as string,
      location_name: placeName(group),
      ...feedbackFigures(group),
    }))
    .sort((a, b) => b.responses - a.responses || compare(a.location_id, b.location_id));
}

function feedbackFigures(group: Group): Omit<FeedbackRow, 'location_id' | 'location_name'> {
  const ratings = group.sum('ratings');
  const scores = group.sum('scores');
  const promoters = group.sum('promoters');
  const detractors = group.sum('detractors');
  return {
    responses: group.sum('responses'),
    average_rating: ratings === 0 ? null : Math.round((group.sum('rating_sum') / ratings) * 100) / 100,
    nps: scores === 0 ? null : Math.round(((promoters - detractors) / scores) * 1000) / 10,
    promoters,
    passives: group.sum('passives'),
    detractors,
  };
}
