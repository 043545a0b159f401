import { Arrivals, MergedArrivals, type ArrivalSource } from './arrivals.js';
import type { ChainDialect } from './chain-events.js';
import { Chain } from './chain.js';
import type { Faults } from './faults.js';
import { Ontario, ONTARIO_TIME_ZONE } from './ontario.js';
import { SECOND_MS, type Profile, type ProfileName } from './profile.js';
import { Random } from './random.js';
import { combined, mealtimes, STEADY, type Rhythm } from './rhythm.js';

/** Everything that decides what is generated: the same options give the same bytes. */
export interface SourceOptions {
  readonly profile: ProfileName | 'both';
  /** Locations of the chain; Ontario always has twelve. */
  readonly locations: number;
  readonly dialect: ChainDialect | 'mixed';
  /** Of all profiles together, before duplicates. */
  readonly eventsPerSecond: number;
  /** How many times faster than life a visit goes. */
  readonly tempo: number;
  /** `mealtimes` follows the day in each profile's time zone, with the given rate as the mean of a day. */
  readonly rhythm: 'steady' | 'mealtimes';
  /** Multiplies the rhythm, for a rate that is to change over a run. */
  readonly course?: Rhythm;
  readonly faults: Faults;
  readonly seed: number;
  /** Nothing arrives earlier, epoch milliseconds. */
  readonly fromMs: number;
  /** Whether guests are there already at `fromMs`. */
  readonly isWarm: boolean;
}

/** Of the events of both profiles together, Ontario's part. */
const ONTARIO_SHARE = 0.25;
const CHAIN_TIME_ZONE = 'America/Chicago';

/** The arrivals of one profile or both. */
export function createSource(options: SourceOptions): ArrivalSource {
  const { profile, eventsPerSecond, tempo } = options;
  const chain = () => new Chain({ locations: options.locations, dialect: options.dialect, tempo });
  const ontario = () => new Ontario({ tempo });
  if (profile === 'chain') return arrivals(options, chain(), eventsPerSecond, CHAIN_TIME_ZONE);
  if (profile === 'ontario') return arrivals(options, ontario(), eventsPerSecond, ONTARIO_TIME_ZONE);
  return new MergedArrivals([
    arrivals(options, chain(), eventsPerSecond * (1 - ONTARIO_SHARE), CHAIN_TIME_ZONE),
    arrivals(options, ontario(), eventsPerSecond * ONTARIO_SHARE, ONTARIO_TIME_ZONE),
  ]);
}

function arrivals(options: SourceOptions, profile: Profile, eventsPerSecond: number, timeZone: string): Arrivals {
  const { seed, fromMs, faults, isWarm, course = STEADY } = options;
  const daily = options.rhythm === 'mealtimes' ? mealtimes(timeZone) : STEADY;
  return new Arrivals({
    profile,
    // The start is part of the seed: a second run from the same seed at another time is another day with other event ids, and
    // not a repetition that a server would discard as duplicates.
    random: new Random(seed).fork(profile.name, fromMs),
    faults,
    rhythm: combined(daily, course),
    eventsPerSecond,
    fromMs,
    isWarm,
  });
}

/** Visits that may go on at once: each is held in memory until its last event. */
const OPEN_VISITS_MAX = 30_000;

/**
 * The slowest tempo at which a rate stays within the memory of this machine. At 10,000 events a second and life's pace seven
 * million parties would be at their tables.
 */
export function tempoForRate(eventsPerSecond: number): number {
  const { eventsPerVisit, meanVisitMs } = new Chain({ locations: 1, dialect: 'locations', tempo: 1 });
  const openVisits = ((eventsPerSecond / eventsPerVisit) * meanVisitMs) / SECOND_MS;
  return Math.max(1, openVisits / OPEN_VISITS_MAX);
}
