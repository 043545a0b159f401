/**
 * Keeps a partition's loop running: what fails is started anew, after a pause that grows, and said aloud. What must not be
 * repeated (the log is not the one the rows were made from) stops for good.
 */
import type { Clock } from './ports.js';

export type LoopState = 'starting' | 'running' | 'failing' | 'halted' | 'stopped';

export interface LoopStatus {
  state: LoopState;
  /** What went wrong last, for people. */
  problem: string | undefined;
  restarts: number;
}

/** Errors after which going on would write wrong rows. */
const FATAL = new Set(['LOG_MISMATCH', 'FOLD_MISMATCH', 'UNKNOWN_LOG', 'LOG_REPLACED', 'LOG_WENT_BACK']);

const PAUSE_MAX_MS = 10_000;

/**
 * Runs `run` until `signal` aborts. It reports through `status`, which the caller owns, and `onTrouble`.
 *
 * @param run one life of the loop; told how to say that it is under way
 */
export async function supervise(
  clock: Clock,
  signal: AbortSignal,
  status: LoopStatus,
  run: (signal: AbortSignal) => Promise<void>,
  onTrouble: (error: unknown, status: LoopStatus) => void,
): Promise<void> {
  let pauseMs = 100;
  while (!signal.aborted) {
    const startedAt = clock.now();
    try {
      status.state = 'running';
      await run(signal);
    } catch (error) {
      status.problem = error instanceof Error ? error.message : String(error);
      if (FATAL.has(codeOf(error))) {
        status.state = 'halted';
        onTrouble(error, status);
        return;
      }
      status.state = 'failing';
      status.restarts++;
      onTrouble(error, status);
      if (clock.now() - startedAt > PAUSE_MAX_MS) pauseMs = 100;
      await clock.sleep(pauseMs, signal);
      pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2);
    }
  }
  status.state = 'stopped';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
