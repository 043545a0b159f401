/**
 * Folds the whole history again, shard by shard, into a generation of its own, and compares every row with the live one: by
 * value, count, fingerprint and position. Nothing is written to the live generation.
 */
import { AGGREGATES, dayOf, EVENT_PAGES, HOUR_MS, hourOf, REVENUE, type Row, type TableSpec } from '@ticketrail/core';
import { readCheckpoint } from './checkpoint.js';
import type { Epoch } from './epoch.js';
import { Findings } from './findings.js';
import { History, pageKeyOf } from './history.js';
import { HistoryFold } from './history-fold.js';
import { RowsCheck } from './rows-check.js';
import { type HistoryJobOptions, SECOND_ROWS_KEPT_MS } from './verification.js';
import type { Clock, Tables } from './ports.js';

/** Days, and days of locations, whose rows are looked through for ones that the history does not give. */
const DAYS_MAX = 1_000_000;

export class Recount {
  readonly findings = new Findings();
  private readonly history: History;
  /** What the fold made rows in, as `tenant day` and `tenant day location`. */
  private readonly days = new Set<string>();
  private readonly daysOfLocations = new Set<string>();

  constructor(
    private readonly ports: { readonly tables: Tables; readonly clock: Clock },
    private readonly epoch: Epoch,
    private readonly options: HistoryJobOptions,
  ) {
    this.history = new History(ports.tables, epoch.generation, options.breathe);
  }

  /** Runs until it is done or `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for (let shard = 0; shard < this.epoch.partitions && !signal.aborted; shard++) await this.recount(shard, signal);
    if (!signal.aborted) this.findings.progress.fraction = 1;
  }

  private async recount(shard: number, signal: AbortSignal): Promise<void> {
    const { tables, clock } = this.ports;
    const { seq: through, logTime } = await readCheckpoint(tables, this.epoch, shard);
    if (through === 0) return;
    const now = clock.now();
    const second = this.options.generation;
    const check = new RowsCheck(
      tables,
      this.findings,
      {
        live: this.epoch.generation,
        second,
        shard,
        through,
        isWhole: (table, row) => this.noteDay(table, row),
      },
      this.options.breathe,
    );
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
      (rows) => check.compare(rows),
    );
    // Nothing was settled before the log was made.
    const first = hourOf(this.epoch.base / 1000 - HOUR_MS);
    const last = hourOf(logTime);
    for (let hour = first; hour <= last && !signal.aborted; hour += HOUR_MS) {
      await this.foldHour(shard, hour, through, fold, signal);
      const part = (hour + HOUR_MS - first) / (last + HOUR_MS - first);
      this.findings.progress.fraction = (shard + 0.9 * part) / this.epoch.partitions;
    }
    if (signal.aborted) return;
    await fold.flush();
    await check.finish();
    await this.findExtras(check);
  }

  private async foldHour(
    shard: number,
    hour: number,
    through: number,
    fold: HistoryFold,
    signal: AbortSignal,
  ): Promise<void> {
    const { progress } = this.findings;
    for await (const pages of this.history.hourOfPages(shard, hour)) {
      for (const { row, page } of pages) {
        if ((row['seq'] as number) > through || signal.aborted) return;
        progress.pages++;
        if (typeof page === 'string') {
          const key = pageKeyOf(shard, { seq: row['seq'] as number, logTime: hour });
          this.findings.say(EVENT_PAGES, key, 'page', `the text that ${String(row['entry'])} is the hash of`, page);
          continue;
        }
        for (const { events } of page.batch.parts) progress.events += events.length;
        await fold.feed(page);
      }
    }
  }

  private async findExtras(check: RowsCheck): Promise<void> {
    for (const text of this.days) {
      const [tenant, day] = JSON.parse(text) as [string, number];
      await check.findExtras(tenant, day, AGGREGATES);
    }
    for (const text of this.daysOfLocations) {
      const [tenant, day, location_id] = JSON.parse(text) as [string, number, string];
      for (const mirror of REVENUE.mirrors) await check.findLoneMirrors(REVENUE, mirror, { tenant, day, location_id });
    }
    this.days.clear();
    this.daysOfLocations.clear();
  }

  /** Every row is whole; the days that have rows are looked through in the end. */
  private noteDay(table: TableSpec, row: Row): boolean {
    const time = row['minute'] ?? row['day'];
    if (typeof time !== 'number' || this.days.size + this.daysOfLocations.size >= DAYS_MAX) return true;
    const day = dayOf(time);
    const tenant = row['tenant'] as string | undefined;
    if (tenant === undefined) return true;
    this.days.add(JSON.stringify([tenant, day]));
    if (table === REVENUE.spec) this.daysOfLocations.add(JSON.stringify([tenant, day, row['location_id'] as string]));
    return true;
  }
}
