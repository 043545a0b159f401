/** Checks rows against the model and against the clean fold, and every single row that was ever written. */
import {
  AGGREGATES,
  EVENT_PAGES,
  JsonText,
  positionOf,
  type Row,
  TABLES,
  type TableSpec,
  type Value,
} from '@ticketrail/core';
import type { Entry, RowWrite } from '@ticketrail/pipeline';
import { nameOf, type Versions } from './clean-fold.js';
import type { MemoryDisk } from './memory-disk.js';
import type { Figures } from './naive-figures.js';

/** Every stored row of a table. */
export function* storedRows(disk: MemoryDisk, table: TableSpec): Iterable<{ row: Row; clock: number }> {
  for (const rows of disk.tables.get(table.name)?.values() ?? []) for (const stored of rows.values()) yield stored;
}

/** Stored rows of the shards must be those of the clean fold: all of them, each at its last version, and no others. */
export function compareToFold(disk: MemoryDisk, versions: Versions, shards: ReadonlySet<number>): string[] {
  const problems: string[] = [];
  const names = new Set([...versions.keys()].map((name) => name.slice(0, name.indexOf(' '))));
  const found = new Set<string>();
  for (const table of TABLES) {
    if (!names.has(table.name)) continue;
    for (const { row } of storedRows(disk, table)) {
      const name = nameOf(table, row);
      found.add(name);
      const known = versions.get(name);
      if (known === undefined) {
        if (shards.has((row['shard'] ?? -1) as number)) problems.push(`${name} should not be there`);
        continue;
      }
      const last = [...known.values()].at(-1)!;
      const difference = differenceOf(table, row, last);
      if (difference !== undefined) problems.push(`${name}: ${difference}`);
    }
  }
  for (const name of versions.keys()) if (!found.has(name)) problems.push(`${name} is missing`);
  return problems;
}

/** The sums of the stored rows must be those of the model. */
export function compareToFigures(disk: MemoryDisk, figures: Figures): string[] {
  const problems: string[] = [];
  const tables = new Set([...figures.keys()].map((name) => (JSON.parse(name) as string[])[0]!));
  const left = new Map(figures);
  for (const { spec, bucket, members } of AGGREGATES) {
    if (!tables.has(spec.name)) continue;
    const sums = new Map<string, Record<string, number | string>>();
    for (const { row } of storedRows(disk, spec)) {
      const name = JSON.stringify([spec.name, row['tenant'], row[bucket], ...members.map((member) => row[member])]);
      const known = sums.get(name);
      if (known === undefined) sums.set(name, { ...(row as Record<string, number | string>) });
      // Two shards have a share in the row: of the books of a tenant, say.
      else
        for (const column of Object.keys(figures.get(name) ?? {}))
          known[column] = add(known[column]!, row[column] as number);
    }
    for (const [name, row] of sums) {
      const expected = left.get(name);
      left.delete(name);
      if (expected === undefined) {
        problems.push(`${name} is of no event`);
        continue;
      }
      for (const [column, value] of Object.entries(expected)) {
        if (row[column] !== value) problems.push(`${name}: ${column} is ${row[column]}, not ${value}`);
      }
    }
  }
  for (const name of left.keys()) problems.push(`${name} is missing`);
  return problems;
}

/** Every row ever written must be what the clean fold has at that position, with that position as its write clock. */
export function compareWritten(
  written: readonly RowWrite[],
  versions: Versions,
  archives: readonly (readonly Entry[])[],
  base: number,
): string[] {
  const problems: string[] = [];
  const names = new Set([...versions.keys()].map((name) => name.slice(0, name.indexOf(' '))));
  const seen = new Set<Row>();
  for (const { table, row, clock } of written) {
    if (seen.has(row)) continue;
    seen.add(row);
    if (table === EVENT_PAGES) {
      const entry = archives[row['shard'] as number]!.find(({ seq }) => seq === row['seq']);
      if (entry === undefined || entry.id !== row['entry'])
        problems.push(`a page of ${String(row['entry'])} was written, which is not in the log`);
      else if (!Buffer.from(entry.body).equals(row['page'] as Uint8Array))
        problems.push(`a page of ${entry.id} was written, and is not what stands in the log`);
      continue;
    }
    if (!names.has(table.name)) continue;
    const name = nameOf(table, row);
    const position = positionOf(row);
    if (clock !== base + position) problems.push(`${name} at ${position} was written with clock ${clock - base}`);
    const version = versions.get(name)?.get(position);
    if (version === undefined) problems.push(`${name} was written at ${position}, where nothing changed it`);
    else {
      const difference = differenceOf(table, row, version);
      if (difference !== undefined) problems.push(`${name} was written wrong at ${position}: ${difference}`);
    }
  }
  return problems;
}

function differenceOf(table: TableSpec, row: Row, expected: Row): string | undefined {
  for (const column of Object.keys(table.columns)) {
    const [is, should] = [row[column]!, expected[column]!];
    if (is !== should && textOf(is) !== textOf(should)) return `${column} is ${textOf(is)}, not ${textOf(should)}`;
  }
  return undefined;
}

function textOf(value: Value): string {
  if (value instanceof JsonText) return value.text;
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : JSON.stringify(value);
}

function add(a: number | string, b: number | string): number | string {
  if (typeof a === 'number') return a + (b as number);
  return BigInt.asUintN(64, BigInt(`0x${a}`) + BigInt(`0x${b}`))
    .toString(16)
    .padStart(16, '0');
}
