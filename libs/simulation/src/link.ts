/**
 * One simulated process as seen from the world: it can be killed, stopped and continued (SIGSTOP, a long garbage collection), and
 * hears of nothing but what passes through here.
 */
import { Clock } from '@ticketrail/pipeline';
import type { Choices } from './choices.js';
import type { Scheduler } from './scheduler.js';

export class Link {
  private state: 'running' | 'stopped' | 'killed' = 'running';
  private held: (() => void)[] = [];

  constructor(
    readonly name: string,
    readonly scheduler: Scheduler,
    readonly choices: Choices,
    /** Milliseconds that an operation takes one way, drawn for each. */
    private readonly latency: (choices: Choices) => number,
  ) {}

  get isKilled(): boolean {
    return this.state === 'killed';
  }

  get isStopped(): boolean {
    return this.state === 'stopped';
  }

  /** Nothing of the process runs any more. What it has sent may still arrive. */
  kill(): void {
    this.state = 'killed';
    this.held = [];
  }

  /** The process stands still, knows nothing of it, and later goes on where it was. */
  stop(): void {
    if (this.state === 'running') this.state = 'stopped';
  }

  continue(): void {
    if (this.state !== 'stopped') return;
    this.state = 'running';
    const { held } = this;
    this.held = [];
    for (const run of held) this.deliver(run);
  }

  /** Lets the process know of something, now or when it goes on. */
  deliver(run: () => void): void {
    if (this.state === 'running') run();
    else if (this.state === 'stopped') this.held.push(run);
  }

  /** One way between the process and an engine, milliseconds. */
  drawLatency(): number {
    return this.latency(this.choices);
  }

  /** The way to an engine. The process may die meanwhile, which half of its requests survive. */
  there(run: () => void, ms: number = this.drawLatency()): void {
    this.scheduler.in(ms, () => {
      if (!this.isKilled || this.choices.chance(0.5)) run();
    });
  }

  /** The way back. */
  back(run: () => void): void {
    this.scheduler.in(this.drawLatency(), () => this.deliver(run));
  }

  /** Asks an engine: `ask` runs there, and the promise settles here. */
  async call<Answer>(ask: () => Answer | Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.there(() => {
        const answered = async (): Promise<Answer> => ask();
        answered().then(
          (answer) => this.back(() => resolve(answer)),
          (error: unknown) => this.back(() => reject(error)),
        );
      });
    });
  }
}

/** The clock of a process, which may be wrong by some milliseconds. */
export class LinkClock extends Clock {
  constructor(
    private readonly link: Link,
    private readonly wrongByMs: number,
    /** Told of every sleep. */
    private readonly onSleep: (ms: number) => void = () => undefined,
  ) {
    super();
  }

  override now(): number {
    return Math.floor(this.link.scheduler.now()) + this.wrongByMs;
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    this.onSleep(ms);
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      signal?.addEventListener('abort', wake, { once: true });
      this.link.scheduler.in(ms, () => this.link.deliver(wake));
    });
  }

  override turn(): Promise<void> {
    return new Promise((resolve) => this.link.scheduler.in(0, () => this.link.deliver(resolve)));
  }
}
