/** How long messages wait for company before they depart. */
import type { Clock } from './ports.js';

/** From here on, messages a second, a longer wait is worth its delay: each costs the log a sync and its readers a wake-up. */
const MESSAGES_PER_SECOND_MANY = 500;
/** Down from here the wait becomes shorter again. Well below the other, so that a steady load has a steady wait. */
const MESSAGES_PER_SECOND_FEW = 250;
/** Messages are counted this long before the wait is changed, milliseconds. */
const COUNTED_MS = 50;
/** After a silence of this length nothing is known about the load, milliseconds. */
const SILENCE_MS = 1_000;

export class Linger {
  private ms: number;
  private next: Promise<void> | undefined;
  private messages = 0;
  private countedSince: number;

  constructor(
    private readonly clock: Clock,
    private readonly msMin: number,
    private readonly msMax: number,
  ) {
    this.ms = msMin;
    this.countedSince = clock.now();
  }

  /** The next departure: one for everybody who waits for it. */
  departure(): Promise<void> {
    return (this.next ??= this.clock.sleep(this.currentMs()).then(() => (this.next = undefined)));
  }

  /** To be told of each message that departs. */
  departed(): void {
    this.messages++;
    const now = this.clock.now();
    const passedMs = now - this.countedSince;
    if (passedMs >= 0 && passedMs < COUNTED_MS) return;
    const perSecond = (this.messages * 1_000) / passedMs;
    this.ms = this.currentMs();
    if (perSecond > MESSAGES_PER_SECOND_MANY) this.ms = Math.min(this.msMax, this.ms * 1.25);
    else if (perSecond < MESSAGES_PER_SECOND_FEW) this.ms = Math.max(this.msMin, this.ms * 0.8);
    this.messages = 0;
    this.countedSince = now;
  }

  private currentMs(): number {
    const passedMs = this.clock.now() - this.countedSince;
    // A clock that was set back tells as little as a silence.
    return passedMs < 0 || passedMs >= SILENCE_MS ? this.msMin : this.ms;
  }
}
