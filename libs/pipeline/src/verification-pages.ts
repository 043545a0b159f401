/**
 * The first half of a verification: every page that was settled on a day proves itself, and left behind what it should have:
 * its rows of the index, its rejections, and its share of the books. Restatements of the day must be of one of its pages.
 */
import {
  AGGREGATES,
  Cell,
  compareRows,
  DAY_MS,
  EVENT_PAGES,
  FIRST_SEEN,
  HOUR_MS,
  hourOf,
  LEDGER,
  minuteOf,
  PartitionFold,
  REJECTIONS,
  type Row,
  type TableSpec,
} from '@ticketrail/core';
import type { Findings } from './findings.js';
import { type History, type HistoryPage, pageKeyOf } from './history.js';
import { findLoneRestatements } from './restatements-check.js';
import { keyOf } from './rows-check.js';
import type { Tables } from './ports.js';

export interface PagesCheckOptions {
  readonly tenant: string;
  readonly shard: number;
  /** Position up to which the history is complete, and its log time. */
  readonly through: number;
}

/** Rejections of a day are counted a few at a time. */
const ROWS_PER_SCAN = 1_000;

const NOTHING_LET_GO = { ordersMax: 1e9, periodsMax: 1e9, cellsMax: 1e9 };

export class PagesCheck {
  private readonly books = new Map<number, Cell>();
  private rejections = 0;

  constructor(
    private readonly tables: Tables,
    private readonly history: History,
    private readonly findings: Findings,
    private readonly options: PagesCheckOptions,
  ) {}

  /** @param onHour told of each hour that is done */
  async run(day: number, onHour: () => void, signal: AbortSignal): Promise<void> {
    for (let hour = day; hour < day + DAY_MS && !signal.aborted; hour += HOUR_MS) {
      for await (const found of this.history.hourOfPages(this.options.shard, hour)) {
        for (const { row, page } of found) await this.checkPage(row, hour, page);
        if (signal.aborted) return;
      }
      onHour();
    }
    if (signal.aborted) return;
    await this.checkBooks(day);
    await this.checkRejections(day);
    await findLoneRestatements(this.tables, this.history, this.findings, { ...this.options, day });
  }

  private async checkPage(row: Row, hour: number, page: HistoryPage | string): Promise<void> {
    const { shard, through } = this.options;
    const seq = row['seq'] as number;
    if (seq > through) return;
    const { progress } = this.findings;
    progress.pages++;
    const key = pageKeyOf(shard, { seq, logTime: hour });
    if (typeof page === 'string') {
      this.findings.say(EVENT_PAGES, key, 'page', `the text that ${String(row['entry'])} is the hash of`, page);
      return;
    }
    if (hourOf(page.logTime) !== hour) this.findings.say(EVENT_PAGES, key, 'hour', hourOf(page.logTime), hour);
    await this.checkTraces(page);
  }

  /** What the fold of this page alone leaves behind once, and adds to the books. */
  private async checkTraces(page: HistoryPage): Promise<void> {
    const { shard, tenant } = this.options;
    const fold = new PartitionFold({
      generation: this.history.generation,
      shard,
      resumedAt: undefined,
      skewMs: 0,
      ...NOTHING_LET_GO,
    });
    fold.wantedSources(page.batch);
    fold.fold(page);
    for (const delta of fold.contributions) {
      if (delta.table !== LEDGER || delta.tenant !== tenant) continue;
      const minute = delta.members[0] as number;
      let cell = this.books.get(minute);
      if (cell === undefined) this.books.set(minute, (cell = new Cell(LEDGER, tenant, delta.bucket, delta.members)));
      cell.add(delta, page.seq, page.id);
    }
    fold.commit();
    const left = fold.takeChanged('all');
    await this.compare(
      FIRST_SEEN,
      left.flatMap(({ table, row }) => (table === FIRST_SEEN ? [row] : [])),
    );
    const refused = left.flatMap(({ table, row }) => (table === REJECTIONS && row['tenant'] === tenant ? [row] : []));
    this.rejections += refused.length;
    await this.compare(REJECTIONS, refused);
    for (const { events } of page.batch.parts) this.findings.progress.events += events.length;
  }

  private async compare(table: TableSpec, expected: readonly Row[]): Promise<void> {
    if (expected.length === 0) return;
    const found = await this.tables.read(
      table,
      expected.map((row) => keyOf(table, row, this.history.generation)),
    );
    expected.forEach((row, i) => this.findings.add(...compareRows(table, row, found[i])));
    this.findings.progress.rowsCompared += expected.length;
  }

  private async checkBooks(day: number): Promise<void> {
    const { tenant, shard, through } = this.options;
    const { generation } = this.history;
    const rows = await this.tables.scan(LEDGER.spec, { generation, tenant, day, shard });
    const stored = new Map(rows.map((row) => [row['minute'] as number, row]));
    for (const minute of new Set([...this.books.keys(), ...stored.keys()])) {
      const found = stored.get(minute);
      if (found !== undefined && (found['applied'] as number) > through) {
        this.findings.progress.rowsMoving++;
        continue;
      }
      this.findings.progress.rowsCompared++;
      this.findings.add(...compareRows(LEDGER.spec, this.books.get(minute)?.row(generation, shard), found));
    }
  }

  /** Each expected one was there; so if there are more, some are of no page. */
  private async checkRejections(day: number): Promise<void> {
    const { tenant, shard, through } = this.options;
    const partition = { generation: this.history.generation, tenant, day, shard };
    let count = 0;
    for (let from: number[] = []; ;) {
      const rows = await this.tables.scan(REJECTIONS, partition, { from, limit: ROWS_PER_SCAN });
      count += rows.filter((row) => (row['seq'] as number) <= through).length;
      const last = rows.at(-1);
      if (rows.length < ROWS_PER_SCAN || last === undefined) break;
      from = [last['seq'] as number, (last['place'] as number) + 1];
    }
    if (count > this.rejections) {
      this.findings.say(REJECTIONS, { tenant, day, shard }, 'rows', this.rejections, count);
    }
  }
}

/** Holds an index row against the page it is of. */
export function checkIndexRow(
  findings: Findings,
  shard: number,
  row: { minute: number; seq: number; log_time: number },
  page: HistoryPage | string,
): void {
  if (typeof page === 'string') {
    findings.say(EVENT_PAGES, pageKeyOf(shard, { seq: row.seq, logTime: row.log_time }), 'page', 'a page', page);
    return;
  }
  const isTold = page.batch.parts.some(
    ({ events, duplicates }) =>
      events.some(({ time }) => minuteOf(time) === row.minute) ||
      duplicates.some(({ time }) => minuteOf(time) === row.minute),
  );
  if (isTold) return;
  const key = { shard, hour: hourOf(row.minute), minute: row.minute, seq: row.seq };
  findings.say(FIRST_SEEN, key, 'row', null, 'a row of which the page knows nothing');
}

/** Tables whose rows are of event time: those a day's events make. */
export const BY_EVENT_TIME = AGGREGATES.filter((table) => table !== LEDGER);
