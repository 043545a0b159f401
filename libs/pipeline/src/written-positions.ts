import type { Checkpoint } from './checkpoint.js';

/** Positions up to which the tables have answered every row, until they are durable. */
export class WrittenPositions {
  private readonly waiting: { readonly checkpoint: Checkpoint; readonly answeredAt: number }[] = [];

  /** @param syncMs how long the tables may take to sync what they answered */
  constructor(private readonly syncMs: number) {}

  /** In ascending order. @param answeredAt by our clock: when the last row up to it was answered */
  add(checkpoint: Checkpoint, answeredAt: number): void {
    const { waiting, syncMs } = this;
    const [before, last] = [waiting.at(-2), waiting.at(-1)];
    // Those that lie close together are not worth one checkpoint each. The one that stays ages on.
    const isClose = before !== undefined && last!.answeredAt - before.answeredAt < syncMs / WAITING_MAX;
    if (isClose) waiting[waiting.length - 1] = { checkpoint, answeredAt };
    else waiting.push({ checkpoint, answeredAt });
  }

  /** Whether any is there that was not taken as durable. */
  get isWaiting(): boolean {
    return this.waiting.length > 0;
  }

  hasDurable(now: number): boolean {
    return this.waiting[0] !== undefined && this.isDurable(this.waiting[0].answeredAt, now);
  }

  /** The newest position that is durable, and no position twice. */
  takeDurable(now: number): Checkpoint | undefined {
    let durable: Checkpoint | undefined;
    while (this.waiting[0] !== undefined && this.isDurable(this.waiting[0].answeredAt, now)) {
      durable = this.waiting.shift()!.checkpoint;
    }
    return durable;
  }

  private isDurable(answeredAt: number, now: number): boolean {
    return now - answeredAt >= this.syncMs;
  }
}

/** Positions that wait at the same time, and one or two more. */
const WAITING_MAX = 32;
