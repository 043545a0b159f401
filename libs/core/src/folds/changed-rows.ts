/** Rows that a fold has changed, each made when it is asked for: making all of them at once is a moment in which nothing is folded. */
import type { Mirror } from '../tables/aggregate.js';
import type { Row, TableSpec } from '../tables/spec.js';
import type { Cell } from './cell.js';

/** A row to be written, with the event time its retention counts from. */
export interface ChangedRow {
  readonly table: TableSpec;
  /** Made at each call, and only then does it count as taken: ask once. */
  readonly row: Row;
  readonly time: number;
  /** As positionOf the row, where it is known without the row. */
  readonly position?: number;
  /** Rows with one number lie beside each other in the tables; their `time` where there is none. */
  readonly beside?: number;
}

/** A row of an aggregate table, made when it is asked for. */
export class ChangedCell implements ChangedRow {
  /** @param mirrorsToWrite where the cell is put, if its mirrors were not taken with it */
  constructor(
    private readonly cell: Cell,
    private readonly generation: number,
    private readonly shard: number,
    private readonly mirrorsToWrite: Set<Cell>,
  ) {}

  get table(): TableSpec {
    return this.cell.table.spec;
  }

  get row(): Row {
    const { cell } = this;
    cell.toWrite = false;
    if (cell.table.mirrors.length > 0 && !cell.mirrorsTaken) this.mirrorsToWrite.add(cell);
    return cell.row(this.generation, this.shard);
  }

  get time(): number {
    return this.cell.bucket;
  }
}

/** The same under another key. */
export class ChangedMirror implements ChangedRow {
  constructor(
    private readonly cell: Cell,
    private readonly mirror: Mirror,
    private readonly generation: number,
    private readonly shard: number,
  ) {}

  get table(): TableSpec {
    return this.mirror.spec;
  }

  get row(): Row {
    this.cell.mirrorsTaken = false;
    return this.mirror.rowOf(this.cell.row(this.generation, this.shard));
  }

  get time(): number {
    return this.cell.bucket;
  }
}
