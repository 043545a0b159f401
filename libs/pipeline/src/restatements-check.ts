/**
 * Holds restatements against what a second fold of one day's events makes of them. A row is of an entry, and an entry's changes
 * may lie in other days, whose events were not folded: those of the day are compared, and every row's sums with its changes.
 */
import {
  type ChangedRow,
  compareRows,
  DAY_MS,
  EVENT_PAGES,
  RESTATEMENT_SUMS,
  RESTATEMENTS,
  type Row,
} from '@ticketrail/core';
import type { Findings } from './findings.js';
import { type History, pageKeyOf } from './history.js';
import { keyOf } from './rows-check.js';
import type { Tables } from './ports.js';

/** Rows of a day that are looked at in one reading, each with the page of its entry. */
const ROWS_PER_SCAN = 64;

type Change = readonly [number, string, string | null, number, ...number[]];

export class RestatementsCheck {
  constructor(
    private readonly tables: Tables,
    private readonly findings: Findings,
    private readonly options: {
      readonly live: number;
      readonly tenant: string;
      /** Its start, epoch milliseconds. */
      readonly day: number;
    },
  ) {}

  /** Rows of the second fold; those of other tables and tenants are passed over. */
  async compare(rows: readonly ChangedRow[]): Promise<void> {
    const expected = rows.flatMap(({ table, row }) =>
      table === RESTATEMENTS && row['tenant'] === this.options.tenant && this.ofDay(row).length > 0 ? [row] : [],
    );
    if (expected.length === 0) return;
    const keys = expected.map((row) => keyOf(RESTATEMENTS, row, this.options.live));
    const found = await this.tables.read(RESTATEMENTS, keys);
    expected.forEach((row, i) => this.compareOne(row, found[i]));
  }

  private compareOne(expected: Row, found: Row | undefined): void {
    this.findings.progress.rowsCompared++;
    if (found === undefined || found['entry'] !== expected['entry']) {
      this.findings.add(...compareRows(RESTATEMENTS, expected, undefined));
      return;
    }
    // Of more changes than a row lists, which ones it lists depends on those of other days.
    if (expected['changes_beyond'] !== 0 || found['changes_beyond'] !== 0) return;
    const key = keyOf(RESTATEMENTS, found, this.options.live);
    const [left, right] = [JSON.stringify(this.ofDay(expected)), JSON.stringify(this.ofDay(found))];
    if (left !== right) this.findings.say(RESTATEMENTS, key, 'changes', left, right);
    const changes = changesOf(found);
    ['events', ...RESTATEMENT_SUMS].forEach((column, i) => {
      const sum = changes.reduce((total, change) => total + (change[3 + i] as number), 0);
      if (sum !== found[column]) this.findings.say(RESTATEMENTS, key, column, sum, found[column]!);
    });
  }

  private ofDay(row: Row): Change[] {
    const { day } = this.options;
    return changesOf(row).filter(([minute]) => minute >= day && minute < day + DAY_MS);
  }
}

/** Names rows of a day of log time that are of no entry there is. */
export async function findLoneRestatements(
  tables: Tables,
  history: History,
  findings: Findings,
  { tenant, day, shard, through }: { tenant: string; day: number; shard: number; through: number },
): Promise<void> {
  const { generation } = history;
  for (let from: number[] = []; ;) {
    const rows = await tables.scan(RESTATEMENTS, { generation, tenant, day, shard }, { from, limit: ROWS_PER_SCAN });
    const settled = rows.filter((row) => (row['seq'] as number) <= through);
    const pages = await tables.read(
      EVENT_PAGES,
      settled.map((row) => ({
        generation,
        ...pageKeyOf(shard, { seq: row['seq'] as number, logTime: row['at'] as number }),
      })),
    );
    for (const [i, row] of settled.entries()) {
      if (pages[i]?.['entry'] !== row['entry']) findings.add(...compareRows(RESTATEMENTS, undefined, row));
    }
    const last = rows.at(-1);
    if (rows.length < ROWS_PER_SCAN || last === undefined) return;
    from = [last['at'] as number, (last['seq'] as number) + 1];
  }
}

function changesOf(row: Row): readonly Change[] {
  return row['changes'] as unknown as readonly Change[];
}
