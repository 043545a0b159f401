/** How many events are sent and not yet counted, every second of a run: a load that is sustained leaves it flat. */
import { setTimeout as sleep } from 'node:timers/promises';
import { slopeOf } from './slope.js';

export interface BacklogPoint {
  readonly seconds: number;
  readonly events: number;
}

const lookEveryMs = 1_000;
const pointsMin = 4;
/** Of a run of hours only so many are compared, since each is with each. */
const pointsMax = 100;
/** In the second half it may grow by what comes in this time: so much comes and goes with the batches. */
const growthMaxSeconds = 0.5;

export class BacklogWatch {
  readonly points: BacklogPoint[] = [];
  readonly #ending = new AbortController();
  #looking: Promise<void> = Promise.resolve();

  /** @param look how many events there are; one that fails is left out */
  constructor(
    private readonly look: () => Promise<number>,
    private readonly onPoint: (point: BacklogPoint) => void = () => undefined,
  ) {}

  begin(): void {
    this.#looking = this.#look(performance.now());
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#looking;
  }

  async #look(started: number): Promise<void> {
    const { signal } = this.#ending;
    for (;;) {
      await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const events = await this.look().catch(() => Number.NaN);
      if (Number.isNaN(events)) continue;
      const point = { seconds: (performance.now() - started) / 1_000, events };
      this.points.push(point);
      this.onPoint(point);
    }
  }
}

/** Events a second by which it grew in the second half; not a number of too few points. */
export function backlogGrowth(points: readonly BacklogPoint[]): number {
  const half = points.slice(points.length >> 1);
  if (half.length < pointsMin) return Number.NaN;
  const every = Math.ceil(half.length / pointsMax);
  const some = half.filter((_, index) => index % every === 0);
  return slopeOf(some.map(({ seconds, events }) => [seconds, events]));
}

/** Whether it grew so much that the rate (events a second) was not kept up with. @param seconds how long the run was */
export const isGrowing = (growthPerSecond: number, rate: number, seconds: number): boolean =>
  growthPerSecond * (seconds / 2) > rate * growthMaxSeconds;
