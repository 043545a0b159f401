/**
 * How the columns outside the key lie in LMDB.
 *
 *     clock (8 bytes, float64) · time to live (8 bytes, float64, epoch ms, Infinity for ever) · length of JSON (4 bytes)
 *     · JSON array of the columns, a blob as its length · the bytes of the blobs
 *
 * All big-endian. Clock and time are read without decoding the rest. JSON keeps every string as it is and can be read by people.
 */
import {
  JsonText,
  type JsonValue,
  type Row,
  type TableSpec,
  type Value,
  writePlain,
  writeWhole,
} from '@ticketrail/core';
import type { ByteArena } from './byte-arena.js';

/** A row lacks a column, or holds something else than bytes in a blob. */
export class InvalidRow extends Error {
  readonly code = 'INVALID_ROW';
}

const headerBytes = 20;

/** Shorter text is written character by character, longer by the engine, which takes longer to begin. */
const shortText = 48;
/** Of any number as text, with what comes before and behind. */
const numberBytesMax = 28;
/** Of a character of text as JSON in UTF-8, at most: `\u0000`. */
const characterBytesMax = 6;

/** Writes a value to `arena`, which knows then where it is: its length. Throws InvalidRow, and the value is not ended. */
export function writeValue(
  table: TableSpec,
  columns: readonly string[],
  row: Row,
  clock: number,
  expiresAt: number,
  arena: ByteArena,
): number {
  let position = arena.room(arena.begin(), headerBytes) + headerBytes;
  let blobs: Uint8Array[] | undefined;
  let isFirst = true;
  for (const column of columns) {
    const value = row[column];
    if (value === undefined) throw new InvalidRow(`A row of ${table.name} lacks its column ${column}`);
    position = arena.room(position, numberBytesMax);
    arena.bytes[position] = isFirst ? openBracket : comma;
    isFirst = false;
    if (table.columns[column] === 'blob' && value !== null) {
      if (!(value instanceof Uint8Array)) throw new InvalidRow(`${column} of ${table.name} must be bytes`);
      (blobs ??= []).push(value);
      position = writeNumber(value.length, arena.bytes, position + 1);
    } else if (typeof value === 'number') {
      position = writeNumber(value, arena.bytes, position + 1);
    } else if (typeof value === 'string' && value.length <= shortText) {
      position = arena.room(position + 1, characterBytesMax * shortText + 2);
      position = writeShort(value, arena.bytes, position);
    } else {
      const text = value instanceof JsonText ? value.text : JSON.stringify(value);
      position = writeLong(text, arena, position + 1);
    }
  }
  position = arena.room(position, 2);
  if (isFirst) {
    arena.bytes[position] = openBracket;
    position += 1;
  }
  arena.bytes[position] = closeBracket;
  position += 1;
  const jsonBytes = position - arena.start - headerBytes;
  for (const blob of blobs ?? []) {
    position = arena.room(position, blob.length);
    arena.bytes.set(blob, position);
    position += blob.length;
  }
  const { view, start } = arena;
  view.setFloat64(start, clock);
  view.setFloat64(start + 8, expiresAt);
  view.setUint32(start + 16, jsonBytes);
  return arena.end(position);
}

const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const quote = 0x22;

/** Writes a number as JSON has it, at `position`: where the next byte goes. */
function writeNumber(value: number, bytes: Buffer, position: number): number {
  if (Number.isSafeInteger(value)) return writeWhole(value, bytes, position);
  return position + bytes.write(JSON.stringify(value), position);
}

/** Writes text as JSON; there is room for it. */
function writeShort(text: string, bytes: Buffer, position: number): number {
  const end = writePlain(text, bytes, position + 1);
  if (end < 0) return position + bytes.write(JSON.stringify(text), position);
  bytes[position] = quote;
  bytes[end] = quote;
  return end + 1;
}

/** Writes what is JSON already. Three bytes a character are enough, but long text is measured. */
function writeLong(json: string, arena: ByteArena, position: number): number {
  const at = arena.room(position, json.length > 10_000 ? Buffer.byteLength(json) : 3 * json.length);
  return at + arena.bytes.write(json, at);
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
