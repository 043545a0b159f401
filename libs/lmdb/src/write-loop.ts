/**
 * The turns of the only writer of an environment: one turn at a time, as long as something waits. What is asked for while a turn
 * is on its way to the disk gathers for the next, so that one sync pays for all of it.
 */
export class WriteLoop {
  private running: Promise<void> | undefined;

  constructor(
    private readonly isWaiting: () => boolean,
    /** Takes from what waits, and settles it. Must not throw. */
    private readonly turn: () => Promise<void>,
  ) {}

  /** To be called whenever something was put where `isWaiting` sees it. */
  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when everything asked for so far is settled. */
  async drained(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  private async run(): Promise<void> {
    // What is asked for in the same turn of the event loop shares the first commit.
    await Promise.resolve();
    while (this.isWaiting()) await this.turn();
    // Without giving up control since the last look at what waits: what comes next begins a new run.
    this.running = undefined;
  }
}
