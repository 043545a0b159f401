/** How far a figure can be trusted: as of when, and whether anything may still change it. */
import type { Window } from '@ticketrail/core';
import type { PartitionStand } from '@ticketrail/pipeline';

export interface Standing {
  as_of: {
    /** Everything that arrived before this (log time) is in the figure. Null before the first entry. */
    log_time: string | null;
    /** By partition: the position up to which it is in. */
    positions: Record<string, number>;
  };
  completeness: {
    /** `settled` once late events are no longer expected; they can still come, and then the figure changes. */
    state: 'provisional' | 'settled';
    /** When it becomes settled, or did. */
    settles_at: string;
    /** Events taken that are not yet in any figure. */
    in_flight: number;
  };
}

export function standing(
  stands: readonly Readonly<PartitionStand>[],
  window: Window,
  inFlight: number,
  latenessMs: number,
): Standing {
  const logTime = oldestLogTime(stands);
  const settlesAt = window.to + latenessMs;
  return {
    as_of: asOf(stands),
    completeness: {
      state: logTime >= settlesAt && inFlight === 0 ? 'settled' : 'provisional',
      settles_at: new Date(settlesAt).toISOString(),
      in_flight: inFlight,
    },
  };
}

export function asOf(stands: readonly Readonly<PartitionStand>[]): Standing['as_of'] {
  const logTime = oldestLogTime(stands);
  return {
    log_time: logTime > 0 ? new Date(logTime).toISOString() : null,
    positions: Object.fromEntries(stands.map(({ seq }, partition) => [String(partition), seq])),
  };
}

function oldestLogTime(stands: readonly Readonly<PartitionStand>[]): number {
  return Math.min(...stands.map((stand) => stand.logTime));
}
