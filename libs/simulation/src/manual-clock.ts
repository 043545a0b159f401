import { setImmediate } from 'node:timers/promises';
import { Clock } from '@ticketrail/pipeline';

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/**
 * Time that only moves when told to. Sleepers wake one at a time, in the order of their times and then of falling asleep, and
 * all that follows from one waking is done before the next: so a run is the same every time.
 */
export class ManualClock extends Clock {
  private sleepers: Sleeper[] = [];

  /** @param time where it begins, epoch milliseconds */
  constructor(private time: number) {
    super();
  }

  override now(): number {
    return this.time;
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        wakeAt: this.time + Math.max(0, ms),
        wake: () => {
          this.sleepers = this.sleepers.filter((other) => other !== sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', sleeper.wake, { once: true });
    });
  }

  /** Goes on at once: what others do in their turns takes no time here. */
  override turn(): Promise<void> {
    return Promise.resolve();
  }

  /** Lets `ms` pass, with all that happens in it. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let next = this.next(); next !== undefined && next.wakeAt <= end; next = this.next()) {
      this.time = Math.max(this.time, next.wakeAt);
      next.wake();
      await settle();
    }
    this.time = end;
  }

  /** Jumps to the time at which somebody wakes; false when nobody sleeps. */
  async step(): Promise<boolean> {
    await settle();
    const next = this.next();
    if (next === undefined) return false;
    await this.advance(Math.max(0, next.wakeAt - this.time));
    return true;
  }

  /** Sets the time without waking anybody, also backwards, as a machine's clock may be set. */
  set(time: number): void {
    this.time = time;
  }

  private next(): Sleeper | undefined {
    let earliest: Sleeper | undefined;
    for (const sleeper of this.sleepers) {
      if (earliest === undefined || sleeper.wakeAt < earliest.wakeAt) earliest = sleeper;
    }
    return earliest;
  }
}

/** Lets everything that can go on without time passing go on. */
function settle(): Promise<void> {
  return setImmediate();
}
