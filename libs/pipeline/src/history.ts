/**
 * The history as it is read: pages (every settled batch that holds something) by log time, and the index that leads to them by
 * event time. A page proves itself: its entry's id is the hash of its text.
 */
import {
  EVENT_PAGES,
  FIRST_SEEN,
  HOUR_MS,
  hourOf,
  keyColumns,
  type EntryHead,
  type Key,
  type Row,
  type SettledBatch,
} from '@ticketrail/core';
import { settledId } from './codec.js';
import type { Tables } from './ports.js';

/** Where a page lies. */
export interface PageRef {
  readonly seq: number;
  readonly logTime: number;
}

export interface HistoryPage extends EntryHead {
  readonly batch: SettledBatch;
}

/** What is wrong with a page, in words for people. */
export type PageFault = 'missing' | 'not readable' | 'not what its id says';

/** A row of the index. */
export interface IndexRow {
  readonly minute: number;
  readonly seq: number;
  readonly entry: string;
  readonly log_time: number;
  readonly marks: Uint8Array;
  readonly places: Uint8Array;
  readonly copies: Uint8Array;
}

/** Rows read at a time, so that others get their turn in between. A page of a thousand events has a third of a megabyte. */
const PAGES_PER_READ = 64;
const PAGES_PER_SCAN = 64;

export class History {
  /** @param breathe called after each read: lets others have their turn, or slows long readings down */
  constructor(
    private readonly tables: Tables,
    readonly generation: number,
    private readonly breathe: () => Promise<void>,
  ) {}

  /** Index rows of the minutes with from ≤ minute < to, by hour: each hour's at once. */
  async *index(shard: number, from: number, to: number): AsyncIterable<IndexRow[]> {
    for (let hour = hourOf(from); hour < to; hour += HOUR_MS) {
      const partition = { generation: this.generation, shard, hour };
      const range = { from: [Math.max(hour, from)], before: [Math.min(hour + HOUR_MS, to)] };
      yield (await this.tables.scan(FIRST_SEEN, partition, range)) as unknown as IndexRow[];
      await this.breathe();
    }
  }

  /** The index rows of these minutes and positions, in their order; undefined where there is none. */
  async indexRows(shard: number, at: readonly { minute: number; seq: number }[]): Promise<(IndexRow | undefined)[]> {
    const keys = at.map(({ minute, seq }) => ({
      generation: this.generation,
      shard,
      hour: hourOf(minute),
      minute,
      seq,
    }));
    return (await this.tables.read(FIRST_SEEN, keys)) as unknown as (IndexRow | undefined)[];
  }

  /** The pages at these positions, in their order, a few at a time. */
  async *pages(shard: number, refs: readonly PageRef[]): AsyncIterable<[PageRef, HistoryPage | PageFault]> {
    for (let i = 0; i < refs.length; i += PAGES_PER_READ) {
      const some = refs.slice(i, i + PAGES_PER_READ);
      const rows = await this.tables.read(
        EVENT_PAGES,
        some.map(({ seq, logTime }) => this.pageKey(shard, seq, logTime)),
      );
      for (const [at, ref] of some.entries()) yield [ref, readPage(rows[at])];
      await this.breathe();
    }
  }

  /** Every page of the shard settled in one hour of log time, in order of position, beginning behind `after`. */
  async *hourOfPages(
    shard: number,
    hour: number,
    after = 0,
  ): AsyncIterable<{ row: Row; page: HistoryPage | PageFault }[]> {
    const partition = { generation: this.generation, shard, hour };
    for (let from = after + 1; ;) {
      const rows = await this.tables.scan(EVENT_PAGES, partition, { from: [from], limit: PAGES_PER_SCAN });
      if (rows.length > 0) yield rows.map((row) => ({ row, page: readPage(row) }));
      await this.breathe();
      if (rows.length < PAGES_PER_SCAN) return;
      from = (rows.at(-1)!['seq'] as number) + 1;
    }
  }

