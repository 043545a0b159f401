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

const batchLargest = 100;
/** A batch has to divide this. */
const batchesOf = 10_000;

/** The runs of all axes through `base`, each different one once. */
export function growthRuns(base: RunOptions): RunOptions[] {
  const runs = axes.flatMap(({ option, values }) =>
    values.map((value) => ({
      ...base,
      ...(option === 'tenants' ? { batch: batchForAll(base, Math.max(...values)) } : {}),
      [option]: value,
    })),
  );
  const known = new Set<string>();
  return runs.filter((run) => {
    const key = [run.batch, ...axes.map(({ option }) => run[option])].join(' ');
    return !known.has(key) && known.add(key).size > 0;
  });
}

/** Requests so small that each of many tenants has its turn in the course of a run: with larger ones most would never send. */
function batchForAll({ rate, seconds, batch }: RunOptions, tenants: number): number {
  const wanted = Math.min(batch === 'mixed' ? batchLargest : batch, (rate * seconds) / tenants);
  let found = Math.max(1, Math.floor(wanted));
  while (batchesOf % found !== 0) found--;
  return found;
}

/** The runs in which nothing but this axis differs from most others, in its order. */
export function runsOver({ option }: Axis, results: readonly RunResult[]): RunResult[] {
  const others = axes.filter((axis) => axis.option !== option);
  const groups = new Map<string, RunResult[]>();
  for (const result of results) {
    const key = [result.options.batch, ...others.map((axis) => result.options[axis.option])].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  const [largest = []] = [...groups.values()].sort((a, b) => b.length - a.length);
  return largest.toSorted((a, b) => a.options[option] - b.options[option]);
}
