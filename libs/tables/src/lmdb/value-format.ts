/**
 * How the columns outside the key lie in LMDB.
 *
 *     clock (8 bytes, float64) · time to live (8 bytes, float64, epoch ms, Infinity for ever) · length of JSON (4 bytes)
 *     · JSON array of the columns, a blob as its length · the bytes of the blobs
 *
 * All big-endian. Clock and time are read without decoding the rest. JSON keeps every string as it is and can be read by people.
 */
import { JsonText, type JsonValue, type Row, type TableSpec, type Value } from '@ticketrail/core';

/** A row lacks a column, or holds something else than bytes in a blob. */
export class InvalidRow extends Error {
  readonly code = 'INVALID_ROW';
}

const headerBytes = 20;

export function encodeValue(
  table: TableSpec,
  columns: readonly string[],
  row: Row,
  clock: number,
  expiresAt: number,
): Buffer {
  let json = '';
  let blobs: Uint8Array[] | undefined;
  let blobBytes = 0;
  for (const column of columns) {
    const value = row[column];
    if (value === undefined) throw new InvalidRow(`A row of ${table.name} lacks its column ${column}`);
    json += json === '' ? '[' : ',';
    if (table.columns[column] === 'blob' && value !== null) {
      if (!(value instanceof Uint8Array)) throw new InvalidRow(`${column} of ${table.name} must be bytes`);
      (blobs ??= []).push(value);
      blobBytes += value.length;
      json += value.length;
    } else {
      json += textOf(value);
    }
  }
  json += json === '' ? '[]' : ']';
  const jsonBytes = Buffer.byteLength(json);
  const bytes = Buffer.allocUnsafe(headerBytes + jsonBytes + blobBytes);
  bytes.writeDoubleBE(clock, 0);
  bytes.writeDoubleBE(expiresAt, 8);
  bytes.writeUInt32BE(jsonBytes, 16);
  bytes.write(json, headerBytes, 'utf8');
  let position = headerBytes + jsonBytes;
  for (const blob of blobs ?? []) {
    bytes.set(blob, position);
    position += blob.length;
  }
  return bytes;
}

/** The value as JSON; most are numbers. */
function textOf(value: Value): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return value instanceof JsonText ? value.text : JSON.stringify(value);
}

export function clockOf(value: Buffer): number {
  return value.readDoubleBE(0);
}

export function expiresAtOf(value: Buffer): number {
  return value.readDoubleBE(8);
}

/** Reads the columns into `into`. What it hands out is a copy: `value` may be re-used afterwards. */
export function decodeValue(
  table: TableSpec,
  columns: readonly string[],
  value: Buffer,
  into: Record<string, Value>,
): void {
  let position = headerBytes + value.readUInt32BE(16);
  const values = JSON.parse(value.toString('utf8', headerBytes, position)) as JsonValue[];
  for (const [index, column] of columns.entries()) {
    const stored = values[index] as Value;
    if (table.columns[column] === 'blob' && stored !== null) {
      const end = position + (stored as number);
      into[column] = Uint8Array.prototype.slice.call(value, position, end);
      position = end;
    } else {
      into[column] = stored;
    }
  }
}
