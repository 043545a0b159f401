/** The product beside the prototype at the same rate: what an event costs each of them, process by process. */
import { productCpu } from '../product/usage-meter.js';
import type { RunResult } from '../run.js';
import type { Prototype } from './ceiling.js';

export interface Beside {
  readonly what: string;
  /** Microseconds of CPU an event; undefined where one of them has no such process. */
  readonly product: number | undefined;
  readonly prototype: number | undefined;
}

/** What both are made of, but for engines and generator: the product answers questions, too. */
const services = ['standalone', 'collector', 'enricher', 'aggregator', 'api'];

export function besideOf({ usage }: Pick<RunResult, 'usage'>, { cpuMicrosecondsPerEvent }: Prototype): Beside[] {
  const ours = new Map(usage.map(({ role, cpuMicrosecondsPerEvent: cpu }) => [role, cpu]));
  const theirs = new Map(Object.entries(cpuMicrosecondsPerEvent));
  const sumOf = (cpu: ReadonlyMap<string, number>, isCounted: (role: string) => boolean): number =>
    [...cpu].reduce((sum, [role, one]) => sum + (isCounted(role) ? one : 0), 0);
  const roles = [...new Set([...ours.keys(), ...theirs.keys()])];
  return [
    ...roles.map((role) => ({ what: role, product: ours.get(role), prototype: theirs.get(role) })),
    {
      what: 'all services',
      product: sumOf(ours, (role) => services.includes(role)),
      prototype: sumOf(theirs, (role) => services.includes(role)),
    },
    {
      what: 'everything but the generator',
      product: productCpu(usage),
      prototype: sumOf(theirs, (role) => role !== 'generator'),
    },
  ];
}
