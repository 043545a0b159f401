import {
  JsonText,
  keyColumns,
  type ColumnType,
  type Key,
  type Row,
  type TableSpec,
  type Value,
} from '@ticketrail/core';
import { InvalidKey } from '../lmdb/key-format.js';
import { InvalidRow } from '../lmdb/value-format.js';
import { NULLS_COLUMN } from './schema.js';

/** What the driver makes of a bigint. */
interface Long {
  toNumber(): number;
}

/** A row ready to be sent. */
export interface EncodedRow {
  /** One buffer for each `?` of the insert. */
  readonly params: readonly Buffer[];
  /** Bytes as the server counts a batch, or a few more. */
  readonly bytes: number;
}

const twoTo32 = 0x1_0000_0000;
const nothing = Buffer.alloc(0);
/** The driver takes a buffer as what it is, so that a number needs no object of its own on its way. */
const zeroOf: Readonly<Record<ColumnType, Buffer>> = {
  text: nothing,
  json: nothing,
  blob: nothing,
  int: Buffer.alloc(4),
  bigint: Buffer.alloc(8),
};
/** What a server counts for a cell beside its value: clock, time to live, time of death. */
const cellOverheadBytes = 24;
/** What a column is, beside a place in the partition key. */
const CLUSTERING = -1;
const REGULAR = -2;
const keyPartBytesMax = 65_535;
/** CQL knows no longer time to live than 20 years. */
const secondsToLiveMax = 20 * 365 * 86_400;

/** Turns the rows of one table into the bytes of CQL and back. Made once per table. */
export class RowCodec {
  private readonly columns: readonly (readonly [name: string, type: ColumnType, kind: number])[];
  private lastClock = -1;
  private clockBytes: Buffer = nothing;

  constructor(readonly table: TableSpec) {
    const keys = new Set(keyColumns(table));
    this.columns = Object.entries(table.columns).map(([name, type]) => {
      const place = table.partition.indexOf(name);
      return [name, type, place >= 0 ? place : keys.has(name) ? CLUSTERING : REGULAR] as const;
    });
  }

  /**
   * Throws InvalidKey or InvalidRow.
   *
   * @param partition the row's partition key, as `partition` gives it
   * @param secondsToLive 0: for ever
   */
  encode(row: Row, partition: readonly Buffer[], clock: number, secondsToLive: number): EncodedRow {
    const params: Buffer[] = [];
    let bytes = 0;
    let nulls = '';
    for (const [name, type, kind] of this.columns) {
      const value = row[name];
      let param: Buffer;
      if (kind >= 0) param = partition[kind]!;
      else if (kind === CLUSTERING) param = this.keyPart(name, value);
      else if (value === undefined) throw new InvalidRow(`A row of ${this.table.name} lacks its column ${name}`);
      else if (value === null && type !== 'json') {
        nulls += nulls === '' ? name : `,${name}`;
        param = zeroOf[type];
      } else param = this.value(name, type, value);
      params.push(param);
      bytes += param.length + cellOverheadBytes;
    }
    // What one entry changed has one clock.
    if (clock !== this.lastClock) {
      this.lastClock = clock;
      this.clockBytes = bigint(clock);
    }
    params.push(nulls === '' ? nothing : Buffer.from(nulls), this.clockBytes, int(secondsToLive));
    return { params, bytes: bytes + nulls.length + 2 * cellOverheadBytes };
  }

  /** The bytes of a column of the key. Throws InvalidKey. */
  keyPart(column: string, part: unknown): Buffer {
    const type = this.table.columns[column];
    if (type === 'int' && typeof part === 'number' && (part | 0) === part) return int(part);
    if (type === 'bigint' && Number.isSafeInteger(part)) return bigint(part as number);
    if (type === 'text' && typeof part === 'string') {
      const bytes = Buffer.from(part);
      if (bytes.length > keyPartBytesMax) {
        throw new InvalidKey(`${column} of ${this.table.name} is longer than ${keyPartBytesMax} bytes`);
      }
      // A surrogate without its other half would turn into a replacement character, and two keys into one.
      if (bytes.length !== part.length && bytes.toString() !== part) {
        throw new InvalidKey('Text of a key must be well-formed Unicode');
      }
      if (bytes.length === 0 && this.table.partition.length === 1 && this.table.partition[0] === column) {
        throw new InvalidKey(`${column} of ${this.table.name} is the whole partition key and must not be empty`);
      }
      return bytes;
    }
    throw new InvalidKey(`${column} of ${this.table.name} is ${type} and part of the key; ${String(part)} is not`);
  }