  /** Pages of the shard settled with from ≤ log time < to. Positions ascend with log time, so that the first is found by halving. */
  async *pagesBetween(shard: number, from: number, to: number): AsyncIterable<HistoryPage | PageFault> {
    for (let hour = hourOf(from); hour < to; hour += HOUR_MS) {
      const after = hour < from ? await this.lastBefore(shard, hour, from) : 0;
      for await (const found of this.hourOfPages(shard, hour, after)) {
        for (const { page } of found) {
          if (typeof page !== 'string' && page.logTime >= to) return;
          if (typeof page === 'string' || page.logTime >= from) yield page;
        }
      }
    }
  }

  /**
   * Position of the newest page settled since the hour of `since` (for an hour or two: nobody is further behind); 0 when there
   * is none. Pages are the last that is written of what was folded, so everything up to there is in the history.
   */
  async newest(shard: number, since: number): Promise<number> {
    for (const hour of [hourOf(since) + HOUR_MS, hourOf(since)]) {
      const partition = { generation: this.generation, shard, hour };
      const [row] = await this.tables.scan(EVENT_PAGES, partition, { limit: 1, reverse: true });
      if (row !== undefined) return row['seq'] as number;
    }
    return 0;
  }

  /** Position of the first page settled after `time` and not after `until`; undefined when there is none. */
  async firstAfter(shard: number, time: number, until: number): Promise<number | undefined> {
    for await (const page of this.pagesBetween(shard, time + 1, until + 1))
      if (typeof page !== 'string') return page.seq;
    return undefined;
  }

  /** A position in the hour such that every page up to it was settled before `time`. */
  private async lastBefore(shard: number, hour: number, time: number): Promise<number> {
    const partition = { generation: this.generation, shard, hour };
    const ends = await Promise.all([
      this.tables.scan(EVENT_PAGES, partition, { limit: 1 }),
      this.tables.scan(EVENT_PAGES, partition, { limit: 1, reverse: true }),
    ]);
    if (ends[0][0] === undefined || ends[1][0] === undefined) return 0;
    let low = (ends[0][0]['seq'] as number) - 1;
    let high = ends[1][0]['seq'] as number;
    while (high - low > PAGES_PER_SCAN) {
      const middle = Math.floor((low + high) / 2);
      const [row] = await this.tables.scan(EVENT_PAGES, partition, { from: [middle], limit: 1 });
      const page = readPage(row);
      if (typeof page === 'string' || page.logTime >= time) high = middle;
      else low = middle;
    }
    return low;
  }

  private pageKey(shard: number, seq: number, logTime: number): Key {
    return { generation: this.generation, shard, hour: hourOf(logTime), seq };
  }
}

/** Reads a page and holds it against its id. */
export function readPage(row: Row | undefined): HistoryPage | PageFault {
  if (row === undefined) return 'missing';
  const { page } = row;
  if (!(page instanceof Uint8Array)) return 'not readable';
  if (settledId(page) !== row['entry']) return 'not what its id says';
  const text = Buffer.from(page.buffer, page.byteOffset, page.byteLength).toString();
  const batch = JSON.parse(text) as SettledBatch;
  return { seq: row['seq'] as number, id: row['entry'] as string, logTime: batch.log_time, batch };
}

/** What an event's line says of the entry it stands in. */
export function headOf({ seq, id, logTime, batch }: HistoryPage): EntryHead {
  return { seq, id, logTime, latenessMs: batch.lateness_ms };
}

/** The key of a page's row without its generation, for people. */
export function pageKeyOf(shard: number, { seq, logTime }: PageRef): Key {
  const key: Record<string, number> = { shard, hour: hourOf(logTime), seq };
  return Object.fromEntries(
    keyColumns(EVENT_PAGES).flatMap((column) => (column in key ? [[column, key[column]!]] : [])),
  );
}
