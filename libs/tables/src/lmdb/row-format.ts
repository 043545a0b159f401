import { keyColumns, valueColumns, type Key, type Row, type TableSpec, type Value } from '@ticketrail/core';
import type { ByteArena } from './byte-arena.js';
import { decodeKey, encodeKey, keyScratch, writeKey } from './key-format.js';
import { decodeValue, writeValue } from './value-format.js';

/** Turns the rows of one table into keys and values and back. Made once per table. */
export class RowFormat {
  private readonly keys: readonly string[];
  private readonly values: readonly string[];

  constructor(private readonly table: TableSpec) {
    this.keys = keyColumns(table);
    this.values = valueColumns(table);
  }

  /** Throws InvalidKey. */
  key(key: Key): Buffer {
    return Buffer.from(keyScratch.subarray(0, this.writeKey(key)));
  }

  /** Writes the key to `keyScratch`: its length. Throws InvalidKey. */
  writeKey(key: Key | Row): number {
    return writeKey(this.table, this.keys, key);
  }

  /** The bytes with which every key of a partition begins, and further those of a prefix of the clustering key. */
  prefix(partition: Key, clustering: readonly (string | number)[] = []): Buffer {
    return encodeKey(this.table, this.keys, [
      ...this.table.partition.map((column) => partition[column]),
      ...clustering,
    ]);
  }

  /** What every key of the table begins with. */
  get beginning(): Buffer {
    return encodeKey(this.table, [], []);
  }

  /** Writes the value to `arena`: its length. Throws InvalidRow. */
  writeValue(row: Row, clock: number, expiresAt: number, arena: ByteArena): number {
    return writeValue(this.table, this.values, row, clock, expiresAt, arena);
  }

  /** The row under a key that the caller knows. */
  row(key: Key, value: Buffer): Row {
    const row: Record<string, Value> = {};
    for (const column of this.keys) row[column] = key[column] as Value;
    decodeValue(this.table, this.values, value, row);
    return row;
  }

  /** The row under a stored key that begins with the `prefixBytes` bytes of its partition. */
  scannedRow(partition: Key, prefixBytes: number, key: Buffer, value: Buffer): Row {
    const row: Record<string, Value> = {};
    for (const column of this.table.partition) row[column] = partition[column] as Value;
    decodeKey(key, prefixBytes, this.table.clustering, this.table.columns, row);
    decodeValue(this.table, this.values, value, row);
    return row;
  }
}
