const FIRST_MS = 500;
const LONGEST_MS = 20_000;

/**
 * How long to wait before the n-th try (from 0). It doubles up to a limit, and the jitter spreads the screens of a whole chain, which
 * all lose the stream in the same moment when a server restarts.
 */
export function backoffMs(attempt: number, random: number, retryAfterMs = 0): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.max(Math.round(ceiling * (0.5 + random / 2)), retryAfterMs);
}

/** Retry-After in seconds or as a date; 0 where it is missing or makes no sense. Never more than a minute: a screen should not sleep longer. */
export function retryAfterMs(header: string | null, nowMs: number): number {
  if (!header) return 0;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 60_000) : 0;
}
