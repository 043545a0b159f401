/**
 * A schedule of faults made from one number: the same seed strikes the same targets in the same order and for the same time,
 * so that a failure can be repeated with `CLUSTER_SEED=<seed>`.
 */
import { Random } from '../random.js';

export interface Step<Fault extends string = string> {
  /** From the end of the step before (or the start). Milliseconds. */
  readonly afterMs: number;
  readonly fault: Fault;
  readonly target: string;
  /** How long the fault lasts before it is mended. Milliseconds. */
  readonly lastsMs: number;
}

export interface ScheduleOptions<Fault extends string> {
  readonly seed: number;
  readonly targets: readonly string[];
  readonly faults: readonly Fault[];
  /** The shortest and the longest, both included. Milliseconds. */
  readonly afterMs: readonly [number, number];
  readonly lastsMs: readonly [number, number];
}

/** Every fault strikes every target once. */
export function makeSchedule<Fault extends string>(options: ScheduleOptions<Fault>): Step<Fault>[] {
  const random = new Random(options.seed);
  const blows = options.targets.flatMap((target) => options.faults.map((fault) => ({ target, fault })));
  return random.shuffled(blows).map(({ target, fault }) => ({
    afterMs: random.between(...options.afterMs),
    fault,
    target,
    lastsMs: random.between(...options.lastsMs),
  }));
}

/** The seed of this run: CLUSTER_SEED, a new one when that says `random`, and else always the same. */
export function seedOfRun(environment: NodeJS.ProcessEnv = process.env): number {
  const given = environment['CLUSTER_SEED'] ?? '1';
  if (given === 'random') return Date.now() % 1_000_000;
  if (!/^\d{1,9}$/.test(given)) throw new Error(`CLUSTER_SEED must be a whole number or 'random', not '${given}'`);
  return Number(given);
}

/** The schedule in words, with what repeats it. */
export function describeSchedule(seed: number, schedule: readonly Step[]): string {
  const steps = schedule.map(
    ({ afterMs, fault, target, lastsMs }) => `  after ${afterMs} ms: ${fault} ${target} for ${lastsMs} ms`,
  );
  return [`schedule of seed ${seed} (repeat it with CLUSTER_SEED=${seed}):`, ...steps].join('\n');
}
