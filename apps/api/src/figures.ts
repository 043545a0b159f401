/**
 * Makes the answers: a window, the rows in it, the report core makes of them, and how far they can be trusted. REST and the
 * stream both ask here, so that one figure is the same everywhere.
 */
import { Inject, Injectable } from '@nestjs/common';
import {
  type AggregateTable,
  DAY_MS,
  FEEDBACK,
  feedbackByLocation,
  FUNNEL,
  funnelByLocation,
  funnelTotals,
  HOUR_MS,
  ITEM_SALES,
  kitchenTimes,
  LEDGER,
  ledgerByMinute,
  ledgerTotals,
  MINUTE_MS,
  PAYMENT_MIX,
  paymentMix,
  REVENUE,
  revenueByLocation,
  revenueByMinute,
  revenueTotals,
  type Row,
  trendingItems,
  turnover,
  VISIT_MAX_MS,
  WAIT_TIMES,
  waitTimes,
  type Window,
  windowEnding,
} from '@ticketrail/core';
import { Clock, type Over, Replica } from '@ticketrail/pipeline';
import { CONFIG, type Config } from '@ticketrail/runtime';
import { Books } from './books.js';
import { InFlight } from './in-flight.js';
import { parseAt, spanOf, type LocationQuery, type ReportQuery, type WindowQuery } from './queries.js';
import { Restatements } from './restatements.js';
import { standing, type Standing } from './standing.js';

export interface Answer<R, T = undefined> extends Standing {
  window: { from: string; to: string };
  rows: R[];
  /** Rows there are; `rows` holds the first of them, up to `limit`. */
  row_count: number;
  totals?: T;
}

@Injectable()
export class Figures {
  constructor(
    private readonly replica: Replica,
    private readonly inFlight: InFlight,
    private readonly restatements: Restatements,
    private readonly books: Books,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  revenue(tenant: string, query: LocationQuery) {
    return this.answer(REVENUE, tenant, this.window(query, '5m', MINUTE_MS), query, (rows) => {
      const all = revenueByLocation(rows);
      return { all, totals: revenueTotals(all) };
    });
  }

  series(tenant: string, query: LocationQuery, span: string) {
    const window = this.window(query, span, MINUTE_MS);
    return this.answer(REVENUE, tenant, window, query, (rows) => ({ all: revenueByMinute(rows, window) }), 'members');
  }

  funnel(tenant: string, query: LocationQuery) {
    return this.answer(FUNNEL, tenant, this.window(query, '1h', MINUTE_MS), query, (rows) => {
      const all = funnelByLocation(rows);
      return { all, totals: funnelTotals(all) };
    });
  }

  items(tenant: string, query: ReportQuery) {
    const limited = { ...query, limit: query.limit ?? 10 };
    return this.answer(ITEM_SALES, tenant, this.window(query, '30m', MINUTE_MS), limited, (rows) => ({
      all: trendingItems(rows),
    }));
  }

  waits(tenant: string, query: LocationQuery) {
    return this.hourly(tenant, query, waitTimes, VISIT_MAX_MS);
  }

  kitchen(tenant: string, query: LocationQuery) {
    return this.hourly(tenant, query, kitchenTimes, 0);
  }

  turnover(tenant: string, query: LocationQuery) {
    return this.hourly(tenant, query, turnover, VISIT_MAX_MS);
  }

  payments(tenant: string, query: LocationQuery) {
    return this.answer(PAYMENT_MIX, tenant, this.window(query, '1d', DAY_MS), query, (rows) => ({
      all: paymentMix(rows),
    }));
  }

  feedback(tenant: string, query: LocationQuery) {
    return this.answer(FEEDBACK, tenant, this.window(query, '7d', DAY_MS), query, (rows) => ({
      all: feedbackByLocation(rows),
    }));
  }

  async ledger(tenant: string, query: WindowQuery) {
    const window = this.window(query, '24h', MINUTE_MS);
    const { rows, stands } = await this.replica.rows(LEDGER, tenant, window, 'minutes');
    const minutes = ledgerByMinute(rows, window);
    const { accepted, applied, duplicates, rejected } = ledgerTotals(minutes);
    const inFlight = await this.inFlight.count(tenant);
    return {
      window: iso(window),
      ...standing(stands, window, inFlight, this.config.latenessMs),
      accepted: accepted + inFlight,
      applied,
      duplicates,
      rejected,
      in_flight: inFlight,
      difference: accepted - applied - duplicates - rejected,
      ...this.books.messages,
      rows: minutes,
    };
  }

  /** How far figures about the window can be trusted now. */
  async standing(tenant: string, window: Window): Promise<Standing> {
    return standing(this.replica.partitions, window, await this.inFlight.count(tenant), this.config.latenessMs);
  }

  /** The window a query asks for, of whole grains. */
  window(query: WindowQuery, span: string, grain: number): Window {
    const at = query.at === undefined ? this.clock.now() : parseAt(query.at)!;
    return windowEnding(at, spanOf(query, span), grain);
  }

  /** @param goesOnMs how long after the window what began in it may still go on */
  private hourly<R>(
    tenant: string,
    query: LocationQuery,
    report: (rows: Iterable<Row>) => R[],
    goesOnMs: number,
  ): Promise<Answer<R>> {
    const window = this.window(query, '24h', HOUR_MS);
    const inWindow = (row: Row): boolean =>
      (row['hour'] as number) >= window.from && (row['hour'] as number) < window.to;
    const ofHours = (rows: Row[]): { all: R[] } => ({ all: report(rows.filter(inWindow)) });
    return this.answer(WAIT_TIMES, tenant, window, query, ofHours, 'minutes', goesOnMs);
  }

  private async answer<R, T>(
    table: AggregateTable,
    tenant: string,
    window: Window,
    query: LocationQuery,
    report: (rows: Row[]) => { all: R[]; totals?: T },
    over: Over = 'minutes',
    goesOnMs = 0,
  ): Promise<Answer<R, T>> {
    const [found, restated] = await Promise.all([
      this.replica.rows(table, tenant, window, over, query.location_id),
      this.restatements.of(table, tenant, window, query.location_id),
    ]);
    const { all, totals } = report(found.rows);
    return {
      window: iso(window),
      ...standing(found.stands, window, await this.inFlight.count(tenant), this.config.latenessMs + goesOnMs, restated),
      rows: query.limit === undefined ? all : all.slice(0, query.limit),
      row_count: all.length,
      ...(totals === undefined ? {} : { totals }),
    };
  }
}

export function iso(window: Window): { from: string; to: string } {
  return { from: new Date(window.from).toISOString(), to: new Date(window.to).toISOString() };
}