  /** The bytes of the partition key, as the parts of a statement. */
  partition(key: Key | Row): Buffer[] {
    return this.table.partition.map((column) => this.keyPart(column, key[column]));
  }

  /** The whole key as a text that no other key has. */
  identity(key: Key | Row, columns: readonly string[]): string {
    let identity = '';
    for (const column of columns) {
      const part = key[column];
      identity += typeof part === 'string' ? `${part.length}:${part}` : `${String(part)};`;
    }
    return identity;
  }

  /** A row as the driver read it. */
  decode(read: Readonly<Record<string, unknown>>): Row {
    const row: Record<string, Value> = {};
    const nulls = read[NULLS_COLUMN];
    const missing = typeof nulls === 'string' && nulls !== '' ? nulls.split(',') : undefined;
    for (const [name, type] of this.columns) {
      const value = read[name];
      // A column that was added after the row was written is null as well.
      row[name] =
        value === null || value === undefined || missing?.includes(name) === true ? null : decodeValue(type, value);
    }
    return row;
  }

  private value(column: string, type: ColumnType, value: Value): Buffer {
    if (type === 'json') return Buffer.from(value instanceof JsonText ? value.text : JSON.stringify(value));
    if (type === 'text' && typeof value === 'string') return Buffer.from(value);
    if (type === 'bigint' && Number.isSafeInteger(value)) return bigint(value as number);
    if (type === 'int' && typeof value === 'number' && (value | 0) === value) return int(value);
    // A copy: the caller may change its bytes while they wait to be sent.
    if (type === 'blob' && value instanceof Uint8Array) return Buffer.from(value);
    throw new InvalidRow(`${column} of ${this.table.name} is ${type}; what is to be written is not`);
  }
}

/** Seconds from `now` until the row may vanish, at least one; 0 for a row that is kept for ever. Both epoch milliseconds. */
export function secondsToLive(expiresAt: number | undefined, now: number): number {
  if (expiresAt === undefined || expiresAt === Infinity) return 0;
  return Math.min(secondsToLiveMax, Math.max(1, Math.ceil((expiresAt - now) / 1000)));
}

/** What decides on the replicas: the key alone, or its parts with their lengths. */
export function routingKeyOf(parts: readonly Buffer[]): Buffer {
  const [only, ...more] = parts;
  if (only !== undefined && more.length === 0) return only;
  let length = 0;
  for (const part of parts) length += part.length + 3;
  const key = Buffer.allocUnsafe(length);
  let at = 0;
  for (const part of parts) {
    at = key.writeUInt16BE(part.length, at);
    key.set(part, at);
    at = key.writeUInt8(0, at + part.length);
  }
  return key;
}

export function int(value: number): Buffer {
  return value >= 0 && value < SMALL ? smallInts[value]! : newInt(value);
}

function newInt(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function bigint(value: number): Buffer {
  return value >= 0 && value < SMALL ? smallBigints[value]! : newBigint(value);
}

function newBigint(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  const high = Math.floor(value / twoTo32);
  bytes.writeInt32BE(high);
  bytes.writeUInt32BE(value - high * twoTo32, 4);
  return bytes;
}

function decodeValue(type: ColumnType, value: unknown): Value {
  if (type === 'bigint') return (value as Long).toNumber();
  if (type === 'json') return JSON.parse(value as string) as Value;
  if (type === 'blob') return Uint8Array.from(value as Buffer);
  return value as string | number;
}

/** Most numbers of most rows are small, and nobody changes their bytes. */
const SMALL = 1_024;
const smallInts = Array.from({ length: SMALL }, (_, value) => newInt(value));
const smallBigints = Array.from({ length: SMALL }, (_, value) => newBigint(value));
