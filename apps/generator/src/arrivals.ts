import { deliver, type Arrival, type Faults } from './faults.js';
import { SECOND_MS, type Profile } from './profile.js';
import { TimeQueue } from './queue.js';
import type { Random } from './random.js';
import type { Rhythm } from './rhythm.js';

/** Lines in the order in which they reach the server, without end. */
export interface ArrivalSource {
  /** When the next line arrives, epoch milliseconds. */
  readonly nextMs: number;
  /** Takes the next line. */
  take(): Arrival;
}

export interface ArrivalOptions {
  readonly profile: Profile;
  readonly random: Random;
  readonly faults: Faults;
  readonly rhythm: Rhythm;
  /** Events per second when the rhythm is 1, before duplicates. */
  readonly eventsPerSecond: number;
  /** Nothing arrives earlier, epoch milliseconds. */
  readonly fromMs: number;
  /**
   * Whether guests are there already at `fromMs`, so that every type of event flows from the first second. The earlier events
   * of their visits are not sent. Otherwise the doors open at `fromMs`.
   */
  readonly isWarm: boolean;
}

/** One profile's arrivals: visits start at random moments, and their events arrive as the faults will have it. */
export class Arrivals implements ArrivalSource {
  readonly #profile: Profile;
  readonly #faults: Faults;
  readonly #rhythm: Rhythm;
  readonly #starts: Random;
  readonly #visits: Random;
  readonly #transport: Random;
  readonly #meanGapMs: number;
  readonly #fromMs: number;
  readonly #queue = new TimeQueue<Arrival>();
  #nextVisitMs: number;

  constructor({ profile, random, faults, rhythm, eventsPerSecond, fromMs, isWarm }: ArrivalOptions) {
    if (!(eventsPerSecond > 0)) throw new Error('The rate of events must be above zero.');
    this.#profile = profile;
    this.#faults = faults;
    this.#rhythm = rhythm;
    this.#starts = random.fork('starts');
    this.#visits = random.fork('visits');
    this.#transport = random.fork('transport');
    this.#meanGapMs = (profile.eventsPerVisit / eventsPerSecond / rhythm.peak) * SECOND_MS;
    this.#fromMs = fromMs;
    this.#nextVisitMs = isWarm ? fromMs - profile.longestVisitMs : fromMs;
    this.#moveToNextVisit();
  }

  get nextMs(): number {
    this.#fill();
    return this.#queue.nextDueMs;
  }

  take(): Arrival {
    this.#fill();
    const arrival = this.#queue.take();
    if (arrival === undefined) throw new Error('A queue that was just filled is empty.');
    return arrival;
  }

  /** Nothing arrives before its visit starts, so what is due before the next visit is final. */
  #fill(): void {
    while (this.#nextVisitMs <= this.#queue.nextDueMs) {
      const happenings = this.#profile.visit(Math.floor(this.#nextVisitMs), this.#visits);
      const endMs = (happenings.at(-1)?.atMs ?? 0) + this.#faults.latenessMaxMs;
      const arrivals =
        endMs < this.#fromMs ? [] : deliver(this.#profile.name, happenings, this.#faults, this.#transport);
      for (const arrival of arrivals) {
        if (arrival.arrivesAtMs >= this.#fromMs) this.#queue.add(arrival.arrivesAtMs, arrival);
      }
      this.#moveToNextVisit();
    }
  }

  /** A Poisson process at the highest rate, of which the rhythm lets through a part. */
  #moveToNextVisit(): void {
    do this.#nextVisitMs += this.#starts.exponential(this.#meanGapMs);
    while (!this.#starts.chance(this.#rhythm.at(this.#nextVisitMs) / this.#rhythm.peak));
  }
}

/** Several sources as one, in the order of arrival. */
export class MergedArrivals implements ArrivalSource {
  readonly #sources: readonly ArrivalSource[];

  constructor(sources: readonly ArrivalSource[]) {
    if (sources.length === 0) throw new Error('Nothing to merge.');
    this.#sources = sources;
  }

  get nextMs(): number {
    return Math.min(...this.#sources.map((source) => source.nextMs));
  }

  take(): Arrival {
    return this.#sources.reduce((first, other) => (other.nextMs < first.nextMs ? other : first)).take();
  }
}

/** Everything that arrives before a moment; the rest stays. */
export function* arrivingBefore(source: ArrivalSource, timeMs: number): Generator<Arrival> {
  while (source.nextMs < timeMs) yield source.take();
}
