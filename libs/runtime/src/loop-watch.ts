/** Watches the loops of a service: whether they run, whether they move, and how far behind they are; for health and metrics. */
import {
  type Clock,
  type Cursor,
  type EventLog,
  type LoopStatus,
  StalledCursors,
  type StreamName,
} from '@ticketrail/pipeline';
import type { Metrics } from './metrics.js';
import type { Readiness } from './health.js';
import type { OwnStatus } from './service-status.js';
import type { Shutdown } from './shutdown.js';

export interface WatchedLoops {
  /** Of the service, as in its metrics: ticketrail_<name>_lag_seconds. */
  readonly name: string;
  /** What the cursors move on. */
  readonly stream: StreamName;
  cursors(): Iterable<Cursor>;
  statuses(): Iterable<{ partition: number; status: Readonly<LoopStatus> }>;
}

export interface WatchPorts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  /** Where the loops are a share of the work that others have the rest of. */
  readonly status?: OwnStatus;
  readonly shutdown: Shutdown;
}

const LOOK_MS = 2_000;

/** Log time moves every few seconds even when nothing happens: a cursor that stands longer than this is stuck. Milliseconds. */
const STALLED_MS = 10_000;

/** Prepares the watch, which ends with the service. @returns a function that begins it */
export function watchLoops(
  loops: WatchedLoops,
  { log, clock, metrics, readiness, status, shutdown }: WatchPorts,
): () => void {
  const { name } = loops;
  const stalled = new StalledCursors(log, loops.stream, clock, STALLED_MS);
  const stop = new AbortController();
  shutdown.at('intake', `watch of the ${name}`, async () => stop.abort());
  status?.register(name, () => {
    const lags = new Map(stalled.lags().map((lag) => [lag.partition, lag]));
    const positions = new Map([...loops.cursors()].map(({ partition, seq }) => [partition, seq]));
    return [...loops.statuses()]
      .map(({ partition, status: { state } }) => ({
        partition,
        state,
        position: positions.get(partition) ?? 0,
        lag_entries: lags.get(partition)?.entries ?? 0,
        lag_seconds: lags.get(partition)?.seconds ?? 0,
      }))
      .toSorted((a, b) => a.partition - b.partition);
  });
  readiness.register(`${name} cursors`, () => stalled.problem());
  metrics.gauge(
    `ticketrail_${name}_lag_entries`,
    `Positions between what the ${name} is done with and the newest entry; at most so many entries`,
    ['partition'],
    (set) => stalled.lags().forEach(({ partition, entries }) => set({ partition }, entries)),
  );
  metrics.gauge(
    `ticketrail_${name}_lag_seconds`,
    `Log time between what the ${name} is done with and the newest entry`,
    ['partition'],
    (set) => stalled.lags().forEach(({ partition, seconds }) => set({ partition }, seconds)),
  );
  metrics.counted(`ticketrail_${name}_restarts_total`, 'Starts anew of loops that failed', ['partition'], (add) => {
    for (const { partition, status } of loops.statuses()) add({ partition }, status.restarts);
  });
  metrics.gauge(
    `ticketrail_${name}_halted`,
    'Loops that stay stopped until a person has looked',
    ['partition'],
    (set) => {
      for (const { partition, status } of loops.statuses()) set({ partition }, status.state === 'halted' ? 1 : 0);
    },
  );
  return () => void watch(stalled, loops, clock, stop.signal);
}

async function watch(stalled: StalledCursors, loops: WatchedLoops, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(LOOK_MS, signal);
    if (!signal.aborted) await stalled.look(loops.cursors());
  }
}
