/**
 * Verifies one day of one tenant, shard by shard: the pages that were settled on it, and the rows of what happened on it,
 * recounted by the same fold.
 *
 * The index leads from the day to the entries that have its events. Orders name the parts that lie elsewhere; visits reach six
 * hours to both sides. These events are folded in the order of their positions, beside the live rows, and every row of the
 * day is then compared in every column.
 */
import {
  DAY_MS,
  minuteOf,
  ORDERS,
  orderRows,
  partOf,
  placeOf,
  REVENUE,
  type Row,
  seqOf,
  type SettledEntry,
  type SettledPart,
  type SetRows,
  type TableSpec,
  VISIT_MAX_MS,
  VISITS,
} from '@ticketrail/core';
import { readCheckpoint } from './checkpoint.js';
import type { Epoch } from './epoch.js';
import { Findings } from './findings.js';
import { History, type HistoryPage, type IndexRow } from './history.js';
import { HistoryFold } from './history-fold.js';
import { RestatementsCheck } from './restatements-check.js';
import { RowsCheck } from './rows-check.js';
import { BY_EVENT_TIME, checkIndexRow, PagesCheck } from './verification-pages.js';
import type { Clock, Tables } from './ports.js';

export interface HistoryJobOptions {
  /** Generation of the second fold's rows, from SECOND_GENERATIONS on: one that no job before had. */
  readonly generation: number;
  readonly skewMs: number;
  /** Rows of the second fold in memory at most. */
  readonly rowsMax: number;
  /** Called after each reading: lets others have their turn, and sets the pace. */
  readonly breathe: () => Promise<void>;
}

/** Entries of a shard that one verification can go through. */
const ENTRIES_MAX = 5_000_000;
const ORDERS_PER_READ = 500;

/** Rows of a second fold go away by themselves after this long. Milliseconds. */
export const SECOND_ROWS_KEPT_MS = DAY_MS;

/** The lowest generation of second folds: live ones are counted from 1. */
export const SECOND_GENERATIONS = 1_000_000_000;

export class DayTooLarge extends Error {
  readonly code = 'DAY_TOO_LARGE';
}

export class Verification {
  readonly findings = new Findings();
  private readonly history: History;
  private readonly mirrored = new Set<string>();

  /** @param day its start (UTC), epoch milliseconds */
  constructor(
    private readonly ports: { readonly tables: Tables; readonly clock: Clock },
    private readonly epoch: Epoch,
    private readonly tenant: string,
    private readonly day: number,
    private readonly options: HistoryJobOptions,
  ) {
    this.history = new History(ports.tables, epoch.generation, options.breathe);
  }

  /** Runs until it is done or `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { partitions } = this.epoch;
    const { progress } = this.findings;
    for (let shard = 0; shard < partitions && !signal.aborted; shard++) {
      const at = (part: number): unknown => (progress.fraction = (shard + part) / partitions);
      const { seq: through } = await readCheckpoint(this.ports.tables, this.epoch, shard);
      const pages = new PagesCheck(this.ports.tables, this.history, this.findings, {
        tenant: this.tenant,
        shard,
        through,
      });
      let hours = 0;
      await pages.run(this.day, () => at(++hours / 48), signal);
      await this.checkRows(shard, through, (part) => at(0.5 + part / 2), signal);
    }
    if (!signal.aborted) progress.fraction = 1;
  }

  private async checkRows(
    shard: number,
    through: number,
    at: (part: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { tables, clock } = this.ports;
    const refs = await this.entriesAround(shard, through, signal);
    const elsewhere = await this.partsElsewhere(shard, through, refs, signal);
    const now = clock.now();
    const second = this.options.generation;
    const check = new RowsCheck(
      tables,
      this.findings,
      { live: this.epoch.generation, second, shard, through, isWhole: (table, row) => this.isWhole(table, row) },
      this.options.breathe,
    );
    const { tenant, day } = this;
    const restatements = new RestatementsCheck(tables, this.findings, { live: this.epoch.generation, tenant, day });
    const fold = new HistoryFold(
      tables,
      shard,
      {
        generation: second,
        base: this.epoch.base,
        expiresAt: now + SECOND_ROWS_KEPT_MS,
        skewMs: this.options.skewMs,
        rowsMax: this.options.rowsMax,
      },
      async (rows) => {
        await check.compare(rows);
        await restatements.compare(rows);
      },
    );
    const ordered = [...refs].sort(([a], [b]) => a - b).map(([seq, logTime]) => ({ seq, logTime }));
    let done = 0;
    for await (const [, page] of this.history.pages(shard, ordered)) {
      if (signal.aborted) return;
      at(++done / ordered.length);
      // A page that cannot be used was named when it was looked for.
      if (typeof page !== 'string') await fold.feed(this.shareOf(page, elsewhere));
    }
    await fold.flush();
    await check.finish();
    await check.findExtras(this.tenant, this.day, BY_EVENT_TIME);
    for (const locationId of this.mirrored) {
      const partition = { tenant: this.tenant, location_id: locationId, day: this.day };
      await check.findLoneMirrors(REVENUE, REVENUE.mirrors[0]!, partition);
    }
    this.mirrored.clear();
  }

  /** Entries with events of the day and six hours to both sides; each index row of the day is held against its page. */
  private async entriesAround(shard: number, through: number, signal: AbortSignal): Promise<Map<number, number>> {
    const refs = new Map<number, number>();
    const { day } = this;
    for await (const rows of this.history.index(shard, day - VISIT_MAX_MS, day + DAY_MS + VISIT_MAX_MS)) {
      if (signal.aborted) break;
      const own: IndexRow[] = [];
      for (const row of rows) {
        if (row.seq > through) continue;
        if (row.minute >= day && row.minute < day + DAY_MS) own.push(row);
        refs.set(row.seq, row.log_time);
      }
      if (refs.size > ENTRIES_MAX) throw new DayTooLarge(`a day of more than ${ENTRIES_MAX} entries on one partition`);
      let next = 0;
      const at = own.map(({ seq, log_time: logTime }) => ({ seq, logTime }));
      for await (const [, page] of this.history.pages(shard, at)) {
        checkIndexRow(this.findings, shard, own[next++]!, page);
      }
    }
    return refs;
  }

