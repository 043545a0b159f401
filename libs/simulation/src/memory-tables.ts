import { JsonText, type Key, type Row, type TableSpec, type Value } from '@ticketrail/core';
import { Tables, type ClusteringRange, type RowWrite } from '@ticketrail/pipeline';
import type { MemoryDisk, StoredRow } from './memory-disk.js';
import { Crashed } from './memory-event-log.js';

/** The tables of one simulated process on a MemoryDisk. A call of `write` is stored whole or not at all. */
export class MemoryTables extends Tables {
  private crashed = false;

  private constructor(private readonly disk: MemoryDisk) {
    super();
  }

  static on(disk: MemoryDisk): MemoryTables {
    return new MemoryTables(disk);
  }

  /** Ends the process: its reads and writes from now on fail, and writes on their way are not stored. */
  crash(): void {
    this.crashed = true;
  }

  override async read(table: TableSpec, keys: readonly Key[]): Promise<(Row | undefined)[]> {
    this.assertAlive();
    return keys.map((key) => {
      const stored = this.partition(table, key)?.get(name(key, table.clustering));
      return stored === undefined || this.isPast(stored) ? undefined : copyForReader(table, stored.row);
    });
  }

  override async scan(table: TableSpec, partition: Key, range: ClusteringRange = {}): Promise<Row[]> {
    this.assertAlive();
    const rows = [...(this.partition(table, partition)?.values() ?? [])]
      .filter((stored) => !this.isPast(stored) && isWithin(clusteringOf(table, stored.row), range))
      .map((stored) => stored.row)
      .sort((a, b) => compare(clusteringOf(table, a), clusteringOf(table, b)));
    if (range.reverse === true) rows.reverse();
    return rows.slice(0, range.limit).map((row) => copyForReader(table, row));
  }

  override async write(rows: readonly RowWrite[]): Promise<void> {
    this.assertAlive();
    const copies = rows.map((write) => ({ ...write, row: copy(write.table, write.row) }));
    const target = [...new Set(rows.map(({ table }) => table.name))].join(' ');
    await this.disk.write('tables', target, () => {
      this.assertAlive();
      for (const write of copies) this.store(write);
    });
  }

  override get syncMs(): number {
    return this.disk.syncMs;
  }

  override async life(): Promise<string> {
    this.assertAlive();
    return `${this.disk.life}`;
  }

  private store({ table, row, clock, expiresAt }: RowWrite): void {
    const key = row as Key;
    const partitions = this.disk.tables.get(table.name) ?? new Map<string, Map<string, StoredRow>>();
    this.disk.tables.set(table.name, partitions);
    const partitionName = name(key, table.partition);
    const rows = partitions.get(partitionName) ?? new Map<string, StoredRow>();
    partitions.set(partitionName, rows);
    const clusteringName = name(key, table.clustering);
    const before = rows.get(clusteringName);
    if (before !== undefined && clock < before.clock) {
      this.disk.rowsOvertaken++;
      return;
    }
    if (clock === before?.clock) this.disk.rowsRepeated++;
    this.disk.journal?.push({
      at: this.disk.clock.now(),
      key: `${table.name} ${partitionName} ${clusteringName}`,
      undo: () => (before === undefined ? rows.delete(clusteringName) : rows.set(clusteringName, before)),
    });
    rows.set(clusteringName, { row, clock, expiresAt: expiresAt ?? Infinity });
  }

  private partition(table: TableSpec, key: Key): Map<string, StoredRow> | undefined {
    return this.disk.tables.get(table.name)?.get(name(key, table.partition));
  }

  private isPast(stored: StoredRow): boolean {
    return stored.expiresAt < this.disk.clock.now();
  }

  private assertAlive(): void {
    if (this.crashed) throw new Crashed('The process has crashed');
  }
}

/** No text in a key holds a NUL. */
function name(key: Key, columns: readonly string[]): string {
  let text = '';
  for (const column of columns) text += `${key[column]}\u0000`;
  return text;
}

function clusteringOf(table: TableSpec, row: Row): (string | number)[] {
  return table.clustering.map((column) => row[column] as string | number);
}

function isWithin(clustering: readonly (string | number)[], { from, before }: ClusteringRange): boolean {
  if (from !== undefined && compare(clustering.slice(0, from.length), from) < 0) return false;
  return before === undefined || compare(clustering.slice(0, before.length), before) < 0;
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (left === right || right === undefined) continue;
    return typeof left === 'number' && typeof right === 'number'
      ? left - right
      : Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)));
  }
  return 0;
}

/** Writers may go on changing bytes and JSON of the rows they gave: JSON is kept as text. */
function copy(table: TableSpec, row: Row): Row {
  const columns: Record<string, Value> = {};
  for (const column in table.columns) {
    const value = row[column];
    if (value === undefined) throw new TypeError(`A row of ${table.name} lacks its column ${column}`);
    if (value instanceof Uint8Array) columns[column] = Uint8Array.from(value);
    else if (table.columns[column] !== 'json' || value instanceof JsonText) columns[column] = value;
    else columns[column] = new JsonText(JSON.stringify(value));
  }
  return columns;
}

/** As `copy`, for readers, who get the JSON's value. */
function copyForReader(table: TableSpec, row: Row): Row {
  const columns: Record<string, Value> = {};
  for (const column in table.columns) {
    const value = row[column]!;
    if (value instanceof JsonText) columns[column] = value.toJSON();
    else columns[column] = value instanceof Uint8Array ? Uint8Array.from(value) : value;
  }
  return columns;
}
