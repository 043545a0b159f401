/**
 * Rows of one tenant in a table of sketches by place and hour, as they were published, with their percentiles beside them: a row
 * is read once after it changed, and not by every question.
 *
 * Each location (with its shard, since a row belongs to one) has a number; each hour has an array per column, indexed by it.
 */
import {
  type AggregateTable,
  type EncodedSketch,
  HOUR_QUANTILES,
  HOURS_OF_DAY,
  type HourTotals,
  mergedSketch,
  NO_LABEL_TIME,
  packedLayout,
  type PackedLayout,
  type PackedRow,
  readSketch,
  type Row,
  unpackLabelTime,
  unpackRow,
} from '@ticketrail/core';
import { MemberGroups } from './member-groups.js';

/** What a sketch says, by location number. */
interface Read {
  /** 0 while the row has changed since. */
  readonly isFresh: Uint8Array;
  readonly samples: Float64Array;
  readonly quantiles: readonly Float64Array[];
}

interface Hour {
  /** Epoch milliseconds; so is the bucket its rows are of. */
  readonly start: number;
  readonly bucket: number;
  /** By location number. */
  readonly rows: (PackedRow | undefined)[];
  /** By sketch of the table; made when it is first asked for. */
  readonly read: (Read | undefined)[];
}

interface Known {
  readonly shard: number;
  readonly labels: (string | null)[];
  labelTime: number;
}

/** Where the members stand in a packed row: location_id, hour, hour_of_day. */
const [ID, HOUR, HOUR_OF_DAY] = [0, 1, 2];

export class HourRows {
  /** By shard, then location. */
  private numbers: Map<string, number>[] = [];
  private known: Known[] = [];
  private groups = new MemberGroups();
  /** By start. Of several with one start the rows differ in their hour of the day: a location's time zone changed. */
  private hours = new Map<number, Hour[]>();
  private readonly layout: PackedLayout;
  private count = 0;

  constructor(
    private readonly table: AggregateTable,
    private readonly tenant: string,
  ) {
    this.layout = packedLayout(table);
  }

  /** Rows held. */
  get size(): number {
    return this.count;
  }

  /** Keeps each of the bucket's rows unless a later one of the same key is here. */
  take(shard: number, bucket: number, rows: readonly PackedRow[]): void {
    const numbers = (this.numbers[shard] ??= new Map());
    const { applied } = this.layout;
    for (const row of rows) {
      const number = numbers.get(row[ID] as string) ?? this.join(shard, row[ID] as string);
      this.relabel(this.known[number]!, bucket, row);
      const hour = this.hourOf(bucket, number, row);
      const before = hour.rows[number];
      if (before === undefined) this.count++;
      else if ((row[applied] as number) < (before[applied] as number)) continue;
      hour.rows[number] = row;
      for (const read of hour.read) if (read !== undefined && number < read.isFresh.length) read.isFresh[number] = 0;
    }
  }

  /** Rows with from ≤ bucket < to, of one location where it is given. */
  *rows(from: number, to: number, location: string | undefined): Iterable<Row> {
    const numbers = location === undefined ? undefined : this.numbersOf(location);
    for (const { bucket, rows } of this.all()) {
      if (bucket < from || bucket >= to) continue;
      for (const number of numbers ?? rows.keys()) {
        const row = rows[number];
        if (row !== undefined) yield unpackRow(this.table, this.tenant, bucket, this.known[number]!.shard, row);
      }
    }
  }

  /**
   * What the sketch says of the hours with from ≤ start < to, by hour of the day; with `location`, of that one alone.
   *
   * @param sketch its index in the table
   */
  totals(sketch: number, from: number, to: number, location?: string): HourTotals {
    const hours = [...this.all()].filter(({ start }) => start >= from && start < to);
    const numbers = location === undefined ? undefined : this.numbersOf(location);
    const room =
      numbers === undefined ? hours.reduce((sum, { rows }) => sum + rows.length, 0) : hours.length * numbers.length;
    const found = new Found(room);
    // Nearly every location has each hour of the day once in a window: only of the others are there sketches to be merged.
    const known = new Int32Array(numbers === undefined ? this.groups.size * HOURS_OF_DAY : HOURS_OF_DAY);
    const several = new Map<number, EncodedSketch[]>();
    const firsts: PackedRow[] = [];
    const sketchOf = (row: PackedRow): EncodedSketch => row[this.layout.sketches + sketch] as EncodedSketch;
    for (const hour of hours) {
      const read = this.readOf(hour, sketch);
      const end = numbers === undefined ? hour.rows.length : numbers.length;
      for (let i = 0; i < end; i++) {
        const number = numbers === undefined ? i : numbers[i]!;
        const row = hour.rows[number];
        if (row === undefined) continue;
        const member = this.groups.memberOf(number);
        const hourOfDay = row[HOUR_OF_DAY] as number;
        const visits = row[this.layout.numbers] as number;
        const group = (numbers === undefined ? member * HOURS_OF_DAY : 0) + hourOfDay;
        const before = known[group]! - 1;
        if (before < 0) {
          if (read.isFresh[number] === 0) freshen(read, number, sketchOf(row));
          known[group] = firsts.push(row);
          found.add(member, hourOfDay, visits, read, number);
          continue;
        }
        found.visits[before]! += visits;
        let sketches = several.get(before);
        if (sketches === undefined) several.set(before, (sketches = [sketchOf(firsts[before]!)]));
        sketches.push(sketchOf(row));
      }
    }
    for (const [at, sketches] of several) {
      found.samples[at] = readSketch(mergedSketch(sketches), found.quantiles, at);
    }
    return {
      ...found.columns(),
      locationIds: this.groups.members,
      places: this.groups.sorted(),
      nameOf: (member) => this.groups.labelOf(this.known, 0, member),
    };
  }

