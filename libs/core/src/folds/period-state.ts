/** The moments at one table (of guests) in one period, in memory, and the row of each of them. */
import { identityOf, hash64, type Hash64 } from '../hash.js';
import { VISITS } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { assertSame, type Put, type SetRows } from './set-rows.js';
import { Timeline } from './timeline.js';
import { MOMENTS_PER_PERIOD_MAX, type Moment } from './visit.js';

/**
 * Into how many partitions of the tables the tables (of guests) of a shard and period are divided: so few that one flush writes
 * several rows of each. Fixed for the life of a generation.
 */
export const VISIT_SLICES = 256;

export function visitSlice(tenant: string, locationId: string, tableId: string): number {
  hash64(tenant, locationId, tableId, scratch);
  return scratch.lo % VISIT_SLICES;
}

/** Where the moments at a table in one period lie. */
export function momentRows(
  generation: number,
  shard: number,
  tenant: string,
  locationId: string,
  tableId: string,
  period: number,
): SetRows {
  return {
    table: VISITS,
    partition: { generation, shard, period, slice: visitSlice(tenant, locationId, tableId) },
    prefix: [tenant, locationId, tableId],
  };
}

export function periodKey(tenant: string, locationId: string, tableId: string, period: number): string {
  return `${tenant}\u0000${locationId}\u0000${tableId}\u0000${period}`;
}

/** The column `moment` of VISITS. */
type StoredMoment = readonly [kind: Moment['kind'], time: number, event_id: string, utc_offset_minutes: number];

export class PeriodState extends Timeline {
  toWrite = false;
  used = true;
  /** In which partition of the tables its rows lie: see ORDER_SLICES and VISIT_SLICES. */
  readonly slice: number;

  /** @param rows those of the period, in the order of their places */
  constructor(
    readonly tenant: string,
    readonly locationId: string,
    readonly tableId: string,
    period: number,
    rows: readonly Row[] = [],
  ) {
    super(period);
    this.slice = visitSlice(tenant, locationId, tableId);
    for (const row of rows) this.add(momentIn(row));
  }

  /**
   * Puts back what was let go; what has no row yet stays.
   *
   * @param rows those of the period
   */
  completeFrom(rows: readonly Row[]): void {
    this.complete(rows.map(momentIn));
  }

  put(moment: Moment, put: Put): void {
    const { place, hi, lo } = moment;
    const known = this.at(place);
    this.used = true;
    put.isNew = false;
    put.index = this.countBelow(place);
    if (known !== undefined) {
      assertSame(known.hi === hi && known.lo === lo, place);
    } else if (put.index >= MOMENTS_PER_PERIOD_MAX) {
      put.index = -1;
    } else {
      this.add(moment);
      put.isNew = true;
      this.toWrite = true;
    }
  }

  /** @param eventId of the moment, which is not kept in memory */
  row(generation: number, shard: number, moment: Moment, eventId: string, entry: string): Row {
    return {
      generation,
      shard,
      period: this.period,
      slice: this.slice,
      tenant: this.tenant,
      location_id: this.locationId,
      table_id: this.tableId,
      place: moment.place,
      moment: [moment.kind, moment.time, eventId, moment.utc_offset_minutes],
      entry,
    };
  }
}

/** The moment that a row holds; its identity is a hash of what the row says. */
export function momentIn(row: Row): Moment {
  const [kind, time, event_id, utc_offset_minutes] = row['moment'] as unknown as StoredMoment;
  identityOf(row['tenant'] as string, { location_id: row['location_id'] as string, event_id }, scratch);
  return { place: row['place'] as number, kind, time, utc_offset_minutes, hi: scratch.hi, lo: scratch.lo };
}

const scratch: Hash64 = { hi: 0, lo: 0 };
