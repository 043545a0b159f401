/**
 * Folds the history a second time, beside the live rows: into a generation of its own, whose rows go away by themselves. What
 * does not fit into memory lies in the tables of that generation, as it does for the live fold.
 */
import {
  FIRST_SEEN,
  ORDERS,
  PartitionFold,
  REJECTIONS,
  RESTATEMENTS,
  type ChangedRow,
  type SettledEntry,
  type TableSpec,
  VISITS,
  type WantedCell,
} from '@ticketrail/core';
import type { Tables } from './ports.js';

export interface HistoryFoldOptions {
  /** The generation the rows are written to: nobody else's. */
  readonly generation: number;
  /** As the live fold has it, since it decides which rows are read. Milliseconds. */
  readonly skewMs: number;
  /** Write clock of position 0: see Epoch. */
  readonly base: number;
  /** When the rows may vanish, epoch milliseconds. */
  readonly expiresAt: number;
  /** Rows in memory, written or not. */
  readonly rowsMax: number;
}

/** Rows a call of `write` has. */
const ROWS_PER_WRITE = 500;

/** What an entry leaves behind once and never changes: it is told, not kept. */
const APPENDED: ReadonlySet<TableSpec> = new Set([FIRST_SEEN, REJECTIONS, RESTATEMENTS]);

export class HistoryFold {
  private readonly fold: PartitionFold;

  /** @param onRows told of every row as it stands whenever rows are written down; a row that changes later is told again */
  constructor(
    private readonly tables: Tables,
    shard: number,
    private readonly options: HistoryFoldOptions,
    private readonly onRows: (rows: readonly ChangedRow[]) => Promise<void>,
  ) {
    const { generation, skewMs, rowsMax } = options;
    const share = Math.ceil(rowsMax / 4);
    const limits = { ordersMax: share, periodsMax: share, cellsMax: share };
    this.fold = new PartitionFold({ generation, shard, resumedAt: undefined, skewMs, ...limits });
  }

  /** Folds the next entry; entries come in order of position. */
  async feed(entry: SettledEntry): Promise<void> {
    await this.supplySources(entry);
    await this.supplyCells(this.fold.fold(entry));
    this.fold.commit();
    if (this.fold.dirtyRows > this.options.rowsMax / 4) await this.flush();
  }

  /** Writes down what changed, and tells of it. */
  async flush(): Promise<void> {
    const { base, expiresAt } = this.options;
    // Nobody follows this fold.
    this.fold.takePublished();
    const changed = this.fold.takeChanged('all');
    const kept = changed.filter(({ table }) => !APPENDED.has(table));
    for (let i = 0; i < kept.length; i += ROWS_PER_WRITE) {
      const rows = kept.slice(i, i + ROWS_PER_WRITE);
      await this.tables.write(
        rows.map(({ table, row }) => ({ table, row, clock: base + (row['applied'] as number), expiresAt })),
      );
    }
    this.fold.evict();
    for (let i = 0; i < changed.length; i += ROWS_PER_WRITE) await this.onRows(changed.slice(i, i + ROWS_PER_WRITE));
  }

  private async supplySources({ batch }: SettledEntry): Promise<void> {
    const { orders, periods, numbers } = this.fold.wantedSources(batch);
    const read = <Wanted extends { key: Parameters<Tables['read']>[1][number] }>(
      table: TableSpec,
      wanted: readonly Wanted[],
    ): ReturnType<Tables['read']> =>
      wanted.length === 0
        ? Promise.resolve([])
        : this.tables.read(
            table,
            wanted.map(({ key }) => key),
          );
    const orderRows = await read(ORDERS, orders);
    orders.forEach((wanted, i) => this.fold.supplyOrder(wanted, orderRows[i]));
    const periodRows = await read(VISITS, periods);
    periods.forEach((wanted, i) => this.fold.supplyPeriod(wanted, periodRows[i]));
    for (const wanted of numbers) this.fold.supplyNumbers(wanted, (await read(wanted.table, [wanted]))[0]);
  }

  private async supplyCells(wanted: readonly WantedCell[]): Promise<void> {
    for (const cell of wanted) this.fold.supplyCell(cell, (await this.tables.read(cell.table.spec, [cell.key]))[0]);
  }
}
