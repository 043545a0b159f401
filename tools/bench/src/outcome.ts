/** How a call of the bench ended: the code it ends with, and why, in a sentence. */
import type { Kept } from './report/kept-results.js';
import type { RunResult } from './run.js';

export interface Outcome {
  readonly code: 0 | 1 | 70;
  readonly text: string;
}

/** A rate that was not sustained is a result; a fault is not, nor a run that says nothing however often it is tried. */
export function outcomeOf({
  results,
  warmups,
  peers,
  problems,
}: Pick<Kept, 'results' | 'warmups' | 'peers' | 'problems'>): Outcome {
  const wrong: string[] = [];
  for (const run of [...warmups, ...results]) if (run.faults.length > 0) wrong.push(`faults ${nameOf(run)}`);
  // Of a warm-up nothing is said.
  for (const run of results) {
    if (run.faults.length === 0 && run.void !== undefined) wrong.push(`void ${nameOf(run)}`);
  }
  // What a peer makes of it is not the product's.
  const product = peers?.peers[0];
  if (product?.problem === undefined && product?.countsOnce === false)
    wrong.push('faults under questions: a repeated event was not counted once');
  const broken = problems.map(({ what }) => `${what} could not be measured`);
  if (product?.problem !== undefined) broken.push('questions could not be measured');
  const code = wrong.length > 0 ? 1 : broken.length > 0 ? 70 : 0;
  if (code !== 0) return { code, text: `ends with ${code}: ${[...wrong, ...broken].join('; ')}` };
  const runs = `${results.length} ${results.length === 1 ? 'run' : 'runs'} without faults`;
  const sustained = results.filter(({ isSustained }) => isSustained).length;
  const right = [
    ...(results.length === 0 ? [] : [`${runs}, ${sustained} of them sustained`]),
    ...(product === undefined ? [] : ['questions answered, each event counted once']),
  ];
  return { code, text: `ends with 0: ${right.join('; ')}` };
}

const nameOf = ({ options: { rate, locations, tenants } }: RunResult): string =>
  `at ${rate} events/s, ${locations} locations, ${tenants} ${tenants === 1 ? 'tenant' : 'tenants'}`;
