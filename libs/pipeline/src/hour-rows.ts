/**
 * Rows of one tenant in a table of sketches by place and hour, as they were published, and windows of hours that are asked for
 * again and again: see HourWindow.
 *
 * Each location (with its shard, since a row belongs to one) has a number; each hour has an array of rows, indexed by it.
 */
import {
  type AggregateTable,
  type HourTotals,
  KeptList,
  type KeptLists,
  packedLayout,
  type PackedLayout,
  type PackedRow,
  type Row,
  unpackRow,
} from '@ticketrail/core';
import { HOUR_OF_DAY, type HourOfRows, HourWindow } from './hour-window.js';
import { Labels } from './labels.js';
import { MemberGroups } from './member-groups.js';

interface Hour extends HourOfRows {
  /** Epoch milliseconds. */
  readonly bucket: number;
  readonly rows: (PackedRow | undefined)[];
}

/** Where the other members stand in a packed row: location_id, hour. */
const [ID, HOUR] = [0, 1];

/** Windows that are kept up at a time, those that were asked for last. About 64 bytes a row of each. */
const WINDOWS_MAX = 4;

/** A window is let go when it is tended this often without being asked for. */
const IDLE_MAX = 60;

export class HourRows {
  /** By shard, then location. */
  private numbers: Map<string, number>[] = [];
  /** By number. */
  private shards: number[] = [];
  private labels: Labels;
  private groups = new MemberGroups();
  /** By start. Of several with one start the rows differ in their hour of the day: a location's time zone changed. */
  private hours = new Map<number, Hour[]>();
  private windows: HourWindow[] = [];
  private readonly layout: PackedLayout;
  private count = 0;

  constructor(
    private readonly table: AggregateTable,
    private readonly tenant: string,
    private readonly kept: KeptLists,
  ) {
    this.layout = packedLayout(table);
    this.labels = new Labels(table);
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
      this.labels.take(number, bucket, row);
      const hour = this.hourOf(bucket, number, row);
      const before = hour.rows[number];
      if (before === undefined) this.count++;
      else if ((row[applied] as number) < (before[applied] as number)) continue;
      hour.rows[number] = row;
      for (const window of this.windows) {
        if (!window.covers(hour)) continue;
        if (before === undefined) window.join(hour, number, this.groups.memberOf(number));
        else window.change(hour, number, this.groups.memberOf(number));
      }
    }
  }

  /** Rows with from ≤ bucket < to, of one location where it is given. */
  *rows(from: number, to: number, location: string | undefined): Iterable<Row> {
    const numbers = location === undefined ? undefined : this.numbersOf(location);
    for (const { bucket, rows } of this.all()) {
      if (bucket < from || bucket >= to) continue;
      for (const number of numbers ?? rows.keys()) {
        const row = rows[number];
        if (row !== undefined) yield unpackRow(this.table, this.tenant, bucket, this.shards[number]!, row);
      }
    }
  }

  /**
   * What the sketch says of the hours with from ≤ start < to, by hour of the day; with `location`, of that one alone.
   *
   * @param sketch its index in the table
   */
  totals(sketch: number, from: number, to: number, location?: string): HourTotals {
    const window = location === undefined ? this.window(sketch, from, to) : this.windowOf(location, sketch, from, to);
    return {
      ...window.columns(),
      locationIds: this.groups.members,
      places: this.groups.sorted(),
      nameOf: (member) => this.groups.labelOf(this.labels, 0, member),
      ...(window.kept === undefined ? {} : { kept: window.kept }),
    };
  }

  /** Lets go of the buckets that begin before `from`. To be called every second or so. */
  forgetBefore(from: number): void {
    this.windows = this.windows.filter((window) => ++window.idle < IDLE_MAX);
    if ([...this.all()].every(({ bucket }) => bucket >= from)) return;
    const kept = [...this.all()].filter(({ bucket }) => bucket >= from);
    const { shards } = this;
    // Taken anew, so that locations without rows are let go as well.
    [this.numbers, this.shards, this.groups, this.hours, this.windows] = [[], [], new MemberGroups(), new Map(), []];
    this.labels = new Labels(this.table);
    this.count = 0;
    for (const { bucket, rows } of kept) {
      rows.forEach((row, number) => {
        if (row !== undefined) this.take(shards[number]!, bucket, [row]);
      });
    }
  }

  private *all(): Iterable<Hour> {
    for (const hours of this.hours.values()) yield* hours;
  }

  /** The window of all locations, which is kept up from now on. */
  private window(sketch: number, from: number, to: number): HourWindow {
    let window = this.windows.find((one) => one.sketch === sketch && one.from === from && one.to === to);
    if (window === undefined) {
      // Every hour a window moves on by one.
      const earlier = this.windows.find((one) => one.sketch === sketch);
      window = new HourWindow(this.layout, sketch, from, to, 0, new KeptList(this.kept, this.table.index));
      for (const hour of this.all()) {
        if (!window.covers(hour)) continue;
        for (let number = 0; number < hour.rows.length; number++) {
          if (hour.rows[number] !== undefined) window.join(hour, number, this.groups.memberOf(number), earlier);
        }
      }
    }
    window.idle = 0;
    this.windows = [window, ...this.windows.filter((one) => one !== window)].slice(0, WINDOWS_MAX);
    return window;
  }

  private windowOf(location: string, sketch: number, from: number, to: number): HourWindow {
    const numbers = this.numbersOf(location);
    const member = numbers.length === 0 ? 0 : this.groups.memberOf(numbers[0]!);
    const window = new HourWindow(this.layout, sketch, from, to, member);
    for (const hour of this.all()) {
      if (!window.covers(hour)) continue;
      for (const number of numbers) if (hour.rows[number] !== undefined) window.join(hour, number, member);
    }
    return window;
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
    const number = this.shards.push(shard) - 1;
    this.numbers[shard]!.set(id, number);
    this.labels.join(number);
    this.groups.join(id, number);
    return number;
  }

  private hourOf(bucket: number, number: number, row: PackedRow): Hour {
    const start = row[HOUR] as number;
    let hours = this.hours.get(start);
    if (hours === undefined) this.hours.set(start, (hours = []));
    let hour = hours.find(
      (one) => one.bucket === bucket && (one.rows[number]?.[HOUR_OF_DAY] ?? row[HOUR_OF_DAY]) === row[HOUR_OF_DAY],
    );
    if (hour === undefined) hours.push((hour = { start, bucket, rows: [] }));
    while (hour.rows.length <= number) hour.rows.push(undefined);
    return hour;
  }
}
