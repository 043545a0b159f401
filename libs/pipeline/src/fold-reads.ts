/** Reads what a fold has to know before it can fold an entry, and before it can commit one. */
import {
  type MarksStart,
  ORDER_MARKS,
  type PartitionFold,
  type Row,
  type SettledBatch,
  type TableSpec,
  type WantedCell,
  type WantedNumbers,
  type WantedSet,
} from '@ticketrail/core';
import type { Tables } from './ports.js';

/** Rows of marks read at a time: each has some thousand orders. */
const MARKS_PER_SCAN = 100;

/** What the filter of known orders is filled from when folding goes on at this checkpoint. @param expiredBefore see MarksStart */
export async function readOrderMarks(
  tables: Tables,
  generation: number,
  shard: number,
  seq: number,
  expiredBefore: number,
): Promise<MarksStart> {
  const rows: Row[] = [];
  // Folding from the very beginning meets every order again.
  for (let from = [0, 0], isMore = seq > 0; isMore;) {
    const some = await tables.scan(ORDER_MARKS, { generation, shard }, { from, limit: MARKS_PER_SCAN });
    for (const row of some) rows.push(row);
    isMore = some.length === MARKS_PER_SCAN;
    const last = rows.at(-1);
    if (isMore) from = [last!['since'] as number, (last!['unmarked'] as number) + 1];
  }
  return { seq, rows, expiredBefore };
}

/**
 * The sets and rows that the entry's events touch and that are not in memory, all at once. When something has to be read, what the
 * entries behind it will want is read with it: an answer takes its time, however much was asked for, and orders
 * of half an hour ago are wanted by nearly every entry.
 *
 * @param next the entries behind it that are at hand, in their order
 */
export async function supplySources(
  fold: Pick<PartitionFold, 'wantedSources' | 'supplyOrder' | 'supplyPeriod' | 'supplyNumbers'>,
  tables: Tables,
  batch: SettledBatch,
  next: Iterable<SettledBatch> = [],
): Promise<void> {
  const absent = fold.wantedSources(batch);
  if (!wantsSources(absent)) return;
  const all = [absent];
  for (const later of next) all.push(fold.wantedSources(later));
  const orders = once(all.flatMap((one) => one.orders));
  const periods = once(all.flatMap((one) => one.periods));
  const numbers = once(all.flatMap((one) => one.numbers));
  const [orderRows, periodRows, numberRows] = await Promise.all([
    tables.scanSets(orders),
    tables.scanSets(periods),
    readRows(tables, numbers, tableOfNumbers),
  ]);
  orders.forEach((wanted, i) => fold.supplyOrder(wanted, orderRows[i]!));
  periods.forEach((wanted, i) => fold.supplyPeriod(wanted, periodRows[i]!));
  numbers.forEach((wanted, i) => fold.supplyNumbers(wanted, numberRows[i]));
}

/** Whether there is anything to be read. */
export function wantsSources({ orders, periods, numbers }: ReturnType<PartitionFold['wantedSources']>): boolean {
  return orders.length + periods.length + numbers.length > 0;
}

/** Each set or row once, however many entries want it. */
function once<One extends WantedSet | WantedNumbers>(wanted: readonly One[]): One[] {
  return [...new Map(wanted.map((one) => [`${one.table.name} ${one.text}`, one])).values()];
}

export async function supplyCells(fold: PartitionFold, tables: Tables, cells: readonly WantedCell[]): Promise<void> {
  if (cells.length === 0) return;
  const rows = await readRows(tables, cells, tableOfCell);
  cells.forEach((cell, i) => fold.supplyCell(cell, rows[i]));
}

const tableOfNumbers = ({ table }: WantedNumbers): TableSpec => table;
const tableOfCell = ({ table }: WantedCell): TableSpec => table.spec;

/** The rows in the order in which they are wanted; one read a table, however many of its rows are. */
async function readRows<Wanted extends { readonly key: Parameters<Tables['read']>[1][number] }>(
  tables: Tables,
  wanted: readonly Wanted[],
  tableOf: (wanted: Wanted) => TableSpec,
): Promise<(Row | undefined)[]> {
  const byTable = new Map<TableSpec, number[]>();
  for (const [i, one] of wanted.entries()) {
    const known = byTable.get(tableOf(one));
    if (known === undefined) byTable.set(tableOf(one), [i]);
    else known.push(i);
  }
  const found = Array.from<Row | undefined>({ length: wanted.length });
  await Promise.all(
    [...byTable].map(async ([table, indexes]) => {
      const keys = indexes.map((i) => wanted[i]!.key);
      const rows = await tables.read(table, keys);
      indexes.forEach((i, at) => (found[i] = rows[at]));
    }),
  );
  return found;
}
