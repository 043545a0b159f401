/**
 * Holds the live rows of a shard against rows that were folded from the history a second time.
 *
 * A row is compared when both are of the same position. One whose live counterpart is further on waits, until the second fold
 * comes so far, too; what is beyond `through`, the position up to which it goes, is moving and not compared.
 */
import {
  AGGREGATES,
  type AggregateTable,
  type ChangedRow,
  compareRows,
  DAY_MS,
  type Key,
  keyColumns,
  type Mirror,
  ORDERS,
  positionOf,
  type Row,
  setOf,
  type SetRows,
  type TableSpec,
  VISITS,
} from '@ticketrail/core';
import { bucketRows } from './bucket-rows.js';
import type { Findings } from './findings.js';
import type { Tables } from './ports.js';

export interface RowsCheckOptions {
  readonly live: number;
  readonly second: number;
  readonly shard: number;
  readonly through: number;
  /** Whether the second fold has all that a row is made of, so that it can be compared. */
  readonly isWhole: (table: TableSpec, row: Row) => boolean;
}

/** Beyond so many, one that is named twice is counted twice. */
const NAMED_MAX = 100_000;

interface Waiting {
  readonly table: TableSpec;
  readonly key: Key;
}

export class RowsCheck {
  private readonly waiting = new Map<string, Waiting>();
  /** Rows of sets that were named as being too many: a set is looked at whenever it grows. */
  private readonly named = new Set<string>();

  constructor(
    private readonly tables: Tables,
    private readonly findings: Findings,
    private readonly options: RowsCheckOptions,
    private readonly breathe: () => Promise<void>,
  ) {}

  /** Rows of the second fold as they stand now. */
  async compare(rows: readonly ChangedRow[]): Promise<void> {
    const byTable = new Map<TableSpec, Row[]>();
    for (const { table, row } of rows) {
      if (!this.options.isWhole(table, row)) continue;
      const known = byTable.get(table);
      if (known === undefined) byTable.set(table, [row]);
      else known.push(row);
    }
    const folded = Math.max(0, ...rows.map(({ row }) => positionOf(row)));
    for (const [table, expected] of byTable) {
      const keys = expected.map((row) => keyOf(table, row, this.options.live));
      if (table === ORDERS || table === VISITS) await this.compareSets(table, expected, keys, folded);
      else {
        const found = await this.tables.read(table, keys);
        expected.forEach((row, i) => this.compareOne(table, keys[i]!, row, found[i]));
      }
      await this.breathe();
    }
  }

  /**
   * Rows of sets never change, but a set may have one too many. Its rows up to `folded` must be in the second generation by now;
   * later ones wait.
   */
  private async compareSets(
    table: TableSpec,
    expected: readonly Row[],
    keys: readonly Key[],
    folded: number,
  ): Promise<void> {
    const { live, through, isWhole } = this.options;
    const sets = new Map<string, SetRows>();
    for (const row of expected) {
      const set = setOf(table, row, live)!;
      sets.set(JSON.stringify([set.partition, set.prefix]), set);
    }
    const found = new Map<string, Row>();
    for (const row of (await this.tables.scanSets([...sets.values()])).flat())
      found.set(nameOf(table, keyOf(table, row, live)), row);
    for (const [i, row] of expected.entries()) {
      const name = nameOf(table, keys[i]!);
      this.compareOne(table, keys[i]!, row, found.get(name));
      found.delete(name);
    }
    const known: Row[] = [];
    for (const [name, row] of found) {
      if (this.named.has(name) || !isWhole(table, row) || positionOf(row) > through) continue;
      if (positionOf(row) <= folded) known.push(row);
      else this.waiting.set(name, { table, key: keyOf(table, row, live) });
    }
    if (known.length > 0) await this.checkGiven(table, known);
  }

  /** Compares what waited, once everything was folded. */
  async finish(): Promise<void> {
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { table, key } of waiting) {
      const [found] = await this.tables.read(table, [key]);
      if (found !== undefined && positionOf(found) > this.options.through) {
        this.findings.progress.rowsMoving++;
        continue;
      }
      const [expected] = await this.tables.read(table, [{ ...key, generation: this.options.second }]);
      this.findings.progress.rowsCompared++;
      this.findings.add(...compareRows(table, expected, found));
    }
  }

  /**
   * Looks for live rows of a day that the history does not give, and for mirrors that are not like their rows.
   *
   * @param day its start, epoch milliseconds
   */
  async findExtras(tenant: string, day: number, tables: readonly AggregateTable[] = AGGREGATES): Promise<void> {
    const { live, shard } = this.options;
    const asked = { generation: live, tenant, shards: [shard], from: day, to: day + DAY_MS };
    for (const table of tables) {
      for await (const rows of bucketRows(this.tables, table, asked)) {
        if (rows.length > 0) await this.checkGiven(table.spec, rows);
        await this.breathe();
      }
    }
  }

  private compareOne(table: TableSpec, key: Key, expected: Row, found: Row | undefined): void {
    const name = nameOf(table, key);
    if (found !== undefined && positionOf(found) > positionOf(expected)) {
      this.waiting.set(name, { table, key });
      return;
    }
    this.waiting.delete(name);
    this.findings.progress.rowsCompared++;
    this.findings.add(...compareRows(table, expected, found));
  }

  /** Live rows of which the second generation knows nothing. */
  private async checkGiven(table: TableSpec, rows: readonly Row[]): Promise<void> {
    const given = await this.tables.read(
      table,
      rows.map((row) => keyOf(table, row, this.options.second)),
    );
    for (const [i, row] of rows.entries()) {
      if (given[i] !== undefined) continue;
      if (positionOf(row) > this.options.through) this.findings.progress.rowsMoving++;
      else this.name(table, row);
    }
  }

  private name(table: TableSpec, row: Row): void {
    if (this.named.size < NAMED_MAX) this.named.add(nameOf(table, keyOf(table, row, this.options.live)));
    this.findings.add(...compareRows(table, undefined, row));
  }

  /** Mirror rows of one partition that have no row they mirror. */
  async findLoneMirrors(table: AggregateTable, mirror: Mirror, partition: Key): Promise<void> {
    const rows = await this.tables.scan(mirror.spec, { ...partition, generation: this.options.live });
    const own = rows.filter((row) => row['shard'] === this.options.shard);
    const keys = own.map((row) => keyOf(table.spec, row, this.options.second));
    const given = await this.tables.read(table.spec, keys);
    for (const [i, row] of own.entries()) {
      if (given[i] === undefined && positionOf(row) <= this.options.through) {
        this.findings.add(...compareRows(mirror.spec, undefined, row));
      }
    }
  }
}

function nameOf(table: TableSpec, key: Key): string {
  return `${table.name} ${JSON.stringify(key)}`;
}

export function keyOf(table: TableSpec, row: Row, generation: number): Key {
  const key: Record<string, string | number> = {};
  for (const column of keyColumns(table)) key[column] = row[column] as string | number;
  if (key['generation'] !== undefined) key['generation'] = generation;
  return key;
}
