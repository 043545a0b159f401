/**
 * Aggregate rows of the last while, in memory: one process's replica of the changelog.
 *
 * Rows are whole and carry the position they are of, so merging is "the later one stays": it needs no order and no lock, and
 * what the tables and the changelog say may be mixed freely.
 */
import { AGGREGATES, type AggregateTable, type Row } from '@ticketrail/core';
import { MinuteColumns } from './minute-columns.js';

/** What rows by minute are added up over before they are handed out, as the report is going to add them up anyway. */
export type Over = 'minutes' | 'members';

type Bucket = Map<string, Row>;

/** Rows of one tenant in one table that has more than one member, or sketches: as they are. */
class WholeRows {
  private readonly buckets = new Map<number, Bucket>();

  constructor(private readonly table: AggregateTable) {}

  get size(): number {
    let sum = 0;
    for (const bucket of this.buckets.values()) sum += bucket.size;
    return sum;
  }

  take(row: Row): void {
    const start = row[this.table.bucket] as number;
    let bucket = this.buckets.get(start);
    if (bucket === undefined) this.buckets.set(start, (bucket = new Map()));
    const key = this.keyOf(row);
    const known = bucket.get(key);
    if (known === undefined || (known['applied'] as number) <= (row['applied'] as number)) bucket.set(key, row);
  }

  *rows(from: number, to: number, location: string | undefined): Iterable<Row> {
    for (const [start, bucket] of this.buckets) {
      if (start < from || start >= to) continue;
      if (location === undefined) yield* bucket.values();
      else for (const row of bucket.values()) if (row['location_id'] === location) yield row;
    }
  }

  forgetBefore(from: number): void {
    for (const start of this.buckets.keys()) if (start < from) this.buckets.delete(start);
  }

  private keyOf(row: Row): string {
    let key = String(row['shard']);
    for (const member of this.table.members) key += `\u0000${row[member] as string | number}`;
    return key;
  }
}

export class LiveRows {
  /** By table index, then tenant. */
  private readonly columns: Map<string, MinuteColumns>[] = AGGREGATES.map(() => new Map());
  private readonly whole: Map<string, WholeRows>[] = AGGREGATES.map(() => new Map());
  /** Grows with every row taken in: tells whether an answer made earlier may have changed. */
  private readonly versions: number[] = AGGREGATES.map(() => 0);

  /** Keeps the row unless a later one of the same key is here. */
  take(index: number, row: Row): void {
    const table = AGGREGATES[index]!;
    const tenant = row['tenant'] as string;
    if (isColumnar(table)) {
      const known = this.columns[index]!.get(tenant);
      const columns = known ?? new MinuteColumns(table);
      if (known === undefined) this.columns[index]!.set(tenant, columns);
      columns.take(row);
    } else {
      const known = this.whole[index]!.get(tenant);
      const whole = known ?? new WholeRows(table);
      if (known === undefined) this.whole[index]!.set(tenant, whole);
      whole.take(row);
    }
    this.versions[index]!++;
  }

  /** Rows of the tenant with from ≤ bucket < to, of one location where it is given, perhaps added up already. */
  rows(table: AggregateTable, tenant: string, from: number, to: number, over: Over, location?: string): Iterable<Row> {
    const columns = this.columns[table.index]!.get(tenant);
    if (columns !== undefined)
      return over === 'members' ? columns.byMinute(from, to, location) : columns.byMember(from, to, location);
    return this.whole[table.index]!.get(tenant)?.rows(from, to, location) ?? [];
  }

  version(table: AggregateTable): number {
    return this.versions[table.index]!;
  }

  /** Lets go of the buckets of one table that begin before `from`. */
  forgetBefore(table: AggregateTable, from: number): void {
    for (const columns of this.columns[table.index]!.values()) columns.forgetBefore(from);
    for (const whole of this.whole[table.index]!.values()) whole.forgetBefore(from);
  }

  /** Rows in memory. */
  get size(): number {
    let sum = 0;
    for (const tenants of [...this.columns, ...this.whole]) for (const rows of tenants.values()) sum += rows.size;
    return sum;
  }
}

function isColumnar(table: AggregateTable): boolean {
  return table.bucket === 'minute' && table.members.length === 1 && table.sketches.length === 0;
}
