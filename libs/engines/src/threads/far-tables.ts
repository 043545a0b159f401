import type { Key, Row, TableSpec } from '@ticketrail/core';
import { Tables, type ClusteringRange, type RowWrite } from '@ticketrail/pipeline';
import type { Calls } from './calls.js';
import { type EngineAnswers, farWrite, nearRow } from './engine-answers.js';

/** The tables of another thread. */
export class FarTables extends Tables {
  constructor(
    private readonly thread: Calls<EngineAnswers>,
    override readonly syncMs: number,
  ) {
    super();
  }

  override async read(table: TableSpec, keys: readonly Key[]): Promise<(Row | undefined)[]> {
    const rows = await this.thread.ask('read', table.name, keys);
    return rows.map((row) => (row === undefined ? undefined : nearRow(table, row)));
  }

  override async scan(table: TableSpec, partition: Key, range?: ClusteringRange): Promise<Row[]> {
    return (await this.thread.ask('scan', table.name, partition, range)).map((row) => nearRow(table, row));
  }

  override write(rows: readonly RowWrite[]): Promise<void> {
    return this.thread.ask('write', rows.map(farWrite));
  }

  override life(): Promise<string> {
    return this.thread.ask('life');
  }
}
