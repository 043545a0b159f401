/**
 * One row of an aggregate table in memory: sums, sketches and labels that deltas are added to.
 *
 * `gate` is the position the row had when it was loaded. Entries at or below it are already in the row, so that going over
 * the log a second time adds nothing.
 */
import { addHash, fingerprintOf, parseFingerprint, subtractHash } from '../fingerprint.js';
import { Sketch, type EncodedSketch } from '../sketch.js';
import { type AggregateTable, EVENTS, LABEL_TIME, TOTALS } from '../tables/aggregate.js';
import { NO_LABEL_TIME, packLabelTime, type PackedRow, type PackedValue } from '../tables/packed-row.js';
import type { JsonValue, Row, Value } from '../tables/spec.js';
import { MINUTE_MS } from '../time.js';
import type { Delta } from './delta.js';

/** What a cell holds in memory, with its place in a cache: as measured. */
const CELL_BYTES = 284;
const NUMBER_BYTES = 8;

type Member = string | number;

/**
 * There are about a million of them, and the garbage collector follows every object: so what could be arrays of one or two values
 * are fields.
 */
export class Cell {
  readonly gate: number;
  applied: number;
  entry: string;
  /** Of the bucket: a small number is no object of its own. */
  private readonly minute: number;
  private readonly member0: Member | undefined;
  private readonly member1: Member | undefined;
  private readonly member2: Member | undefined;
  private label0: string | null;
  private label1: string | null;
  /** See AggregateTable.unused. In one array they take a fifth less memory than as fields and arrays of their own. */
  private readonly numbers: number[];
  readonly sketches: Sketch[];
  /** Set while the row has changes that were not yet published, or of which no row was made yet. */
  toPublish = false;
  toWrite = false;
  /** Set while its mirrors were taken to be written and not made yet: they will hold what changes until then. */
  mirrorsTaken = false;
  /** Set at every use, cleared when the cache looks for rows to let go. */
  used = true;

  constructor(
    readonly table: AggregateTable,
    readonly tenant: string,
    bucket: number,
    members: readonly Member[],
    loaded?: Row,
  ) {
    const { labels } = table;
    if (members.length > MEMBERS_MAX || labels.length > LABELS_MAX) {
      throw new RangeError(`a cell of ${table.spec.name} has no room for all members and labels`);
    }
    this.minute = bucket / MINUTE_MS;
    this.member0 = members[0];
    this.member1 = members[1];
    this.member2 = members[2];
    this.label0 = loaded === undefined || labels[0] === undefined ? null : (loaded[labels[0]] as string | null);
    this.label1 = loaded === undefined || labels[1] === undefined ? null : (loaded[labels[1]] as string | null);
    this.gate = this.applied = loaded === undefined ? 0 : (loaded['applied'] as number);
    this.entry = loaded === undefined ? '' : (loaded['entry'] as string);
    this.numbers = loaded === undefined ? table.unused.slice() : numbersIn(table, loaded);
    this.sketches =
      table.sketches.length === 0
        ? NO_SKETCHES
        : table.sketches.map((sketch) =>
            loaded === undefined ? new Sketch() : Sketch.decode(loaded[sketch] as EncodedSketch),
          );
  }

  get bucket(): number {
    return this.minute * MINUTE_MS;
  }

  get members(): Member[] {
    return this.table.members.map((_, i) => this.member(i)!);
  }

  /** Roughly how much memory it takes. */
  get bytes(): number {
    let bytes = CELL_BYTES + this.numbers.length * NUMBER_BYTES;
    for (let i = 0; i < this.sketches.length; i++) bytes += this.sketches[i]!.bytes;
    return bytes;
  }

  /** Adds what one event contributes; the caller has checked the gate. Answers how many bytes more the cell takes. */
  add(delta: Delta, seq: number, entry: string): number {
    this.applied = seq;
    this.entry = entry;
    this.used = true;
    const { numbers } = this;
    const { sums, latest, events } = delta;
    for (let i = 0; i < sums.length; i++) numbers[TOTALS + i]! += sums[i]!;
    if (latest !== undefined) {
      const from = TOTALS + sums.length;
      for (let i = 0; i < latest.length; i++) numbers[from + i] = Math.max(numbers[from + i]!, latest[i]!);
    }
    if (events !== 0) {
      numbers[EVENTS]! += events;
      if (events > 0) addHash(numbers, delta);
      else subtractHash(numbers, delta);
    }
    if (delta.labels !== undefined) this.relabel(delta.labels, delta.labelTime);
    if (delta.sample === undefined) return 0;
    const sketch = this.sketches[delta.sample.sketch]!;
    const { bytes } = sketch;
    sketch.add(delta.sample.value, delta.sample.count);
    return sketch.bytes - bytes;
  }

