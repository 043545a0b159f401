/**
 * Tables as a map of rows by table and key, which remembers every version of a row, so that a crash may lose any that were not
 * yet vouched for, each row on its own.
 */
import { ORDER_MARKS } from '../tables/catalogue.js';
import { keyColumns, type Key, type Row, type TableSpec } from '../tables/spec.js';
import type { ChangedRow } from './changed-rows.js';
import type { SetRows } from './set-rows.js';
import { positionOf } from './sources.js';
import type { Choices } from './random.fixture.js';

interface Version {
  /** How many writes there had been with this one. */
  readonly write: number;
  readonly clock: number;
  readonly json: string;
}

export class NaiveTables {
  private readonly versions = new Map<string, Version[]>();
  writes = 0;
  reads = 0;

  /** @param seen the text of every row at every clock: whoever writes a row at a position writes the same */
  constructor(private readonly seen = new Map<string, string>()) {}

  write(rows: readonly ChangedRow[]): void {
    for (const { table, row } of rows) {
      const text = keyText(table, row);
      const clock = positionOf(row);
      const json = JSON.stringify(row, (_, value: unknown) => (value instanceof Uint8Array ? [...value] : value));
      this.expectSame(`${text} at ${clock}`, json);
      const list = this.versions.get(text) ?? [];
      this.versions.set(text, list);
      this.writes++;
      const newest = list.at(-1);
      if (newest === undefined || clock > newest.clock) list.push({ write: this.writes, clock, json });
    }
  }

  read(table: TableSpec, key: Key): Row | undefined {
    this.reads++;
    const newest = this.versions.get(keyText(table, key))?.at(-1);
    return newest === undefined ? undefined : (JSON.parse(newest.json) as Row);
  }

  /** The rows of a set, in the order of their places. */
  scan({ table, partition, prefix }: SetRows): Row[] {
    this.reads++;
    const isWithin = (row: Row): boolean =>
      table.partition.every((column) => row[column] === partition[column]) &&
      prefix.every((text, i) => row[table.clustering[i]!] === text);
    return this.rowsOf(table)
      .filter(isWithin)
      .sort((a, b) => (a['place'] as number) - (b['place'] as number));
  }

  /** The marks of orders, as a loop reads them. */
  orderMarks(): Row[] {
    return this.rowsOf(ORDER_MARKS)
      .map((row): Row => ({ ...row, marks: Uint8Array.from(row['marks'] as unknown as number[]) }))
      .sort((a, b) => (a['since'] as number) - (b['since'] as number));
  }

  /** Keeps of each row the version it had after so many writes, or any later one. */
  crash(writes: number, choices: Choices): void {
    const keepAll = choices.chance(0.2);
    for (const [text, list] of this.versions) {
      const durable = list.filter((version) => version.write <= writes).length;
      const kept = keepAll ? list.length : durable + choices.below(list.length - durable + 1);
      list.length = kept;
      if (kept === 0) this.versions.delete(text);
    }
  }

  /** The newest version of every row (of these tables), as text, by table and key; without what depends on when it is taken. */
  all(of?: readonly TableSpec[]): Map<string, string> {
    const names = of?.map(({ name }) => name);
    const rows = [...this.versions].map(([text, list]) => [text, list.at(-1)!.json] as const);
    return sorted(
      rows.filter(
        ([text]) => names?.includes(text.slice(0, text.indexOf('|'))) ?? !text.startsWith(`${ORDER_MARKS.name}|`),
      ),
    );
  }

  /** Rows of one table. */
  rowsOf(table: TableSpec): Row[] {
    const rows: Row[] = [];
    for (const [text, list] of this.versions) {
      if (text.startsWith(`${table.name}|`)) rows.push(JSON.parse(list.at(-1)!.json) as Row);
    }
    return rows;
  }

  private expectSame(at: string, json: string): void {
    const known = this.seen.get(at);
    if (known !== undefined && known !== json) throw new Error(`${at} was written as\n${known}\nand now as\n${json}`);
    this.seen.set(at, json);
  }
}

export function sorted(rows: readonly (readonly [string, string])[]): Map<string, string> {
  return new Map(rows.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function keyText(table: TableSpec, row: Row): string {
  return `${table.name}|${keyColumns(table)
    .map((column) => String(row[column]))
    .join('|')}`;
}
