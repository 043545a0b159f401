/** The rows of one partition folded in one go with nothing else happening: each row as it was after every entry that changed it. */
import { keyColumns, PartitionFold, positionOf, type Row, type SettledBatch, type TableSpec } from '@ticketrail/core';
import type { Entry } from '@ticketrail/pipeline';
import { SKEW_MS } from './settings.js';

/** By row (see nameOf), then by position: the row as it is from there on. */
export type Versions = Map<string, Map<number, Row>>;

export function foldCleanly(shard: number, entries: readonly Entry[], versions: Versions): void {
  const roomy = 1_000_000;
  const fold = new PartitionFold({
    generation: 1,
    shard,
    resumedAt: undefined,
    skewMs: SKEW_MS,
    ordersMax: roomy,
    periodsMax: roomy,
    cellsMax: roomy,
  });
  for (const { seq, id, body } of entries) {
    const batch = JSON.parse(body) as SettledBatch;
    const { orders, periods, numbers } = fold.wantedSources(batch);
    for (const wanted of orders) fold.supplyOrder(wanted, []);
    for (const wanted of periods) fold.supplyPeriod(wanted, []);
    for (const wanted of numbers) fold.supplyNumbers(wanted, undefined);
    for (const wanted of fold.fold({ seq, id, batch })) fold.supplyCell(wanted, undefined);
    fold.commit();
    for (const { table, row } of fold.takeChanged('all')) {
      const name = nameOf(table, row);
      const known = versions.get(name) ?? new Map<number, Row>();
      versions.set(name, known);
      known.set(positionOf(row), row);
    }
  }
}

export function nameOf(table: TableSpec, row: Row): string {
  return `${table.name} ${keyColumns(table)
    .map((column) => row[column])
    .join('|')}`;
}
