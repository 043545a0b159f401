/** Rows of aggregate tables for tests of reports: what is not said is zero. */
import type { AggregateTable } from '../tables/aggregate.js';
import type { Row } from '../tables/spec.js';

export function rowOf(table: AggregateTable, values: Row): Row {
  const zeros = Object.fromEntries([...table.sums, ...table.latest].map((column) => [column, 0]));
  const empty = Object.fromEntries(table.sketches.map((sketch) => [sketch, []]));
  const labels = { ...Object.fromEntries(table.labels.map((label) => [label, null])), label_time: 0 };
  return { generation: 1, tenant: 'acme', shard: 0, ...labels, ...zeros, ...empty, ...values };
}