  /** Places of parts that lie outside those hours, of orders that touch the day; their entries join `refs`. */
  private async partsElsewhere(
    shard: number,
    through: number,
    refs: Map<number, number>,
    signal: AbortSignal,
  ): Promise<Set<number>> {
    const elsewhere = new Map<number, number>();
    const orders = new Map<string, SetRows>();
    const all = [...refs].map(([seq, logTime]) => ({ seq, logTime }));
    const look = async (): Promise<void> => {
      const sets = await this.ports.tables.scanSets([...orders.values()]);
      orders.clear();
      for (const row of sets.flat()) {
        const part = partOf(row);
        if (part === undefined || this.isNear(part.event.time) || seqOf(part.place) > through) continue;
        elsewhere.set(part.place, part.event.time);
      }
    };
    for await (const [, page] of this.history.pages(shard, all)) {
      if (signal.aborted) break;
      if (typeof page === 'string') continue;
      for (const { tenant, events } of page.batch.parts) {
        if (tenant !== this.tenant) continue;
        for (const event of events) {
          if (!('order_id' in event) || event.order_id === undefined || !this.isOfDay(event.time)) continue;
          const { order_id, location_id } = event;
          const rows = orderRows(this.epoch.generation, shard, tenant, order_id, location_id);
          orders.set(`${order_id}\u0000${location_id}`, rows);
        }
      }
      if (orders.size >= ORDERS_PER_READ) await look();
    }
    await look();
    const at = [...elsewhere].map(([place, time]) => ({ minute: minuteOf(time), seq: seqOf(place) }));
    for (const row of await this.history.indexRows(shard, at)) if (row !== undefined) refs.set(row.seq, row.log_time);
    return new Set(elsewhere.keys());
  }

  /** The entry with those of its events that matter here. */
  private shareOf({ seq, id, batch }: HistoryPage, elsewhere: ReadonlySet<number>): SettledEntry {
    const indexes: number[] = [];
    const parts: SettledPart[] = [];
    let index = 0;
    for (const part of batch.parts) {
      const events = part.events.filter((event) => {
        const at = index++;
        const isWanted = part.tenant === this.tenant && (this.isNear(event.time) || elsewhere.has(placeOf(seq, at)));
        if (isWanted) indexes.push(at);
        return isWanted;
      });
      if (events.length > 0) parts.push({ ...part, events, duplicates: [], rejections: [] });
    }
    return { seq, id, batch: { ...batch, parts }, indexes };
  }

  /** Whether everything the row is made of is folded here. */
  private isWhole(table: TableSpec, row: Row): boolean {
    if (row['tenant'] !== this.tenant) return false;
    // From which place on an order was full depends on events of other days, which are not looked for.
    if (table === ORDERS) return this.isOfDay(partOf(row)?.event.time ?? Number.NaN);
    if (table === VISITS) return this.isOfDay(row['period'] as number);
    if (!EVENT_TIME_SPECS.has(table)) return false;
    const isWhole = this.isOfDay((row['minute'] ?? row['day']) as number);
    if (isWhole && table === REVENUE.spec) this.mirrored.add(row['location_id'] as string);
    return isWhole;
  }

  private isOfDay(time: number): boolean {
    return time >= this.day && time < this.day + DAY_MS;
  }

  private isNear(time: number): boolean {
    return time >= this.day - VISIT_MAX_MS && time < this.day + DAY_MS + VISIT_MAX_MS;
  }
}

const EVENT_TIME_SPECS: ReadonlySet<TableSpec> = new Set(
  BY_EVENT_TIME.flatMap(({ spec, mirrors }) => [spec, ...mirrors.map((mirror) => mirror.spec)]),
);