  /** The row as it is published: see PackedRow. */
  packed(): PackedRow {
    const { table, numbers, sketches } = this;
    const row: PackedValue[] = [];
    for (let i = 0; i < table.members.length; i++) row.push(this.member(i)!);
    row.push(this.applied);
    for (let i = TOTALS; i < numbers.length; i++) row.push(numbers[i]!);
    for (let i = 0; i < table.labels.length; i++) row.push(this.label(i));
    if (table.labels.length > 0) row.push(packLabelTime(numbers[LABEL_TIME]!, this.bucket));
    for (let i = 0; i < sketches.length; i++) row.push(sketches[i]!.encode());
    return row;
  }

  /** The whole row as it is written. */
  row(generation: number, shard: number): Row {
    const { table, numbers } = this;
    const row: Record<string, Value> = { ...table.blank };
    row['generation'] = generation;
    row['tenant'] = this.tenant;
    row[table.bucket] = this.bucket;
    row['shard'] = shard;
    for (let i = 0; i < table.members.length; i++) row[table.members[i]!] = this.member(i)!;
    for (let i = 0; i < table.labels.length; i++) row[table.labels[i]!] = this.label(i);
    if (table.labels.length > 0) row['label_time'] = numbers[LABEL_TIME]!;
    for (let i = 0; i < table.totals.length; i++) row[table.totals[i]!] = numbers[TOTALS + i]!;
    for (let i = 0; i < table.sketches.length; i++) row[table.sketches[i]!] = this.sketches[i]!.encode() as JsonValue;
    row['events'] = numbers[EVENTS]!;
    row['fingerprint'] = fingerprintOf(numbers);
    row['applied'] = this.applied;
    row['entry'] = this.entry;
    return row;
  }

  /** Of two labels the one of the later event stays, and of two at one time the greater: any order gives the same. */
  private relabel(labels: readonly (string | undefined)[], time: number): void {
    const known = this.numbers[LABEL_TIME]!;
    if (time < known) return;
    if (time > known) {
      let isLabelled = false;
      for (let i = 0; i < labels.length; i++) if (labels[i] !== undefined) isLabelled = true;
      if (!isLabelled) return;
      this.numbers[LABEL_TIME] = time;
      for (let i = 0; i < labels.length; i++) this.setLabel(i, labels[i] ?? null);
      return;
    }
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i];
      if (label !== undefined && label > (this.label(i) ?? '')) this.setLabel(i, label);
    }
  }

  private member(index: number): Member | undefined {
    return index === 0 ? this.member0 : index === 1 ? this.member1 : this.member2;
  }

  private label(index: number): string | null {
    return index === 0 ? this.label0 : this.label1;
  }

  private setLabel(index: number, label: string | null): void {
    if (index === 0) this.label0 = label;
    else this.label1 = label;
  }
}

/** The numbers of a row. */
function numbersIn(table: AggregateTable, row: Row): number[] {
  const labelTime = table.labels.length > 0 ? (row['label_time'] as number) : NO_LABEL_TIME;
  const totals = table.totals.map((column) => row[column] as number);
  return [...parseFingerprint(row['fingerprint'] as string), row['events'] as number, labelTime, ...totals];
}

const MEMBERS_MAX = 3;
const LABELS_MAX = 2;

/** Shared by all cells of tables that have none; nothing is ever put into it. */
const NO_SKETCHES: Sketch[] = [];

/** The text under which a cell is found; no id or label can hold the separator. */
export function cellKey(tenant: string, bucket: number, members: readonly (string | number)[]): string {
  return members.length === 1
    ? `${tenant}\u0000${bucket}\u0000${members[0]}`
    : `${tenant}\u0000${bucket}\u0000${members.join('\u0000')}`;
}
