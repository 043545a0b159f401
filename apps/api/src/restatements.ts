/** Reads restatements: what they come to for a figure, and those of a stretch of log time as a list. */
import { Inject, Injectable } from '@nestjs/common';
import {
  type AggregateTable,
  DAY_MS,
  dayOf,
  HOUR_MS,
  type Restated,
  RESTATED,
  restatedIn,
  restatementList,
  RESTATEMENTS,
  type RestatementRow,
  type RestatementTotals,
  restatementTotals,
  type Row,
  type Window,
} from '@ticketrail/core';
import { type Epoch, Replica, Tables } from '@ticketrail/pipeline';
import { EPOCH } from '@ticketrail/runtime';

/** Of windows up to this long, minutes that have left memory are read from the tables, as the report reads its own. Milliseconds. */
const READ_MAX_MS = 2 * HOUR_MS;

/** Entries that one list is made of, the newest; an import of old files restates with every entry for hours. */
const ROWS_MAX = 500;

/** What was restated within a window of log time. */
export interface RestatementsAnswer {
  rows: RestatementRow[];
  row_count: number;
  totals: RestatementTotals;
  /** Whether `row_count` and `totals` are of the whole window; else of its newest entries. */
  is_complete: boolean;
}

@Injectable()
export class Restatements {
  constructor(
    private readonly replica: Replica,
    private readonly tables: Tables,
    @Inject(EPOCH) private readonly epoch: Epoch,
  ) {}

  /**
   * What was restated of a figure made of `table` over the window. Of a long window only what is in memory is looked at, and
   * the answer says from where on; of any other it is undefined when nothing was restated.
   */
  async of(table: AggregateTable, tenant: string, window: Window, location?: string): Promise<Restated | undefined> {
    const isShort = window.to - window.from <= READ_MAX_MS;
    const held = Math.min(this.replica.heldSince(RESTATED), window.to);
    const from = isShort ? window.from : Math.max(window.from, held);
    if (from === window.to) return restatedIn(table, [], from);
    const { rows } = await this.replica.rows(RESTATED, tenant, { from, to: window.to }, 'members', location);
    return restatedIn(table, rows, from === window.from ? undefined : from);
  }

  /** What was restated within the window of log time, the newest first. */
  async list(tenant: string, window: Window, location: string | undefined, limit: number): Promise<RestatementsAnswer> {
    const found = await this.newest(tenant, window);
    const read = found.slice(0, ROWS_MAX);
    const rows = restatementList(read, location);
    const totals = restatementTotals(read, location);
    // Changes that a row does not list may be of the location.
    const isListed = location === undefined || read.every((row) => row['changes_beyond'] === 0);
    return {
      rows: rows.slice(0, limit),
      row_count: totals.restatements,
      totals,
      is_complete: found.length <= ROWS_MAX && isListed,
    };
  }

  /** The newest rows of the window, from the newest day back until there are more than ROWS_MAX. */
  private async newest(tenant: string, window: Window): Promise<Row[]> {
    const { generation, partitions } = this.epoch;
    const found: Row[] = [];
    const range = { from: [window.from], before: [window.to], reverse: true };
    for (let day = dayOf(window.to - 1); day + DAY_MS > window.from && found.length <= ROWS_MAX; day -= DAY_MS) {
      const limit = ROWS_MAX + 1 - found.length;
      const shards = await Promise.all(
        Array.from({ length: partitions }, (_, shard) =>
          this.tables.scan(RESTATEMENTS, { generation, tenant, day, shard }, { ...range, limit }),
        ),
      );
      // The newest of all are among the newest of each.
      const ofDay = shards.flat().sort((a, b) => (b['at'] as number) - (a['at'] as number));
      found.push(...ofDay.slice(0, limit));
    }
    return found;
  }
}
