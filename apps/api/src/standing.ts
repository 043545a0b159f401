/** How far a figure can be trusted: as of when, and whether anything may still change it. */
import { type Completeness, completenessOf, type Restated, type Window } from '@ticketrail/core';
import type { PartitionStand } from '@ticketrail/pipeline';

export interface Standing {
  as_of: {
    /** Everything that arrived before this (log time) is in the figure. Null before the first entry. */
    log_time: string | null;
    /** By partition: the position up to which it is in. */
    positions: Record<string, number>;
  };
  completeness: Completeness & {
    /** Events taken that are not yet in any figure. */
    in_flight: number;
  };
  /** What changed in the window after its minutes were settled; absent when nothing did. */
  restated?: Restated;
}

export function standing(
  stands: readonly Readonly<PartitionStand>[],
  window: Window,
  inFlight: number,
  latenessMs: number,
  restated?: Restated,
): Standing {
  return {
    as_of: asOf(stands),
    completeness: {
      ...completenessOf(window, oldestLogTime(stands), latenessMs, restated),
      in_flight: inFlight,
    },
    ...(restated === undefined ? {} : { restated }),
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
