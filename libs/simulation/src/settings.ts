/** The loops' options in the simulation: everything is so small that each limit is reached within seconds of virtual time. */
import type { AggregateOptions, BatcherOptions, EnrichOptions } from '@ticketrail/pipeline';
import type { Choices } from './choices.js';
import type { Mix } from './faults.js';

export const SKEW_MS = 700;
export const HORIZON_MS = 5 * 3_600_000;
export const IDLE_MS = 400;
/** What the tables lose is less than this. */
export const REWIND_MS = 2_500;
export const TAIL_MS_MAX = 1_500;
/** Tables that sync this often lose less than this when they go down. */
export const SYNC_MS_MAX = 600;
const RETENTION_MS = 400 * 86_400_000;

export interface Settings {
  readonly partitions: number;
  readonly enriching: EnrichOptions;
  readonly aggregating: AggregateOptions;
  /** How long after they answered the tables may lose what they took; 0: they lose nothing by themselves. */
  readonly tablesSyncMs: number;
  readonly batching: Omit<BatcherOptions, 'collector' | 'boot'>;
  /** How long the log remembers message ids. */
  readonly dedupeMs: number;
}

export function drawSettings(choices: Choices, { moments, mayHalt, dedupeMs }: Mix): Settings {
  // As in production the window of identities is then longer than what the tables can lose.
  const isTailInDoubt = moments.includes('lost tail');
  const tablesSyncMs = moments.includes('tables restart') ? choices.pick([150, SYNC_MS_MAX]) : 0;
  const partitions = choices.integer(1, 3);
  return {
    partitions,
    enriching: {
      skewMs: SKEW_MS,
      horizonMs: HORIZON_MS,
      windowMs: isTailInDoubt ? 30_000 : choices.pick([900, 1_500, 3_000]),
      windowIdentitiesMax: isTailInDoubt ? 10_000 : choices.pick([9, 30, 1_000]),
      // A minute takes 4 KiB.
      oldMarksBytesMax: choices.pick([1, 10_000, 100_000]),
      oldMarksRowsPerRead: choices.pick([1, 3, 1_000]),
      togetherEventsMax: choices.pick([1, 6, 1_000]),
      togetherCharactersMax: choices.pick([1_000, 100_000]),
      // The last message that was settled has to be among them for a rolled back ingest log to be noticed.
      rebuildEntriesMax: mayHalt ? 1_000 : choices.pick([1, 4, 1_000]),
      idleMs: IDLE_MS,
      defaultTimeZone: 'UTC',
      latenessMs: choices.pick([0, 60_000]),
    },
    aggregating: {
      skewMs: SKEW_MS,
      publishMs: 50,
      eventsPerTurn: choices.pick([1, 10, 1_000]),
      flushMs: 80,
      sourcesMsMax: choices.pick([80, 200]),
      busySourceRowsPerSecond: 300,
      flushMsMax: 320,
      busyRowsPerSecond: 300,
      checkpointMs: choices.pick([200, 400, 1_500]),
      checkpointMsMax: 1_600,
      replayEventsMax: choices.pick([20, 1_000]),
      rowsPerWriteMin: choices.pick([3, 20]),
      waitingRowsMax: choices.pick([15, 60, 10_000]),
      ordersMax: choices.pick([1, 4, 100]),
      orderFilterBytes: choices.pick([0, 8, 16_384, 16_384]),
      periodsMax: choices.pick([1, 4, 100]),
      cellsMax: choices.pick([8, 40, 1_000]),
      ordersBytesMax: choices.pick([1_000, 1_000_000]),
      periodsBytesMax: choices.pick([1_000, 1_000_000, 1_000_000]),
      cellsBytesMax: choices.pick([10_000, 1_000_000]),
      momentsKeptMs: choices.pick([-SKEW_MS, -SKEW_MS, 0, 10_000]),
      rewindMs: REWIND_MS,
      retentionMs: () => RETENTION_MS,
    },
    batching: {
      partitions,
      lingerMinMs: 2,
      lingerMaxMs: 15,
      batchEventsMax: choices.pick([3, 20]),
      batchBytesMax: 100_000,
      pendingBytesMax: choices.pick([4_000, 100_000]),
    },
    tablesSyncMs,
    dedupeMs: dedupeMs ?? choices.pick([0, 300, 60_000]),
  };
}
