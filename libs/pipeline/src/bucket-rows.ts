/**
 * The rows of an aggregate table in a window, which lie in a partition of the tables for each bucket and shard. Over a network many
 * partitions together are as quick as one, as long as they hold few rows, as those of most tenants do; of large ones not
 * much may be under way at once.
 */
import { type AggregateTable, behind, bucketAt, bucketMsOf, type Row } from '@ticketrail/core';
import type { Tables } from './ports.js';

export interface BucketsAsked {
  readonly generation: number;
  readonly tenant: string;
  readonly shards: readonly number[];
  /** Buckets that begin before `to`, from the one that holds `from` on. Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Only rows with this value of the table's first member. */
  readonly member?: string | undefined;
}

/** The rows, in groups of buckets, the earlier ones first; within a group in no order. */
export function bucketRows(
  tables: Tables,
  table: AggregateTable,
  { generation, tenant, shards, from, to, member }: BucketsAsked,
): AsyncIterable<Row[]> {
  const first = bucketAt(table, from);
  const stepMs = bucketMsOf(table);
  const count = Math.max(0, Math.ceil((to - first) / stepMs));
  const buckets = Array.from({ length: count }, (_, index) => first + index * stepMs);
  const range = member === undefined ? {} : { from: [member], before: [behind(member)] };
  return inGroups(buckets, (some) => {
    const partitions = shards.flatMap((shard) =>
      some.map((bucket) => ({ generation, tenant, [table.bucket]: bucket, shard })),
    );
    return tables.scanMany(table.spec, partitions, range);
  });
}

/** Buckets in a group at most. */
const TOGETHER_MAX = 64;

/** As long as a group has fewer rows, the next one is four times as large; with more than four times as many it is a quarter. */
const ROWS_WANTED = 1_000;

/** What `read` finds in each group. The first one is a single bucket, as nothing is known of how much they hold. */
export async function* inGroups<Bucket>(
  buckets: readonly Bucket[],
  read: (group: readonly Bucket[]) => Promise<Row[]>,
): AsyncIterable<Row[]> {
  let together = 1;
  for (let i = 0; i < buckets.length;) {
    const group = buckets.slice(i, i + together);
    i += group.length;
    const rows = await read(group);
    if (rows.length < ROWS_WANTED) together = Math.min(TOGETHER_MAX, together * 4);
    else if (rows.length > 4 * ROWS_WANTED) together = Math.ceil(together / 4);
    yield rows;
  }
}
