/** What a call of the bench measured, as charts: over the rate, over what grew, and over the time of a long run. */
import type { Prototype } from '../ceilings/ceiling.js';
import { axes, runsOver, type CurveRun } from '../growth.js';
import type { RunResult } from '../run.js';
import type { Moment } from '../timeline.js';
import { pictureOfCharts, type Chart, type Line } from './chart.js';

export interface Measured {
  readonly results: readonly CurveRun[];
  readonly prototypes: readonly Prototype[];
  readonly isGrowth: boolean;
}

export function pictureOf(title: string, { results, prototypes, isGrowth }: Measured): string {
  const charts = isGrowth ? axes.map((axis) => overAxis(axis, results)) : overRate(results, prototypes);
  return pictureOfCharts(title, [...charts, ...results.flatMap(overTime)]);
}

function lineOf<Item>(
  name: string,
  items: readonly Item[],
  xOf: (item: Item) => number,
  yOf: (item: Item) => number | undefined,
): Line {
  const points = items.flatMap((item) => {
    const y = yOf(item);
    return y === undefined || !Number.isFinite(y) ? [] : [[xOf(item), y] as const];
  });
  return { name, points };
}

const cpuOf =
  (role: string) =>
  ({ usage }: RunResult): number | undefined =>
    usage.find((one) => one.role === role)?.cpuMicrosecondsPerEvent;
const rolesOf = (results: readonly RunResult[]): string[] => [
  ...new Set(results.flatMap(({ usage }) => usage.map(({ role }) => role))),
];

function overRate(results: readonly RunResult[], prototypes: readonly Prototype[]): Chart[] {
  const xName = 'events a second';
  const ordered = [...results].sort((a, b) => a.options.rate - b.options.rate);
  const over = (name: string, valueOf: (result: RunResult) => number | undefined): Line =>
    lineOf(name, ordered, ({ options }) => options.rate, valueOf);
  // Of a rate that is not sustained it says how long was measured: what waits grows all the time.
  const overSustained = (name: string, valueOf: (result: RunResult) => number): Line =>
    over(name, (result) => (result.isSustained ? valueOf(result) : undefined));
  const latency = [
    overSustained('queryable p50', ({ queryableMs }) => queryableMs.p50),
    overSustained('queryable p99', ({ queryableMs }) => queryableMs.p99),
    over('HTTP p50', ({ httpMs }) => httpMs.p50),
    over('HTTP p99', ({ httpMs }) => httpMs.p99),
  ];
  const cpu = rolesOf(results).map((role) => over(role, cpuOf(role)));
  if (prototypes.length > 0) {
    const beside = [...prototypes].sort((a, b) => a.asked - b.asked);
    latency.push(
      lineOf(
        'prototype p99',
        beside,
        ({ asked }) => asked,
        ({ p99 }) => p99,
      ),
    );
    const sum = ({ cpuMicrosecondsPerEvent }: Prototype): number =>
      Object.entries(cpuMicrosecondsPerEvent).reduce(
        (total, [role, one]) => total + (role === 'generator' ? 0 : one),
        0,
      );
    cpu.push(lineOf('prototype, all of it', beside, ({ asked }) => asked, sum));
  }
  return [
    { name: 'Latency, ms', xName, lines: latency },
    { name: 'CPU µs an event', xName, lines: cpu },
  ];
}

function overAxis(axis: (typeof axes)[number], results: readonly CurveRun[]): Chart {
  const runs = runsOver(axis, results);
  const lines = rolesOf(runs).map((role) => lineOf(role, runs, ({ options }) => options[axis.option], cpuOf(role)));
  return { name: `CPU µs an event over ${axis.name}`, xName: axis.name, lines, isInSteps: true };
}

/** Memory, heap, disk and lag of a run that was looked at now and then. */
function overTime({ options, timeline }: RunResult): Chart[] {
  const [first] = timeline;
  if (first === undefined) return [];
  const xName = 'seconds';
  const at = `at ${options.rate} events/s`;
  const over = (name: string, valueOf: (moment: Moment) => number | undefined): Line =>
    lineOf(name, timeline, ({ seconds }) => seconds, valueOf);
  const each = (kind: 'residentMegabytes' | 'heapMegabytes' | 'diskMegabytes'): Line[] =>
    Object.keys(first[kind]).map((name) => over(name, (moment) => moment[kind][name]));
  return [
    { name: `Memory, MB, ${at}`, xName, lines: each('residentMegabytes') },
    { name: `Heap in use, MB, ${at}`, xName, lines: each('heapMegabytes') },
    { name: `Disk, MB, ${at}`, xName, lines: each('diskMegabytes') },
    {
      name: `Lag, ${at}`,
      xName,
      lines: [
        over('events in flight', ({ inFlightEvents }) => inFlightEvents),
        over('queryable p99, ms', ({ queryableP99Ms }) => queryableP99Ms),
      ],
    },
  ];
}
