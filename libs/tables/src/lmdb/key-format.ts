/**
 * How keys lie in LMDB: the table's name and the key columns in order, so that bytes sort as the columns do.
 *
 *     text    UTF-8, with 00 and 01 escaped as 01 01 and 01 02, ended by 00: '' < 'a' < 'ab', in order of code points
 *     int     4 bytes, big-endian, sign bit flipped
 *     bigint  8 bytes, likewise
 *
 * No column's bytes begin another's, so that the rows of a prefix are exactly the keys that begin with its bytes.
 */
import type { ColumnType, Key, Row, TableSpec, Value } from '@ticketrail/core';

/** A key that cannot be stored: too long, of the wrong type, or not well-formed text. */
export class InvalidKey extends Error {
  readonly code = 'INVALID_KEY';
}

/**
 * The engine's limit with pages of 4 KiB. Three ids of 128 characters fit whatever their characters. Longer keys are refused
 * rather than hashed: a hash would lose the order that scans rely on.
 */
export const keyBytesMax = 1978;

type KeyPart = Value | undefined;

const twoTo32 = 0x1_0000_0000;
/** Where a key is written whose length is not known yet. */
export const keyScratch = Buffer.allocUnsafeSlow(keyBytesMax + 64);

/** Bytes of `parts`, the first key columns of `table` in order. */
export function encodeKey(table: TableSpec, columns: readonly string[], parts: readonly KeyPart[]): Buffer {
  let position = writeText(table.name, 0);
  for (let index = 0; index < parts.length; index += 1) {
    position = writePart(table, columns[index] ?? '', parts[index], position);
  }
  return Buffer.from(keyScratch.subarray(0, position));
}

/** Writes the key of a row, whose key columns are `columns`, to `keyScratch`: its length. Throws InvalidKey. */
export function writeKey(table: TableSpec, columns: readonly string[], row: Key | Row): number {
  let position = writeText(table.name, 0);
  for (const column of columns) position = writePart(table, column, row[column], position);
  return position;
}

/** The first key beyond every key that begins with `prefix`. */
export function beyond(prefix: Buffer): Buffer {
  for (let index = prefix.length - 1; index >= 0; index -= 1) {
    const byte = prefix[index] ?? 0;
    if (byte < 0xff) {
      const next = Buffer.from(prefix.subarray(0, index + 1));
      next[index] = byte + 1;
      return next;
    }
  }
  throw new InvalidKey('No key lies beyond this one');
}

/** Reads columns of the given types from `position` on, into `into`. */
export function decodeKey(
  key: Buffer,
  position: number,
  columns: readonly string[],
  types: Readonly<Record<string, ColumnType>>,
  into: Record<string, unknown>,
): void {
  let at = position;
  for (const column of columns) {
    if (types[column] === 'int') {
      into[column] = (key.readUInt32BE(at) ^ 0x8000_0000) | 0;
      at += 4;
    } else if (types[column] === 'bigint') {
      into[column] = ((key.readUInt32BE(at) ^ 0x8000_0000) | 0) * twoTo32 + key.readUInt32BE(at + 4);
      at += 8;
    } else {
      const end = key.indexOf(0, at);
      into[column] = readText(key, at, end);
      at = end + 1;
    }
  }
}

/** Writes a part of a key at `position`: where the next one goes. */
function writePart(table: TableSpec, column: string, part: KeyPart, position: number): number {
  const end = writeTyped(table, column, part, position);
  if (end > keyBytesMax) {
    throw new InvalidKey(`A key of ${table.name} is longer than ${keyBytesMax} bytes at ${column}`);
  }
  return end;
}

function writeTyped(table: TableSpec, column: string, part: KeyPart, position: number): number {
  const type = table.columns[column];
  if (type === 'text') {
    if (typeof part === 'string') return writeText(part, position);
  } else if (type === 'int') {
    if (typeof part === 'number' && (part | 0) === part) return writeWord(part ^ 0x8000_0000, position);
  } else if (type === 'bigint') {
    if (Number.isSafeInteger(part)) {
      const high = Math.floor((part as number) / twoTo32);
      writeWord(high ^ 0x8000_0000, position);
      return writeWord((part as number) - high * twoTo32, position + 4);
    }
  } else {
    throw new InvalidKey(`${column} of ${table.name} is ${type ?? 'no column'}, which cannot be part of a key`);
  }
  const shown = typeof part === 'object' ? JSON.stringify(part) : String(part);
  throw new InvalidKey(`${column} of ${table.name} is ${type} and part of the key; ${shown} is not`);
}

function writeWord(word: number, position: number): number {
  keyScratch[position] = word >>> 24;
  keyScratch[position + 1] = word >>> 16;
  keyScratch[position + 2] = word >>> 8;
  keyScratch[position + 3] = word;
  return position + 4;
}

function writeText(text: string, start: number): number {
  // More characters than bytes are left cannot fit; the caller compares what comes back with the limit.
  if (text.length > keyBytesMax - start) return keyBytesMax + 1;
  let position = start;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 2 || code > 0x7f) return writeAnyText(text, start);
    keyScratch[position] = code;
    position += 1;
  }
  keyScratch[position] = 0;
  return position + 1;
}

function writeAnyText(text: string, start: number): number {
  const bytes = Buffer.from(text);
  // A surrogate without its other half would turn into a replacement character, and two keys into one.
  if (bytes.toString() !== text) throw new InvalidKey('Text of a key must be well-formed Unicode');
  let position = start;
  for (const byte of bytes) {
    if (position > keyBytesMax) return position;
    if (byte < 2) {
      keyScratch[position] = 1;
      keyScratch[position + 1] = byte + 1;
      position += 2;
    } else {
      keyScratch[position] = byte;
      position += 1;
    }
  }
  keyScratch[position] = 0;
  return position + 1;
}

function readText(key: Buffer, start: number, end: number): string {
  const escape = key.indexOf(1, start);
  if (escape === -1 || escape >= end) return key.toString('utf8', start, end);
  const bytes: number[] = [];
  for (let at = start; at < end; at += 1) {
    const byte = key[at] ?? 0;
    if (byte === 1) at += 1;
    bytes.push(byte === 1 ? (key[at] ?? 1) - 1 : byte);
  }
  return Buffer.from(bytes).toString('utf8');
}
