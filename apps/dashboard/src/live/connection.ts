import type { StreamState } from '../api/stream.js';
import { clock } from '../figures/format.js';

/** Beats come every 10 s; with nothing for 15 s the page no longer claims to be live. */
export const STALE_AFTER_MS = 15_000;

export interface Connection {
  readonly kind: 'connecting' | 'live' | 'stale' | 'reconnecting' | 'refused';
  readonly label: string;
  /** What more can be said, for a tooltip. */
  readonly detail: string;
}

/** Says the truth about the stream: what is known to have arrived, not what the socket hopes for. */
export function describeConnection(
  state: StreamState,
  lastNewsMs: number | undefined,
  nowMs: number,
  timeZone?: string,
): Connection {
  const silentMs = lastNewsMs === undefined ? undefined : Math.max(0, nowMs - lastNewsMs);
  const since = lastNewsMs === undefined ? '' : clock(lastNewsMs, timeZone);
  const silence = silentMs !== undefined && silentMs >= STALE_AFTER_MS ? `No news since ${since}` : undefined;

  if (state.kind === 'refused') {
    return { kind: 'refused', label: 'Key refused', detail: 'The server does not accept this key.' };
  }
  if (state.kind === 'open') {
    if (silence)
      return { kind: 'stale', label: silence, detail: 'The connection is open, but nothing arrives, not even a beat.' };
    return { kind: 'live', label: 'Live', detail: `Connected. Last heard from the server at ${since || 'the start'}.` };
  }
  if (lastNewsMs === undefined && state.kind === 'connecting' && state.attempt === 0) {
    return { kind: 'connecting', label: 'Connecting', detail: 'Waiting for the first answer.' };
  }
  const seconds = state.kind === 'waiting' ? Math.max(0, Math.ceil((state.retryAtMs - nowMs) / 1000)) : 0;
  const next = state.kind === 'connecting' ? 'Trying now.' : `Because ${state.reason}. Next try in ${seconds} s.`;
  if (silence) return { kind: 'stale', label: `${silence}, reconnecting`, detail: next };
  return {
    kind: 'reconnecting',
    label: 'Reconnecting',
    detail: since ? `${next} Last heard from the server at ${since}.` : next,
  };
}
