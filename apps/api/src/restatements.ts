/** Reads restatements: those of a window's minutes for the figures about it, and those of a stretch of log time for the list. */
import { Inject, Injectable } from '@nestjs/common';
import {
  type AggregateTable,
  DAY_MS,
  dayOf,
  HOUR_MS,
  type Restated,
  restatedIn,
  restatementList,
  RESTATEMENTS,
  restatementTotals,
  type Row,
  type TableSpec,
  type Window,
} from '@ticketrail/core';
import { Clock, type Epoch, Replica, Tables } from '@ticketrail/pipeline';
import { CONFIG, type Config, EPOCH } from '@ticketrail/runtime';

/** Rows of one day and shard that are looked at, the newest; an import of old files can restate any number of minutes. */
const ROWS_PER_DAY_MAX = 5_000;

/** A window no longer than this that lies in the replica is answered from memory. Milliseconds. */
const LIVE_MS = HOUR_MS;

/** What was read of a day is used again for this long: the stream asks for the same days all the time. Milliseconds. */
const REUSE_MS = 5_000;
/** Days kept for that. */
const DAYS_MAX = 64;

/** By the day on which they were made, and by the day that they changed. */
const MADE_ON = RESTATEMENTS.mirrors[0]!.spec;
const CHANGED_OF = RESTATEMENTS.mirrors[1]!.spec;

interface Day {
  readonly at: number;
  readonly rows: Promise<Row[]>;
}

@Injectable()
export class Restatements {
  private readonly days = new Map<string, Day>();

  constructor(
    private readonly replica: Replica,
    private readonly tables: Tables,
    private readonly clock: Clock,
    @Inject(EPOCH) private readonly epoch: Epoch,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** What was restated of a figure made of `table` over the window; undefined when nothing was. */
  async of(table: AggregateTable, tenant: string, window: Window, location?: string): Promise<Restated | undefined> {
    const isLive = window.to - window.from <= LIVE_MS && this.replica.holds(RESTATEMENTS, window.from);
    if (isLive) {
      const { rows } = await this.replica.rows(RESTATEMENTS, tenant, window, 'minutes', location);
      return restatedIn(table, rows, window, this.config.latenessMs);
    }
    const rows = await this.between(CHANGED_OF, tenant, window.from, window.to - 1);
    return restatedIn(table, ofLocation(rows, location), window, this.config.latenessMs);
  }

  /** What was restated within the window of log time, the newest first. */
  async list(tenant: string, window: Window, location: string | undefined, limit: number) {
    const inWindow = (row: Row): boolean =>
      (row['restated_at'] as number) >= window.from && (row['restated_at'] as number) < window.to;
    const found = ofLocation(await this.between(MADE_ON, tenant, window.from, window.to - 1), location).filter(
      inWindow,
    );
    const rows = restatementList(found);
    return { rows: rows.slice(0, limit), row_count: rows.length, totals: restatementTotals(found) };
  }

  /** Rows of the days from that of `from` to that of `to`. */
  private async between(table: TableSpec, tenant: string, from: number, to: number): Promise<Row[]> {
    const days: Promise<Row[]>[] = [];
    for (let day = dayOf(from); day <= to; day += DAY_MS) days.push(this.day(table, tenant, day));
    return (await Promise.all(days)).flat();
  }

  private day(table: TableSpec, tenant: string, day: number): Promise<Row[]> {
    const key = `${table.name}\u0000${day}\u0000${tenant}`;
    const known = this.days.get(key);
    if (known !== undefined && this.clock.now() - known.at < REUSE_MS) return known.rows;
    const rows = this.readDay(table, tenant, day);
    this.days.delete(key);
    this.days.set(key, { at: this.clock.now(), rows });
    // A failed read is not kept.
    rows.catch(() => this.days.delete(key));
    for (const oldest of this.days.keys()) {
      if (this.days.size <= DAYS_MAX) break;
      this.days.delete(oldest);
    }
    return rows;
  }

  private async readDay(table: TableSpec, tenant: string, day: number): Promise<Row[]> {
    const { generation, partitions } = this.epoch;
    const shards = Array.from({ length: partitions }, (_, shard) =>
      this.tables.scan(table, { generation, tenant, day, shard }, { reverse: true, limit: ROWS_PER_DAY_MAX }),
    );
    return (await Promise.all(shards)).flat();
  }
}

function ofLocation(rows: Row[], location: string | undefined): Row[] {
  return location === undefined ? rows : rows.filter((row) => row['location_id'] === location);
}
