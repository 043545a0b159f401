/** Log and tables of this thread, for another one: what FarEventLog and FarTables ask. */
import { JsonText, type Key, type Row, type TableSpec, type Value } from '@ticketrail/core';
import type {
  ClusteringRange,
  Entry,
  EventLog,
  Head,
  Message,
  RowWrite,
  StreamName,
  Tables,
} from '@ticketrail/pipeline';

/** An entry without its value: copying text costs less than copying what it says. */
export type FarEntry = Pick<Entry, 'id' | 'seq' | 'time' | 'body' | 'trace'>;

/** Values in the order of the table's columns. */
export type FarRow = readonly Value[];

export interface FarWrite {
  readonly table: string;
  readonly row: Row;
  readonly clock: number;
  readonly expiresAt?: number;
  /** Columns whose value is the text of JSON. */
  readonly texts?: readonly string[];
}

/** Characters of bodies handed over at a time, but for the first entry: a reader that is behind must not be given everything at once. */
const GROUP_CHARACTERS_MAX = 2 ** 20;

export type EngineAnswers = ReturnType<typeof engineAnswers>;

/** @param specs the tables that may be asked for */
export function engineAnswers(log: EventLog, tables: Tables, specs: readonly TableSpec[]) {
  const specOf = new Map(specs.map((spec) => [spec.name, spec]));
  const spec = (name: string): TableSpec => {
    const found = specOf.get(name);
    if (found === undefined) throw new Error(`there is no table ${name}`);
    return found;
  };
  /** By number of the call: readers that wait for an entry. */
  const readers = new Map<number, AbortController>();
  const next = async <Read extends Head, Far extends Head>(
    reader: number,
    read: (signal: AbortSignal) => AsyncIterable<Read[]>,
    farOf: (entry: Read) => Far,
  ): Promise<Far[] | undefined> => {
    const stop = new AbortController();
    readers.set(reader, stop);
    try {
      for await (const entries of read(stop.signal)) return firstOf(entries.map(farOf));
      return undefined;
    } finally {
      readers.delete(reader);
    }
  };
  return {
    identity: () => log.identity(),
    append: (stream: StreamName, partition: number, message: Message, expectedLastSeq?: number) =>
      log.append(stream, partition, message, expectedLastSeq),
    /** The next entries after the position, once there are some; undefined when the reader was stopped before. */
    next: (reader: number, stream: StreamName, partition: number, after: number) =>
      next(reader, (signal) => log.read(stream, partition, after, signal), farEntry),
    /** The same, without bodies where there are summaries. */
    nextHeads: (reader: number, stream: StreamName, partition: number, after: number) =>
      next(reader, (signal) => log.readHeads(stream, partition, after, signal), farHead),
    stop: (reader: number) => readers.get(reader)?.abort(),
    last: async (stream: StreamName, partition: number) => farEntryOrNone(await log.last(stream, partition)),
    first: async (stream: StreamName, partition: number) => farEntryOrNone(await log.first(stream, partition)),
    at: async (stream: StreamName, partition: number, seq: number) =>
      farEntryOrNone(await log.at(stream, partition, seq)),
    trim: (stream: StreamName, partition: number, through: number) => log.trim(stream, partition, through),
    fullness: (stream: StreamName) => log.fullness(stream),

    read: async (table: string, keys: readonly Key[]) =>
      (await tables.read(spec(table), keys)).map((row) => (row === undefined ? undefined : farRow(spec(table), row))),
    scan: async (table: string, partition: Key, range: ClusteringRange | undefined) =>
      (await tables.scan(spec(table), partition, range)).map((row) => farRow(spec(table), row)),
    write: (rows: readonly FarWrite[]) => tables.write(rows.map((far) => nearWrite(spec(far.table), far))),
    life: () => tables.life(),
  };
}

function firstOf<Far extends Head>(entries: readonly Far[]): Far[] {
  const first: Far[] = [];
  let characters = 0;
  for (const far of entries) {
    characters += (far.body ?? far.summary ?? '').length;
    if (first.length > 0 && characters > GROUP_CHARACTERS_MAX) break;
    first.push(far);
  }
  return first;
}

function farEntry({ id, seq, time, body, trace }: Entry): FarEntry {
  return { id, seq, time, body, ...(trace === undefined ? {} : { trace }) };
}

function farEntryOrNone(entry: Entry | undefined): FarEntry | undefined {
  return entry === undefined ? undefined : farEntry(entry);
}

function farHead({ id, seq, time, summary, body }: Head): Head {
  return { id, seq, time, ...(summary === undefined ? { body: body! } : { summary }) };
}

/** The message without what a copy is not made of. */
export function farMessage({ id, body, trace, summary }: Message): Message {
  return { id, body, ...(trace === undefined ? {} : { trace }), ...(summary === undefined ? {} : { summary }) };
}

function farRow({ columns }: TableSpec, row: Row): FarRow {
  return Object.keys(columns).map((column) => row[column] as Value);
}

export function nearRow({ columns }: TableSpec, values: FarRow): Row {
  return Object.fromEntries(Object.keys(columns).map((column, index) => [column, values[index] as Value]));
}

export function farWrite({ table, row, clock, expiresAt }: RowWrite): FarWrite {
  const texts = Object.keys(row).filter((column) => row[column] instanceof JsonText);
  return {
    table: table.name,
    row: texts.length === 0 ? row : { ...row, ...each(texts, (column) => (row[column] as JsonText).text) },
    clock,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(texts.length === 0 ? {} : { texts }),
  };
}

function nearWrite(table: TableSpec, { row, clock, expiresAt, texts = [] }: FarWrite): RowWrite {
  return {
    table,
    row: texts.length === 0 ? row : { ...row, ...each(texts, (column) => new JsonText(row[column] as string)) },
    clock,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

function each(columns: readonly string[], valueOf: (column: string) => Value): Record<string, Value> {
  return Object.fromEntries(columns.map((column) => [column, valueOf(column)]));
}
