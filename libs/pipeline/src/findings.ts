/** What a verification or a recount found to be wrong, up to a limit, and what it looked at. */
import type { Difference, Key, TableSpec, Value } from '@ticketrail/core';

/** A row (or one column of it) that is not what the history gives. */
export type Finding = Difference;

/** Findings that are kept; further ones are only counted. */
export const FINDINGS_MAX = 1_000;

/** How far a job has come. Counts only grow. */
export interface HistoryProgress {
  /** 0 … 1, by time of the history that was gone through. */
  fraction: number;
  pages: number;
  events: number;
  rowsCompared: number;
  /** Rows that went on changing while they were looked at, and so were not compared. */
  rowsMoving: number;
  /** All of them; the first FINDINGS_MAX are kept. */
  findings: number;
}

export class Findings {
  readonly kept: Finding[] = [];
  readonly progress: HistoryProgress = {
    fraction: 0,
    pages: 0,
    events: 0,
    rowsCompared: 0,
    rowsMoving: 0,
    findings: 0,
  };

  add(...findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.progress.findings++;
      if (this.kept.length < FINDINGS_MAX) this.kept.push(finding);
    }
  }

  /** Something about a row for which there is no second row to compare it with. */
  say(table: TableSpec, key: Key, column: string, expected: Value, found: Value): void {
    this.add({ table: table.name, key, column, expected, found });
  }
}