  /** Lets go of the buckets that begin before `from`. */
  forgetBefore(from: number): void {
    if ([...this.all()].every(({ bucket }) => bucket >= from)) return;
    const kept = [...this.all()].filter(({ bucket }) => bucket >= from);
    const shards = this.known.map(({ shard }) => shard);
    // Taken anew, so that locations without rows are let go as well.
    [this.numbers, this.known, this.groups, this.hours, this.count] = [[], [], new MemberGroups(), new Map(), 0];
    for (const { bucket, rows } of kept) {
      rows.forEach((row, number) => {
        if (row !== undefined) this.take(shards[number]!, bucket, [row]);
      });
    }
  }

  private *all(): Iterable<Hour> {
    for (const hours of this.hours.values()) yield* hours;
  }

  private readOf(hour: Hour, sketch: number): Read {
    const { length } = hour.rows;
    const read = hour.read[sketch];
    if (read !== undefined && read.isFresh.length >= length) return read;
    // Everything is read anew when a location joined, which is seldom.
    return (hour.read[sketch] = {
      isFresh: new Uint8Array(length),
      samples: new Float64Array(length),
      quantiles: HOUR_QUANTILES.map(() => new Float64Array(length)),
    });
  }

  private numbersOf(location: string): number[] {
    const found: number[] = [];
    for (const numbers of this.numbers) {
      const number = numbers?.get(location);
      if (number !== undefined) found.push(number);
    }
    return found;
  }

  private join(shard: number, id: string): number {
    const number = this.known.length;
    this.numbers[shard]!.set(id, number);
    this.known.push({ shard, labels: this.table.labels.map(() => null), labelTime: NO_LABEL_TIME });
    this.groups.join(id, number);
    return number;
  }

  private relabel(known: Known, bucket: number, row: PackedRow): void {
    const labelTime = unpackLabelTime(row[this.layout.labelTime] as number | null, bucket);
    if (labelTime < known.labelTime) return;
    known.labelTime = labelTime;
    for (let i = 0; i < known.labels.length; i++) known.labels[i] = row[this.layout.labels + i] as string | null;
  }

  private hourOf(bucket: number, number: number, row: PackedRow): Hour {
    const start = row[HOUR] as number;
    let hours = this.hours.get(start);
    if (hours === undefined) this.hours.set(start, (hours = []));
    let hour = hours.find(
      (one) => one.bucket === bucket && (one.rows[number]?.[HOUR_OF_DAY] ?? row[HOUR_OF_DAY]) === row[HOUR_OF_DAY],
    );
    if (hour === undefined) hours.push((hour = { start, bucket, rows: [], read: [] }));
    while (hour.rows.length <= number) hour.rows.push(undefined);
    return hour;
  }
}

/** Columns of what was found, with room for all of it. */
class Found {
  readonly visits: Float64Array;
  readonly samples: Float64Array;
  readonly quantiles: readonly Float64Array[];
  private readonly locations: Int32Array;
  private readonly hoursOfDay: Float64Array;
  private length = 0;

  constructor(room: number) {
    this.visits = new Float64Array(room);
    this.samples = new Float64Array(room);
    this.quantiles = HOUR_QUANTILES.map(() => new Float64Array(room));
    this.locations = new Int32Array(room);
    this.hoursOfDay = new Float64Array(room);
  }

  add(location: number, hourOfDay: number, visits: number, read: Read, number: number): void {
    const at = this.length++;
    this.locations[at] = location;
    this.hoursOfDay[at] = hourOfDay;
    this.visits[at] = visits;
    this.samples[at] = read.samples[number]!;
    for (let q = 0; q < this.quantiles.length; q++) this.quantiles[q]![at] = read.quantiles[q]![number]!;
  }

  columns(): Pick<HourTotals, 'locations' | 'hoursOfDay' | 'visits' | 'samples' | 'quantiles'> {
    const { length } = this;
    return {
      locations: this.locations.subarray(0, length),
      hoursOfDay: this.hoursOfDay.subarray(0, length),
      visits: this.visits.subarray(0, length),
      samples: this.samples.subarray(0, length),
      quantiles: this.quantiles.map((values) => values.subarray(0, length)),
    };
  }
}

function freshen(read: Read, number: number, sketch: EncodedSketch): void {
  read.samples[number] = readSketch(sketch, read.quantiles, number);
  read.isFresh[number] = 1;
}
