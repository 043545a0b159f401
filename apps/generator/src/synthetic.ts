import { setTimeout as sleep } from 'node:timers/promises';
import { arrivingBefore } from './arrivals.js';
import { ORDINARY_FAULTS, type Arrival, type Fault } from './faults.js';
import { MINUTE_MS, SECOND_MS } from './profile.js';
import { buildingUp, STEADY, type Rhythm } from './rhythm.js';
import { Sender, type SenderOptions, type SenderStats } from './sender.js';
import { createSource, tempoForRate, type SourceOptions } from './sources.js';

/** What to send where. Only the server has no default. */
export interface SyntheticOptions extends Partial<
  Pick<SourceOptions, 'profile' | 'locations' | 'dialect' | 'eventsPerSecond' | 'tempo' | 'rhythm' | 'faults' | 'seed'>
> {
  readonly url: string;
  readonly key: string;
  /** Epoch milliseconds; the system clock when nothing else is given. */
  readonly now?: () => number;
  /** How much history is posted at once before the live events begin. 0 for none: then guests are there from the start. */
  readonly backfillMinutes?: number;
  /**
   * About how many events the history has at most. Where the full rate would give more, the history is a rush that builds up,
   * and new guests come at the full rate half an hour after the start.
   */
  readonly backfillEventsMax?: number;
  readonly sender?: Omit<SenderOptions, 'url' | 'key'>;
}

export interface SyntheticStats extends SenderStats {
  phase: 'backfilling' | 'live' | 'stopped';
  /** Lines of the history. */
  backfilled: number;
  /** Lines by what is wrong with them. A line can have several faults. */
  faults: Record<Fault, number>;
  latenciesMs: readonly number[];
}

export interface Synthetic {
  /** Ends cleanly: no timers, no connections, nothing rejected. */
  stop(): Promise<void>;
  stats(): SyntheticStats;
  /** Resolves when the history has been posted and answered; at once without one. */
  backfilled: Promise<void>;
}

const TICK_MS = 50;
const CHUNK_LINES = 1_000;
const CHUNKS_PER_TICK_MAX = 20;
const RISE_MS = 30 * MINUTE_MS;
/** The history waits for the server rather than overrunning it; the live events do not. */
const BACKFILL_LINES_UNANSWERED_MAX = 4_000;

/** A restaurant group at a lively hour: 40 locations of a chain and twelve in Ontario, about 33 events a second. */
const LIVELY_HOUR = {
  profile: 'both',
  locations: 40,
  dialect: 'locations',
  eventsPerSecond: 33,
  rhythm: 'steady',
  faults: ORDINARY_FAULTS,
  seed: 1,
  backfillMinutes: 90,
  backfillEventsMax: 20_000,
} as const;

/** Starts to send synthetic events, first a history and then live ones, until stopped. */
export function startSynthetic(given: SyntheticOptions): Synthetic {
  const rate = given.eventsPerSecond ?? LIVELY_HOUR.eventsPerSecond;
  const options = { ...LIVELY_HOUR, tempo: tempoForRate(rate), ...given };
  const now = given.now ?? Date.now;
  const startMs = now();
  const spanMs = options.backfillMinutes * MINUTE_MS;
  const fromMs = startMs - spanMs;
  const source = createSource({ ...options, fromMs, isWarm: spanMs === 0, course: course(options, fromMs, startMs) });
  const sender = new Sender({ ...options.sender, url: options.url, key: options.key });
  const faults: Record<Fault, number> = { duplicate: 0, late: 0, out_of_order: 0, malformed: 0 };
  const ending = new AbortController();
  let phase: SyntheticStats['phase'] = spanMs > 0 ? 'backfilling' : 'live';
  let backfilled = 0;
  let bug: string | null = null;

  const offer = (arrivals: readonly Arrival[]) => {
    for (const { truth } of arrivals) for (const fault of truth.faults) faults[fault] += 1;
    sender.offer(arrivals.map(({ line }) => line));
  };

  const backfill = async () => {
    for (const chunk of chunks(arrivingBefore(source, startMs))) {
      await sender.below(BACKFILL_LINES_UNANSWERED_MAX);
      if (ending.signal.aborted) return;
      offer(chunk);
      backfilled += chunk.length;
    }
    await sender.below(0);
  };

  const live = async () => {
    if (!ending.signal.aborted) phase = 'live';
    while (!ending.signal.aborted) {
      // After a pause, such as a laptop's sleep, there is much to catch up with: a part in each tick.
      let chunksLeft = CHUNKS_PER_TICK_MAX;
      for (const chunk of chunks(arrivingBefore(source, now()))) {
        offer(chunk);
        if (--chunksLeft === 0) break;
      }
      await sleep(TICK_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };

  // A mistake in the generator must not take a server down that it only feeds.
  const fail = (error: unknown) => {
    bug = error instanceof Error ? (error.stack ?? error.message) : String(error);
    ending.abort();
    phase = 'stopped';
  };
  const history = backfill().catch(fail);
  const running = history.then(live).catch(fail);
  return {
    backfilled: history,
    stats: () => {
      const sent = sender.stats();
      const lastProblem = bug ?? sent.lastProblem;
      return { ...sent, lastProblem, phase, backfilled, faults: { ...faults }, latenciesMs: sender.latenciesMs() };
    },
    stop: async () => {
      ending.abort();
      phase = 'stopped';
      await sender.stop();
      await running;
    },
  };
}

/** The rate over the whole run, so that the history keeps to its limit. */
function course(
  { eventsPerSecond, backfillEventsMax }: { eventsPerSecond: number; backfillEventsMax: number },
  fromMs: number,
  startMs: number,
): Rhythm {
  const part = backfillEventsMax / ((eventsPerSecond * (startMs - fromMs)) / SECOND_MS);
  if (!(part < 1)) return STEADY;
  // The mean of a straight line is that of its ends.
  const levelAtStart = Math.min(1, 2 * part);
  return buildingUp({ fromMs, levelAtFrom: 2 * part - levelAtStart, startMs, levelAtStart, riseMs: RISE_MS });
}

function* chunks(arrivals: Iterable<Arrival>): Generator<Arrival[]> {
  let chunk: Arrival[] = [];
  for (const arrival of arrivals) {
    chunk.push(arrival);
    if (chunk.length < CHUNK_LINES) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
