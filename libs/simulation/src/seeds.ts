/** Runs many seeds and says what came out of them. */
import { mixNamed } from './faults.js';
import { simulate } from './simulation.js';
import { Sometimes } from './sometimes.js';

export interface Seeds {
  readonly from: number;
  /** Every `step`th seed from `from` on, `count` of them. */
  readonly step: number;
  readonly count: number;
  readonly mixes: readonly string[];
  /** Ends at the first run that fails. */
  readonly untilFailure: boolean;
}

export interface Failure {
  readonly seed: number;
  readonly mix: string;
  readonly problems: readonly string[];
}

export interface Summary {
  readonly runs: number;
  readonly seeds: number;
  readonly events: number;
  readonly failures: readonly Failure[];
  readonly sometimes: Sometimes;
}

const FAILURES_KEPT_MAX = 20;

/** @param onSeed told of each seed that is done, with the failures so far */
export async function runSeeds(
  { from, step, count, mixes, untilFailure }: Seeds,
  onSeed: (done: number, failures: readonly Failure[]) => void = () => undefined,
): Promise<Summary> {
  const sometimes = new Sometimes();
  const failures: Failure[] = [];
  let [runs, events, seeds] = [0, 0, 0];
  while (seeds < count) {
    const seed = from + seeds * step;
    for (const name of mixes) {
      const outcome = await simulate(seed, mixNamed(name));
      runs++;
      events += outcome.events;
      sometimes.add(outcome.sometimes);
      if (outcome.problems.length === 0) continue;
      if (failures.length < FAILURES_KEPT_MAX) {
        failures.push({ seed, mix: name, problems: outcome.problems.slice(0, FAILURES_KEPT_MAX) });
      }
      if (untilFailure) break;
    }
    seeds++;
    onSeed(seeds, failures);
    if (untilFailure && failures.length > 0) break;
  }
  return { runs, seeds, events, failures, sometimes };
}
