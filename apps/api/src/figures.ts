/**
 * Makes the answers: a window, the rows in it, the report core makes of them, and how far they can be trusted. REST and the
 * stream both ask here, so that one figure is the same everywhere.
 */
import { Inject, Injectable } from '@nestjs/common';
import {
  type AggregateTable,
  type ColumnList,
  DAY_MS,
  FEEDBACK,
  feedbackByLocation,
  FUNNEL,
  funnelByLocation,
  HOUR_MS,
  type HourTotals,
  ITEM_SALES,
  LEDGER,
  ledgerByMinute,
  type LedgerRow,
  ledgerTotals,
  MINUTE_MS,
  PAYMENT_MIX,
  paymentMix,
  percentiles,
  type Report,
  reportOf,
  REVENUE,
  revenueByLocation,
  revenueByMinute,
  type Totals,
  trendingItems,
  turnover,
  VISIT_MAX_MS,
  WAIT_TIMES,
  type Window,
  windowEnding,
} from '@ticketrail/core';
import { Clock, type PartitionStand, Replica } from '@ticketrail/pipeline';
import { CONFIG, type Config } from '@ticketrail/runtime';
import { Books } from './books.js';
import { InFlight } from './in-flight.js';
import { parseAt, spanOf, type LocationQuery, type ReportQuery, type WindowQuery } from './queries.js';
import { Restatements } from './restatements.js';
import { standing, type Standing } from './standing.js';

export interface Answer<R, T = undefined> extends Standing {
  window: { from: string; to: string };
  rows: ColumnList<R>;
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
    return this.byMember(REVENUE, tenant, this.window(query, '5m', MINUTE_MS), query, revenueByLocation);
  }

  series(tenant: string, query: LocationQuery, span: string) {
    const window = this.window(query, span, MINUTE_MS);
    return this.answer(REVENUE, tenant, window, query, async () => {
      const { rows, stands } = await this.replica.rows(REVENUE, tenant, window, 'members', query.location_id);
      return { stands, report: reportOf(revenueByMinute(rows, window), query.limit) };
    });
  }

  funnel(tenant: string, query: LocationQuery) {
    return this.byMember(FUNNEL, tenant, this.window(query, '1h', MINUTE_MS), query, funnelByLocation);
  }

  items(tenant: string, query: ReportQuery) {
    const limited = { ...query, limit: query.limit ?? 10 };
    return this.byMember(ITEM_SALES, tenant, this.window(query, '30m', MINUTE_MS), limited, trendingItems);
  }

  waits(tenant: string, query: LocationQuery) {
    return this.byHour('wait_minutes', tenant, query, percentiles, VISIT_MAX_MS);
  }

  kitchen(tenant: string, query: LocationQuery) {
    return this.byHour('kitchen_minutes', tenant, query, percentiles, 0);
  }

  turnover(tenant: string, query: LocationQuery) {
    return this.byHour('visit_minutes', tenant, query, turnover, VISIT_MAX_MS);
  }

  payments(tenant: string, query: LocationQuery) {
    const window = this.window(query, '1d', DAY_MS);
    return this.answer(PAYMENT_MIX, tenant, window, query, async () => {
      const over = query.location_id === undefined ? 'members' : 'minutes';
      const { rows, stands } = await this.replica.rows(PAYMENT_MIX, tenant, window, over, query.location_id);
      return { stands, report: reportOf(paymentMix(rows), query.limit) };
    });
  }

  feedback(tenant: string, query: LocationQuery) {
    return this.byMember(FEEDBACK, tenant, this.window(query, '7d', DAY_MS), query, feedbackByLocation);
  }

  async ledger(tenant: string, query: WindowQuery) {
    const window = this.window(query, '24h', MINUTE_MS);
    const read = (totals: Totals): LedgerRow[] => ledgerByMinute(totals, window);
    const { read: minutes, stands } = await this.replica.totals(LEDGER, tenant, window, read);
    const { accepted, applied, duplicates, rejected } = ledgerTotals(minutes);
    const inFlight = this.inFlight.count(tenant);
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
    return standing(this.replica.partitions, window, this.inFlight.count(tenant), this.config.latenessMs);
  }

  /** The window a query asks for, of whole grains. */
  window(query: WindowQuery, span: string, grain: number): Window {
    const at = query.at === undefined ? this.clock.now() : parseAt(query.at)!;
    return windowEnding(at, spanOf(query, span), grain);
  }

  private byMember<R, T>(
    table: AggregateTable,
    tenant: string,
    window: Window,
    query: LocationQuery,
    report: (totals: Totals, limit?: number) => Report<R, T>,
  ): Promise<Answer<R, T>> {
    return this.answer(table, tenant, window, query, async () => {
      const make = (totals: Totals): Report<R, T> => report(totals, query.limit);
      const { read, stands } = await this.replica.totals(table, tenant, window, make, query.location_id);
      return { stands, report: read };
    });
  }

  /** @param goesOnMs how long after the window what began in it may still go on */
  private byHour<R>(
    sketch: string,
    tenant: string,
    query: LocationQuery,
    report: (totals: HourTotals, limit?: number) => Report<R>,
    goesOnMs: number,
  ): Promise<Answer<R>> {
    const window = this.window(query, '24h', HOUR_MS);
    const find = async () => {
      const make = (totals: HourTotals): Report<R> => report(totals, query.limit);
      const { location_id: location } = query;
      const { read, stands } = await this.replica.hourTotals(WAIT_TIMES, sketch, tenant, window, make, location);
      return { stands, report: read };
    };
    return this.answer(WAIT_TIMES, tenant, window, query, find, goesOnMs);
  }

  private async answer<R, T>(
    table: AggregateTable,
    tenant: string,
    window: Window,
    query: LocationQuery,
    find: () => Promise<{ stands: readonly Readonly<PartitionStand>[]; report: Report<R, T> }>,
    goesOnMs = 0,
  ): Promise<Answer<R, T>> {
    const [{ stands, report }, restated] = await Promise.all([
      find(),
      this.restatements.of(table, tenant, window, query.location_id),
    ]);
    const { list, rowCount, totals } = report;
    return {
      window: iso(window),
      ...standing(stands, window, this.inFlight.count(tenant), this.config.latenessMs + goesOnMs, restated),
      rows: list,
      row_count: rowCount,
      ...(totals === undefined ? {} : { totals }),
    };
  }
}

export function iso(window: Window): { from: string; to: string } {
  return { from: new Date(window.from).toISOString(), to: new Date(window.to).toISOString() };
}
