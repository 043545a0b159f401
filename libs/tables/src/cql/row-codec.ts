import {
  JsonText,
  type ColumnType,
  type JsonValue,
  type Key,
  type Row,
  type TableSpec,
  type Value,
  valueColumns,
} from '@ticketrail/core';
import { InvalidKey } from '../lmdb/key-format.js';
import { InvalidRow } from '../lmdb/value-format.js';
import { blobColumns, cqlColumns, FIELDS_COLUMN } from './schema.js';
import { ValueBytes } from './value-bytes.js';

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
const [NULL, EMPTY, END] = ['null', '{}', '}'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
/** What a server counts for a cell beside its value: clock, time to live, time of death. */
const cellOverheadBytes = 24;
const keyPartBytesMax = 65_535;
/** CQL knows no longer time to live than 20 years. */
const secondsToLiveMax = 20 * 365 * 86_400;

/** The bytes of the value that was encoded last: rows beside each other have many values in common. */
interface Repeated {
  value: unknown;
  bytes: Buffer;
}

/** A column of the key. */
interface KeyColumn extends Repeated {
  readonly name: string;
}

/** A column that stands among the fields. */
interface Field {
  readonly name: string;
  readonly type: ColumnType;
  /** What comes before its value. */
  readonly head: Buffer;
  /** Where a blob stands among the values of a statement; −1 for anything else. */
  readonly blobAt: number;
}

/** Turns the rows of one table into the bytes of CQL and back. Made once per table. */
export class RowCodec {
  private readonly partitioning: readonly KeyColumn[];
  private readonly clustering: readonly KeyColumn[];
  private readonly blobs: readonly string[];
  private readonly fields: readonly Field[];
  private readonly paramsCount: number;
  private readonly clock: Repeated = { value: nothing, bytes: nothing };
  private readonly life: Repeated = { value: nothing, bytes: nothing };

  /** @param bytes where values are written; the codecs of several tables may have it in common */
  constructor(
    readonly table: TableSpec,
    private readonly bytes = new ValueBytes(),
  ) {
    const keyColumn = (name: string): KeyColumn => ({ name, value: nothing, bytes: nothing });
    this.partitioning = table.partition.map(keyColumn);
    this.clustering = table.clustering.map(keyColumn);
    this.blobs = blobColumns(table);
    const blobsAt = table.partition.length + table.clustering.length;
    this.fields = valueColumns(table).map((name, index) => {
      const blob = this.blobs.indexOf(name);
      return {
        name,
        type: table.columns[name]!,
        head: Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(name)}:`),
        blobAt: blob < 0 ? -1 : blobsAt + blob,
      };
    });
    this.paramsCount = cqlColumns(table).length + 2;
  }

  /**
   * Throws InvalidKey or InvalidRow.
   *
   * @param partition the row's partition key, as `partition` gives it
   * @param secondsToLive 0: for ever
   */
  encode(row: Row, partition: readonly Buffer[], clock: number, secondsToLive: number): EncodedRow {
    const params: Buffer[] = [];
    for (const part of partition) params.push(part);
    for (const column of this.clustering) params.push(this.partOf(column, row));
    // A copy: the caller may change its bytes while they wait to be sent. One that is null says so among the fields.
    for (const name of this.blobs) params.push(this.blobOf(row[name]));
    params.push(this.fieldsOf(row, params));
    // What one entry changed has one clock, and what came at one time has one life.
    const { clock: last, life } = this;
    if (clock !== last.value) {
      last.bytes = bigint(clock);
      last.value = clock;
    }
    if (secondsToLive !== life.value) {
      life.bytes = int(secondsToLive);
      life.value = secondsToLive;
    }
    params.push(last.bytes, life.bytes);
    let bytes = this.paramsCount * cellOverheadBytes;
    for (const param of params) bytes += param.length;
    return { params, bytes };
  }

  /** The bytes of a column of the key. Throws InvalidKey. */
  keyPart(column: string, part: unknown): Buffer {
    const type = this.table.columns[column];
    if (type === 'int' && typeof part === 'number' && (part | 0) === part) return int(part);
    if (type === 'bigint' && Number.isSafeInteger(part)) return bigint(part as number);
    if (type === 'text' && typeof part === 'string') {
      this.bytes.begin();
      this.bytes.text(part);
      const bytes = this.bytes.take();
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
    return this.partitioning.map((column) => this.partOf(column, key));
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
    const { columns, partition } = this.table;
    const row: Record<string, Value> = {};
    for (const name of partition) row[name] = decodeKeyPart(columns[name]!, read[name]);
    for (const { name } of this.clustering) row[name] = decodeKeyPart(columns[name]!, read[name]);
    const fields = JSON.parse(read[FIELDS_COLUMN] as string) as Record<string, Value>;
    for (const { name, type } of this.fields) {
      // A column that was added after the row was written is null as well.
      const value = fields[name] ?? null;
      row[name] = type === 'blob' && value !== null ? Uint8Array.from(read[name] as Buffer) : value;
    }
    return row;
  }

  /** Rows beside each other have much of their keys in common. */
  private partOf(column: KeyColumn, key: Key | Row): Buffer {
    const value = key[column.name];
    if (value !== column.value) {
      column.bytes = this.keyPart(column.name, value);
      column.value = value;
    }
    return column.bytes;
  }

  /** The bytes of a blob; `nothing` for anything else. */
  private blobOf(value: Value | undefined): Buffer {
    if (!(value instanceof Uint8Array)) return nothing;
    this.bytes.begin();
    this.bytes.copy(value);
    return this.bytes.take();
  }

  /**
   * A JSON object; a blob that is elsewhere is 1 in it.
   *
   * @param params what was made of the row, so that a blob which is made when it is asked for is asked for once
   */
  private fieldsOf(row: Row, params: readonly Buffer[]): Buffer {
    const { bytes, fields } = this;
    bytes.begin();
    for (const { name, type, head, blobAt } of fields) {
      bytes.copy(head);
      if (blobAt >= 0 && params[blobAt] !== nothing) {
        bytes.whole(1);
        continue;
      }
      const value = row[name];
      if (value === null) bytes.copy(NULL);
      else if (type === 'bigint' && Number.isSafeInteger(value)) bytes.whole(value as number);
      else if (type === 'int' && typeof value === 'number' && (value | 0) === value) bytes.whole(value);
      else if (type === 'text' && typeof value === 'string') bytes.quoted(value);
      else if (type === 'json' && value !== undefined) {
        if (value instanceof JsonText) bytes.text(value.text);
        else bytes.json(value as JsonValue);
      } else if (value === undefined) throw new InvalidRow(`A row of ${this.table.name} lacks its column ${name}`);
      else throw new InvalidRow(`${name} of ${this.table.name} is ${type}; what is to be written is not`);
    }
    bytes.copy(fields.length === 0 ? EMPTY : END);
    return bytes.take();
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

function decodeKeyPart(type: ColumnType, value: unknown): Value {
  return type === 'bigint' ? (value as Long).toNumber() : (value as string | number);
}

/** Most numbers of most rows are small, and nobody changes their bytes. */
const SMALL = 1_024;
const smallInts = Array.from({ length: SMALL }, (_, value) => newInt(value));
const smallBigints = Array.from({ length: SMALL }, (_, value) => newBigint(value));
