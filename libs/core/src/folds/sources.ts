/**
 * The sets that aggregates are derived from: the events of an order and the moments at a table, in memory by place. In the tables
 * each of them is a row of its own that is written once and never changes. So after a crash any of those that no checkpoint
 * vouches for may be missing: what is decided about one of them is decided from those at lower places alone, which are complete.
 */
import { ORDERS, VISITS } from '../tables/catalogue.js';
import type { Row, TableSpec } from '../tables/spec.js';
import { seqOf } from './delta.js';
import { orderRows } from './order-state.js';
import { momentRows } from './period-state.js';
import type { SetRows } from './set-rows.js';

/** The set that a row is of, as it lies in a generation; undefined when the row is of no set. */
export function setOf(table: TableSpec, row: Row, generation: number): SetRows | undefined {
  const { shard, tenant, location_id } = row as { shard: number; tenant: string; location_id: string };
  if (table === ORDERS) return orderRows(generation, shard, tenant, row['order_id'] as string, location_id);
  if (table !== VISITS) return undefined;
  return momentRows(generation, shard, tenant, location_id, row['table_id'] as string, row['period'] as number);
}

/** Position of the entry that a row is of: the last one that changed it, or the only one. */
export function positionOf(row: Row): number {
  return (row['applied'] ?? row['seq'] ?? seqOf(row['place'] as number)) as number;
}
