/**
 * What a sketch says over some hours, by location and hour of the day, as columns that are kept up as rows change: a question costs
 * a look at what changed since the last one.
 */
import {
  type EncodedSketch,
  grown,
  HOUR_QUANTILES,
  HOURS_OF_DAY,
  type HourTotals,
  type KeptList,
  mergedSketch,
  type PackedLayout,
  type PackedRow,
  readSketch,
} from '@ticketrail/core';

/** The rows of an hour. */
export interface HourOfRows {
  /** Epoch milliseconds. */
  readonly start: number;
  /** By location number. */
  readonly rows: readonly (PackedRow | undefined)[];
}

/** Where the hour of the day stands in a packed row. */
export const HOUR_OF_DAY = 2;

/** Rows that the columns have room for at first. */
const ROOM_MIN = 64;

export class HourWindow {
  /** Times it was tended since somebody asked for it. */
  idle = 0;
  /** Of each group, which is an hour of the day of a member, one more than where it stands in the columns; 0 where it does not. */
  private places = new Int32Array(0);
  /** By place, as all of the columns: the row that was found first. */
  private readonly hours: HourOfRows[] = [];
  private numbers = new Int32Array(ROOM_MIN);
  /** All rows of a place, where it has several: seldom, as a location has each hour of the day once in a window. */
  private readonly several = new Map<number, [HourOfRows, number][]>();
  /** Places whose rows changed since they were read. */
  private readonly stale = new Set<number>();
  private members = new Int32Array(ROOM_MIN);
  private hoursOfDay = new Float64Array(ROOM_MIN);
  private visits = new Float64Array(ROOM_MIN);
  private samples = new Float64Array(ROOM_MIN);
  private quantiles: readonly Float64Array[] = HOUR_QUANTILES.map(() => new Float64Array(ROOM_MIN));

  /**
   * @param sketch its index in the table
   * @param from hours that start here or later are in it, and before `to`; epoch milliseconds
   * @param firstMember the least of the members that may be in it
   */
  constructor(
    private readonly layout: PackedLayout,
    readonly sketch: number,
    readonly from: number,
    readonly to: number,
    private readonly firstMember = 0,
    readonly kept?: KeptList,
  ) {}

  covers({ start }: HourOfRows): boolean {
    return start >= this.from && start < this.to;
  }

  /**
   * Takes the row of the hour and location number in, of a member.
   *
   * @param earlier another window of the sketch, which may have read the row
   */
  join(hour: HourOfRows, number: number, member: number, earlier?: HourWindow): void {
    const hourOfDay = hour.rows[number]![HOUR_OF_DAY] as number;
    const group = this.groupOf(member, hourOfDay);
    if (group >= this.places.length) this.places = grown(this.places, Math.max(group + 1, group * 2));
    let place = this.places[group]! - 1;
    if (place >= 0) {
      let rows = this.several.get(place);
      if (rows === undefined) this.several.set(place, (rows = [[this.hours[place]!, this.numbers[place]!]]));
      rows.push([hour, number]);
    } else {
      place = this.hours.push(hour) - 1;
      this.places[group] = place + 1;
      if (place === this.numbers.length) this.widen();
      this.numbers[place] = number;
      this.members[place] = member;
      this.hoursOfDay[place] = hourOfDay;
      if (earlier?.copyTo(this, place, group) === true) return;
    }
    this.stale.add(place);
  }

  /** A row that joined has become another. */
  change(hour: HourOfRows, number: number, member: number): void {
    const hourOfDay = hour.rows[number]![HOUR_OF_DAY] as number;
    this.stale.add(this.places[this.groupOf(member, hourOfDay)]! - 1);
  }

  /** The columns as they stand now; they change with the next row. */
  columns(): Pick<HourTotals, 'locations' | 'hoursOfDay' | 'visits' | 'samples' | 'quantiles'> {
    for (const place of this.stale) this.read(place);
    this.stale.clear();
    const { length } = this.hours;
    return {
      locations: this.members.subarray(0, length),
      hoursOfDay: this.hoursOfDay.subarray(0, length),
      visits: this.visits.subarray(0, length),
      samples: this.samples.subarray(0, length),
      quantiles: this.quantiles.map((values) => values.subarray(0, length)),
    };
  }

  /** What was read of the group, if it is of the same row: whether it is. */
  private copyTo(later: HourWindow, to: number, group: number): boolean {
    const place = (this.places[group] ?? 0) - 1;
    const isSame = place >= 0 && this.hours[place] === later.hours[to] && this.numbers[place] === later.numbers[to];
    if (!isSame || this.stale.has(place) || this.several.has(place)) return false;
    later.visits[to] = this.visits[place]!;
    later.samples[to] = this.samples[place]!;
    later.quantiles.forEach((values, q) => (values[to] = this.quantiles[q]![place]!));
    return true;
  }

  private groupOf(member: number, hourOfDay: number): number {
    return (member - this.firstMember) * HOURS_OF_DAY + hourOfDay;
  }

  private read(place: number): void {
    const several = this.several.get(place);
    if (several === undefined) {
      const row = this.hours[place]!.rows[this.numbers[place]!]!;
      this.visits[place] = this.visitsOf(row);
      this.samples[place] = readSketch(this.sketchOf(row), this.quantiles, place);
      return;
    }
    const rows = several.map(([hour, number]) => hour.rows[number]!);
    this.visits[place] = rows.reduce((sum, row) => sum + this.visitsOf(row), 0);
    this.samples[place] = readSketch(mergedSketch(rows.map((row) => this.sketchOf(row))), this.quantiles, place);
  }

  private visitsOf(row: PackedRow): number {
    return row[this.layout.numbers] as number;
  }

  private sketchOf(row: PackedRow): EncodedSketch {
    return row[this.layout.sketches + this.sketch] as EncodedSketch;
  }

  private widen(): void {
    const room = this.numbers.length * 2;
    this.numbers = grown(this.numbers, room);
    this.members = grown(this.members, room);
    this.hoursOfDay = grown(this.hoursOfDay, room);
    this.visits = grown(this.visits, room);
    this.samples = grown(this.samples, room);
    this.quantiles = this.quantiles.map((values) => grown(values, room));
  }
}
