/**
 * One row of an aggregate table in memory: sums, sketches and labels that deltas are added to.
 *
 * `gate` is the position the row had when it was loaded. Entries at or below it are already in the row, so that going over
 * the log a second time adds nothing.
 */
import { Fingerprint } from '../fingerprint.js';
import { Sketch, type EncodedSketch } from '../sketch.js';
import type { AggregateTable } from '../tables/aggregate.js';
import { NO_LABEL_TIME, packLabelTime, type PackedRow, type PackedValue } from '../tables/packed-row.js';
import type { JsonValue, Row, Value } from '../tables/spec.js';
import type { Delta } from './delta.js';

export class Cell {
  readonly gate: number;
  applied: number;
  entry: string;
  events = 0;
  fingerprint = new Fingerprint();
  readonly sums: number[];
  /** Log times: see AggregateTable. */
  readonly latest: number[];
  readonly labels: (string | null)[];
  labelTime = NO_LABEL_TIME;
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
    readonly bucket: number,
    readonly members: readonly (string | number)[],
    loaded?: Row,
  ) {
    this.gate = this.applied = loaded === undefined ? 0 : (loaded['applied'] as number);
    this.entry = loaded === undefined ? '' : (loaded['entry'] as string);
    this.sums = table.sums.map((sum) => (loaded === undefined ? 0 : (loaded[sum] as number)));
    this.latest =
      table.latest.length === 0
        ? NO_TIMES
        : table.latest.map((column) => (loaded === undefined ? 0 : (loaded[column] as number)));
    this.labels =
      table.labels.length === 0
        ? NO_LABELS
        : table.labels.map((label) => (loaded === undefined ? null : (loaded[label] as string | null)));
    this.sketches =
      table.sketches.length === 0
        ? NO_SKETCHES
        : table.sketches.map((sketch) =>
            loaded === undefined ? new Sketch() : Sketch.decode(loaded[sketch] as EncodedSketch),
          );
    if (loaded !== undefined) {
      this.events = loaded['events'] as number;
      this.fingerprint = Fingerprint.parse(loaded['fingerprint'] as string);
      if (table.labels.length > 0) this.labelTime = loaded['label_time'] as number;
    }
  }

  /** Adds what one event contributes; the caller has checked the gate. */
  add(delta: Delta, seq: number, entry: string): void {
    this.applied = seq;
    this.entry = entry;
    this.used = true;
    for (let i = 0; i < delta.sums.length; i++) this.sums[i]! += delta.sums[i]!;
    if (delta.latest !== undefined) {
      for (let i = 0; i < delta.latest.length; i++) this.latest[i] = Math.max(this.latest[i]!, delta.latest[i]!);
    }
    if (delta.events !== 0) {
      this.events += delta.events;
      if (delta.events > 0) this.fingerprint.add(delta);
      else this.fingerprint.subtract(delta);
    }
    if (delta.sample !== undefined) this.sketches[delta.sample.sketch]!.add(delta.sample.value, delta.sample.count);
    if (delta.labels !== undefined) this.relabel(delta.labels, delta.labelTime);
  }

  /** The row as it is published: see PackedRow. */
  packed(): PackedRow {
    const { table, members, sums, latest, labels, sketches } = this;
    const row: PackedValue[] = [];
    for (let i = 0; i < members.length; i++) row.push(members[i]!);
    row.push(this.applied);
    for (let i = 0; i < sums.length; i++) row.push(sums[i]!);
    for (let i = 0; i < latest.length; i++) row.push(latest[i]!);
    for (let i = 0; i < labels.length; i++) row.push(labels[i]!);
    if (table.labels.length > 0) row.push(packLabelTime(this.labelTime, this.bucket));
    for (let i = 0; i < sketches.length; i++) row.push(sketches[i]!.encode());
    return row;
  }

  /** The whole row as it is written. */
  row(generation: number, shard: number): Row {
    const { table } = this;
    const row: Record<string, Value> = { ...table.blank };
    row['generation'] = generation;
    row['tenant'] = this.tenant;
    row[table.bucket] = this.bucket;
    row['shard'] = shard;
    for (let i = 0; i < table.members.length; i++) row[table.members[i]!] = this.members[i]!;
    for (let i = 0; i < table.labels.length; i++) row[table.labels[i]!] = this.labels[i]!;
    if (table.labels.length > 0) row['label_time'] = this.labelTime;
    for (let i = 0; i < table.sums.length; i++) row[table.sums[i]!] = this.sums[i]!;
    for (let i = 0; i < table.latest.length; i++) row[table.latest[i]!] = this.latest[i]!;
    for (let i = 0; i < table.sketches.length; i++) row[table.sketches[i]!] = this.sketches[i]!.encode() as JsonValue;
    row['events'] = this.events;
    row['fingerprint'] = this.fingerprint.toString();
    row['applied'] = this.applied;
    row['entry'] = this.entry;
    return row;
  }

  /** Of two labels the one of the later event stays, and of two at one time the greater: any order gives the same. */
  private relabel(labels: readonly (string | undefined)[], time: number): void {
    if (time < this.labelTime) return;
    if (time > this.labelTime) {
      let known = false;
      for (let i = 0; i < labels.length; i++) if (labels[i] !== undefined) known = true;
      if (!known) return;
      this.labelTime = time;
      for (let i = 0; i < labels.length; i++) this.labels[i] = labels[i] ?? null;
      return;
    }
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i];
      if (label !== undefined && label > (this.labels[i] ?? '')) this.labels[i] = label;
    }
  }
}

/** Shared by all cells of tables that have none of the kind; nothing is ever put into them. */
const NO_TIMES: number[] = [];
const NO_LABELS: (string | null)[] = [];
const NO_SKETCHES: Sketch[] = [];

/** The text under which a cell is found; no id or label can hold the separator. */
export function cellKey(tenant: string, bucket: number, members: readonly (string | number)[]): string {
  return members.length === 1
    ? `${tenant}\u0000${bucket}\u0000${members[0]}`
    : `${tenant}\u0000${bucket}\u0000${members.join('\u0000')}`;
}
