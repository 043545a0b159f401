/**
 * Folds the history a second time, beside the live rows: into a generation of its own, whose rows go away by themselves. What
 * does not fit into memory lies in the tables of that generation, as it does for the live fold.
 */
import {
  FIRST_SEEN,
  PartitionFold,
  positionOf,
  REJECTIONS,
  RESTATEMENTS,
  type ChangedRow,
  type SettledEntry,
  type TableSpec,
} from '@ticketrail/core';
import { supplyCells, supplySources } from './fold-reads.js';
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
    await supplySources(this.fold, this.tables, entry.batch);
    await supplyCells(this.fold, this.tables, this.fold.fold(entry));
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
      await this.tables.write(rows.map(({ table, row }) => ({ table, row, clock: base + positionOf(row), expiresAt })));
    }
    this.fold.evict();
    for (let i = 0; i < changed.length; i += ROWS_PER_WRITE) await this.onRows(changed.slice(i, i + ROWS_PER_WRITE));
  }
}
