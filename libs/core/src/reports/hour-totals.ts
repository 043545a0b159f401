/**
 * What the rows of a table of sketches come to by place and local hour of the day, as columns: the samples of each and their
 * percentiles.
 */
import { type EncodedSketch, Sketch, valueOfBin } from '../sketch.js';
import type { AggregateTable } from '../tables/aggregate.js';
import type { Row } from '../tables/spec.js';
import { groupRows } from './groups.js';
import type { KeptList } from './kept-lists.js';
import { labelsOf, totalsOf } from './totals.js';

export interface HourTotals {
  readonly locationIds: readonly string[];
  /** By location. */
  readonly nameOf: (location: number) => string | null;
  /** The place of each location among all, sorted by id. */
  readonly places: Int32Array;
  /** Of each hour of the day at a location, the location: an index of `locationIds`. The rest is in the same order. */
  readonly locations: Int32Array;
  readonly hoursOfDay: Float64Array;
  readonly visits: Float64Array;
  readonly samples: Float64Array;
  /** By HOUR_QUANTILES: hundredths of a minute, NaN without samples. */
  readonly quantiles: readonly Float64Array[];
  /** For the lists made from them, where they are kept up to date. */
  readonly kept?: KeptList;
}

/** The percentiles that are answered, ascending. */
export const HOUR_QUANTILES = [0.5, 0.9, 0.99] as const;

/** Hundredths of a minute by bin, since the power behind each costs more than all the rest. */
const hundredthsOfBins = new Map<number, number>();

/** Samples of a sketch, and into `quantiles` at `index` its percentiles: hundredths, finer than the sketch's error. */
export function readSketch(encoded: EncodedSketch, quantiles: readonly Float64Array[], index: number): number {
  let samples = 0;
  for (let i = 1; i < encoded.length; i += 2) samples += encoded[i]!;
  for (const values of quantiles) values[index] = Number.NaN;
  if (samples <= 0) return samples;
  let seen = 0;
  let i = 0;
  for (let q = 0; q < HOUR_QUANTILES.length; q++) {
    const nearest = Math.max(1, Math.ceil(HOUR_QUANTILES[q]! * samples));
    while (seen < nearest && i < encoded.length) {
      seen += encoded[i + 1]!;
      i += 2;
    }
    quantiles[q]![index] = hundredthsOf(encoded[i - 2]!);
  }
  return samples;
}

function hundredthsOf(bin: number): number {
  let hundredths = hundredthsOfBins.get(bin);
  if (hundredths === undefined) hundredthsOfBins.set(bin, (hundredths = Math.round(valueOfBin(bin) * 100)));
  return hundredths;
}

/** Adds rows of the table up by place and hour of the day, and reads the sketch named. */
export function hourTotalsOf(table: AggregateTable, rows: Iterable<Row>, sketch: string): HourTotals {
  const all = [...rows];
  const byLocation = totalsOf(table, all);
  const numbers = new Map(byLocation.members.map((id, location) => [id, location]));
  const groups = groupRows(table, all, ['location_id', 'hour_of_day']);
  const quantiles = HOUR_QUANTILES.map(() => new Float64Array(groups.length));
  return {
    locationIds: byLocation.members,
    nameOf: labelsOf(table, byLocation, 'location_name'),
    places: byLocation.places,
    locations: Int32Array.from(groups, ({ by }) => numbers.get(by[0] as string)!),
    hoursOfDay: Float64Array.from(groups, ({ by }) => by[1] as number),
    visits: Float64Array.from(groups, (group) => group.sum('visits')),
    samples: Float64Array.from(groups, (group, i) => readSketch(group.sketch(sketch).encode(), quantiles, i)),
    quantiles,
  };
}

/** How many hours of the day there are. */
export const HOURS_OF_DAY = 24;

/** The encoding of several sketches as one. */
export function mergedSketch(sketches: Iterable<EncodedSketch>): EncodedSketch {
  const merged = new Sketch();
  for (const sketch of sketches) merged.merge(sketch);
  return merged.encode();
}
