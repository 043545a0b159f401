import type { LoopStatus } from '@ticketrail/pipeline';

/** Injection token of the Epoch, which the module that opens the engines provides. */
export const EPOCH = Symbol('EPOCH');

/** One line for the log about a loop that failed. */
export function troubleOf(what: string, partition: number, error: unknown, { state, restarts }: LoopStatus): string {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const next =
    state === 'halted' ? 'it stays stopped until a person has looked' : `it is started anew (${restarts} so far)`;
  return `${what} of partition ${partition} failed, ${next}: ${message}`;
}
