/** Engines and services of a cluster start in any order: a start waits, says what for, and gives up after a time. */
import { setTimeout as sleep } from 'node:timers/promises';

/** What waiting does not mend: a person has to change something. */
const FINAL = new Set(['CONFIG', 'UNKNOWN_LOG', 'LOG_SETTINGS_CONTRADICT', 'MIGRATION_CHANGED', 'DATABASE_NEWER']);

const PAUSE_MS_MAX = 2_000;
/** The same reason is said again after this long. Milliseconds. */
const SAY_AGAIN_MS = 15_000;

export class EnginesMissing extends Error {
  readonly code = 'ENGINES_MISSING';
}

/**
 * Calls `open` until it succeeds. Throws EnginesMissing after `waitMs`, and at once what waiting does not mend.
 *
 * @param say told of the reason when it changes, and of the same one from time to time
 */
export async function waitForEngines<T>(
  open: () => Promise<T>,
  waitMs: number,
  say: (reason: string) => void,
): Promise<T> {
  const deadline = Date.now() + waitMs;
  let pauseMs = 100;
  let said = { reason: '', at: 0 };
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (FINAL.has(codeOf(error))) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const now = Date.now();
      if (now + pauseMs > deadline) {
        throw new EnginesMissing(`the engines were not there within ${Math.round(waitMs / 1000)} seconds: ${reason}`, {
          cause: error,
        });
      }
      if (reason !== said.reason || now - said.at >= SAY_AGAIN_MS) {
        said = { reason, at: now };
        say(reason);
      }
      await sleep(pauseMs);
      pauseMs = Math.min(PAUSE_MS_MAX, pauseMs * 2);
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
