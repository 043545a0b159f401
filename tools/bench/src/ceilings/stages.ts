/**
 * The product's own stages without anything around them: no HTTP, no log, no tables, no clock. The same events every time.
 */
import {
  DedupeWindow,
  IdentityTable,
  PartitionFold,
  normaliseBatch,
  settle,
  type ChangedRow,
  type IngestBatch,
  type NormalisedPart,
  type SettledBatch,
} from '@ticketrail/core';
import { EventLines } from '../load/event-lines.js';
import { RequestSizes } from '../load/request-sizes.js';

export interface StageOptions {
  readonly locations: number;
  /** Events in an entry of the log. */
  readonly entryEvents: number;
}

const rate = 10_000;
const beganAt = Date.parse('2026-03-14T18:00:00.000Z');
const tenant = 'demo';
const skewMs = 600_000;
const bounds = { horizonMs: 1_100 * 86_400_000, skewMs };
/** Rows are taken as often as the aggregator takes them at this rate: live ones every quarter of a second, all every two. */
const liveEveryEvents = rate / 4;
const allEveryEvents = rate * 2;
const fold = {
  generation: 1,
  shard: 0,
  resumedAt: undefined,
  skewMs,
  ordersMax: 80_000,
  periodsMax: 80_000,
  cellsMax: 240_000,
};

export interface Entry {
  readonly logTime: number;
  readonly bytes: number;
  readonly batch: IngestBatch;
}

/** Events as they stand parsed in entries of the ingest log: 2 % duplicates, late and malformed. */
export function ingestEntries(events: number, { locations, entryEvents }: StageOptions): Entry[] {
  const sizes = new RequestSizes([entryEvents]);
  const lines = new EventLines({
    rate,
    locations,
    sizes,
    duplicates: 0.02,
    late: 0.02,
    malformed: 0.02,
    tag: 'stages',
  });
  const timeOf = (request: number): number => beganAt + (sizes.firstLineOf(request) * 1_000) / rate;
  return Array.from({ length: Math.ceil(events / entryEvents) }, (_, request) => {
    const body = Buffer.alloc(lines.length(request));
    lines.write(request, body, 0, timeOf);
    const parsed = body
      .toString()
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as unknown);
    const logTime = timeOf(request);
    const part = { tenant, received_at: logTime, events: parsed };
    return { logTime, bytes: body.length, batch: { collector: 'bench', boot: 'b', n: request + 1, parts: [part] } };
  });
}

export function normaliseEntry({ batch, logTime }: Entry): NormalisedPart[] {
  return normaliseBatch(batch, logTime, bounds);
}

/** Settles entries one after the other, as an enricher would. */
export class Settling {
  readonly #window = new DedupeWindow(0, Number.NEGATIVE_INFINITY, 20 * 60_000, 1_000_000);
  /** Its window covers everything: nothing is looked up. */
  readonly #oldFirsts = new IdentityTable();
  #seq = 0;

  settle(parts: readonly NormalisedPart[], { logTime }: Entry): SettledBatch {
    const settled = settle(parts, this.#window, this.#oldFirsts, skewMs, (_, event) => event);
    this.#window.commit(++this.#seq, logTime);
    return {
      previous: '',
      ingest: this.#seq,
      ingest_id: `i${this.#seq}`,
      log_time: logTime,
      lateness_ms: 300_000,
      parts: settled,
    };
  }
}

/** Folds entries one after the other, as an aggregator would, on tables in which there is nothing. */
export class Folding {
  published = 0;
  written = 0;
  #events = 0;
  #seq = 0;
  readonly #fold = new PartitionFold(fold);

  /**
   * @param body the batch as it stands in the log
   * @param take is given the rows that are due to be written, and has to ask for each of them
   */
  fold(
    batch: SettledBatch,
    body: string,
    entryEvents: number,
    take: (rows: readonly ChangedRow[]) => void = makeRows,
  ): void {
    const seq = ++this.#seq;
    const { orders, periods, numbers } = this.#fold.wantedSources(batch);
    for (const wanted of orders) this.#fold.supplyOrder(wanted, []);
    for (const wanted of periods) this.#fold.supplyPeriod(wanted, []);
    for (const wanted of numbers) this.#fold.supplyNumbers(wanted, undefined);
    for (const wanted of this.#fold.fold({ seq, id: `e${seq}`, batch, body })) this.#fold.supplyCell(wanted, undefined);
    this.#fold.commit();
    const before = this.#events;
    this.#events += entryEvents;
    const isDue = (every: number): boolean => Math.floor(before / every) !== Math.floor(this.#events / every);
    if (!isDue(liveEveryEvents)) return;
    for (const [, , , rows] of this.#fold.takePublished()) this.published += rows.length;
    const isAll = isDue(allEveryEvents);
    const rows = this.#fold.takeChanged(isAll ? 'all' : 'live');
    this.written += rows.length;
    take(rows);
    if (isAll) this.#fold.evict();
  }
}

function makeRows(rows: readonly ChangedRow[]): void {
  for (const { row } of rows) if (row === undefined) throw new Error('a changed row is not there');
}
