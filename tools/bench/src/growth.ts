/** What an event costs as there is more of everything: one thing grows at a time, the others stay. */
import type { RunOptions, RunResult } from './run.js';

export interface Axis {
  readonly name: string;
  readonly option: 'rate' | 'locations' | 'tenants';
  readonly values: readonly number[];
}

export const axes: readonly Axis[] = [
  { name: 'events a second', option: 'rate', values: [1_000, 5_000, 10_000, 20_000, 40_000] },
  { name: 'locations', option: 'locations', values: [12, 1_000, 20_000] },
  { name: 'tenants', option: 'tenants', values: [1, 100, 10_000] },
];

/** Beyond this no further run begins. */
export const growthMinutesMax = 25;
/** A run that is so far behind shows what it costs, and is ended; higher rates are then left out. */
export const growthBehindSeconds = 5;

const batchLargest = 100;
/** A batch has to divide this. */
const batchesOf = 10_000;

/** The runs of one curve through `base`, in its order. */
export function growthRuns({ option, values }: Axis, base: RunOptions): RunOptions[] {
  const batch = option === 'tenants' ? { batch: batchForAll(base, Math.max(...values)) } : {};
  return values.map((value) => ({ ...base, ...batch, [option]: value }));
}

/** How many tenants a product has to know for a curve. */
export const tenantsOf = ({ option, values }: Axis, base: Pick<RunOptions, 'tenants'>): number =>
  option === 'tenants' ? Math.max(...values) : base.tenants;

/** Requests so small that each of many tenants has its turn in the course of a run: with larger ones most would never send. */
function batchForAll({ rate, seconds, batch }: RunOptions, tenants: number): number {
  const wanted = Math.min(batch === 'mixed' ? batchLargest : batch, (rate * seconds) / tenants);
  let found = Math.max(1, Math.floor(wanted));
  while (batchesOf % found !== 0) found--;
  return found;
}

/** A run, and the curve it is part of, by the name of its axis; undefined when it is of none. */
export interface CurveRun extends RunResult {
  readonly curve?: string | undefined;
}

/** The runs of a curve, in its order. */
export function runsOver({ name, option }: Axis, results: readonly CurveRun[]): CurveRun[] {
  return results.filter(({ curve }) => curve === name).toSorted((a, b) => a.options[option] - b.options[option]);
}
