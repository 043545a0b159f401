/** How a process ends: orderly and in bounded time on a signal, and at once with a clear line when nobody handled an error. */
import type { INestApplication } from '@nestjs/common';
import { Shutdown } from './shutdown.js';

/** From the signal to the end. Longer than all stages of Shutdown and the requests under way may take together. Milliseconds. */
const ENDING_MS_MAX = 9_500;

/**
 * Closes `app` on SIGTERM or SIGINT and ends the process: with 0 when everything was done, else with 1 and a sentence. A second
 * signal changes nothing.
 */
export function endOnSignal(app: INestApplication): void {
  let isEnding = false;
  const end = (signal: NodeJS.Signals): void => {
    if (isEnding) return;
    isEnding = true;
    setTimeout(() => leave(1, `the orderly end took longer than ${ENDING_MS_MAX} ms and was cut short`), ENDING_MS_MAX);
    app.close().then(
      () =>
        app.get(Shutdown).isClean
          ? process.exit(0)
          : leave(1, `not everything was done before the end (${signal}); the log replays it at the next start`),
      (error: unknown) => leave(1, `the end failed: ${textOf(error)}`),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

/** A promise that nobody waits for must not fail unseen: the process ends, and the log replays. */
export function endOnUnhandledErrors(): void {
  process.on('unhandledRejection', leaveAfterUnhandled);
  process.on('uncaughtException', leaveAfterUnhandled);
}

/** Ends the process at once: whatever it had not answered, the log replays. */
export function leaveAfterUnhandled(error: unknown): void {
  leave(1, `an error that nobody handled: ${textOf(error)}`);
}

/** Ends a start that failed. An error with a code is meant for the person who starts it; any other is a bug, with its stack. */
export function leaveAfterFailedStart(name: string, error: unknown): void {
  const isPlain = error instanceof Error && 'code' in error;
  process.stderr.write(`${name} did not start: ${isPlain ? error.message : textOf(error)}\n`, () => process.exit(1));
}

function leave(code: number, sentence: string): void {
  process.stderr.write(`${sentence}\n`, () => process.exit(code));
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
