/**
 * Aggregate rows of the last while, in memory: one process's replica of the changelog.
 *
 * Rows are whole and carry the position they are of, so merging is "the later one stays": it needs no order and no lock, and
 * what the tables and the changelog say may be mixed freely.
 */
import { AGGREGATES, type AggregateTable, type Row } from '@ticketrail/core';

type Bucket = Map<string, Row>;
type Buckets = Map<number, Bucket>;

export class LiveRows {
  /** By table index, then tenant, then bucket, then members and shard. */
  private readonly tables: Map<string, Buckets>[] = AGGREGATES.map(() => new Map());
  private count = 0;
  /** Grows with every row taken in: tells whether an answer made earlier may have changed. */
  private readonly versions: number[] = AGGREGATES.map(() => 0);

  /** Keeps the row unless a later one of the same key is here. */
  take(index: number, row: Row): void {
    const table = AGGREGATES[index]!;
    const tenant = row['tenant'] as string;
    let buckets = this.tables[index]!.get(tenant);
    if (buckets === undefined) this.tables[index]!.set(tenant, (buckets = new Map()));
    const start = row[table.bucket] as number;
    let bucket = buckets.get(start);
    if (bucket === undefined) buckets.set(start, (bucket = new Map()));
    const key = keyOf(table, row);
    const known = bucket.get(key);
    if (known !== undefined && (known['applied'] as number) > (row['applied'] as number)) return;
    if (known === undefined) this.count++;
    bucket.set(key, row);
    this.versions[index]!++;
  }

  /** Rows of the tenant with from ≤ bucket < to. */
  *rows(table: AggregateTable, tenant: string, from: number, to: number): Iterable<Row> {
    const buckets = this.tables[table.index]!.get(tenant);
    if (buckets === undefined) return;
    for (const [start, bucket] of buckets) if (start >= from && start < to) yield* bucket.values();
  }

  /** Those of one location, of a table with no other member. Its rows are on one shard, but for events of no place. */
  *rowsOfLocation(table: AggregateTable, tenant: string, location: string, from: number, to: number, shards: number): Iterable<Row> {
    const buckets = this.tables[table.index]!.get(tenant);
    if (buckets === undefined) return;
    for (const [start, bucket] of buckets) {
      if (start < from || start >= to) continue;
      for (let shard = 0; shard < shards; shard++) {
        const row = bucket.get(`${shard}\u0000${location}`);
        if (row !== undefined) yield row;
      }
    }
  }

  version(table: AggregateTable): number {
    return this.versions[table.index]!;
  }

  /** Lets go of the buckets of one table that begin before `from`. */
  forgetBefore(table: AggregateTable, from: number): void {
    for (const buckets of this.tables[table.index]!.values()) {
      for (const [start, bucket] of buckets) {
        if (start >= from) continue;
        this.count -= bucket.size;
        buckets.delete(start);
      }
    }
  }

  /** Rows in memory. */
  get size(): number {
    return this.count;
  }
}

function keyOf(table: AggregateTable, row: Row): string {
  let key = String(row['shard']);
  for (const member of table.members) key += `\u0000${row[member] as string | number}`;
  return key;
}
