/**
 * Decides whether events may be taken now, before anything is taken: not while the log is nearly full, and not while it does not
 * answer. A sender that is refused early keeps its events and comes again; one that waits for a log that is away holds memory
 * and connections for nothing.
 */
import type { Clock, EventLog } from './ports.js';

export interface AdmissionOptions {
  /** How often the log is asked how full it is. */
  readonly askMs: number;
  /** An answer that takes longer counts as none. */
  readonly answerMsMax: number;
  /** From here on events are refused. What is left is for what was taken already. */
  readonly fullnessMax: number;
  /** So many appends, or questions, in a row that failed close the door. */
  readonly failuresMax: number;
  /** While the log answers questions but stores nothing, one request comes through this often, to find out whether it does. */
  readonly probeMs: number;
}

export interface Refused {
  readonly message: string;
  readonly retryAfterSeconds: number;
}

export class Admission {
  private fullness = 0;
  private failedQuestions = 0;
  private failedAppends = 0;
  private probedAt = 0;

  constructor(
    private readonly log: EventLog,
    private readonly clock: Clock,
    private readonly options: AdmissionOptions,
  ) {}

  /** How full the log was when it was asked last: 0 … 1. */
  get lastFullness(): number {
    return this.fullness;
  }

  /** Whether events are refused because the log does not answer. */
  get isClosed(): boolean {
    const { failuresMax } = this.options;
    return this.failedQuestions >= failuresMax || this.failedAppends >= failuresMax;
  }

  /** Asks the log from time to time until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.ask();
      await this.clock.sleep(this.options.askMs, signal);
    }
  }

  /** Why nothing may be taken now, or undefined. */
  refusal(): Refused | undefined {
    if (this.fullness >= this.options.fullnessMax) {
      return { message: `the log is ${Math.floor(this.fullness * 100)}% full`, retryAfterSeconds: 30 };
    }
    if (!this.isClosed) return undefined;
    const now = this.clock.now();
    // A log that does not even say how full it is would keep the sender waiting for nothing: the next question finds out.
    const isAnswering = this.failedQuestions < this.options.failuresMax;
    if (isAnswering && now - this.probedAt >= this.options.probeMs) {
      this.probedAt = now;
      return undefined;
    }
    return { message: 'the log does not answer', retryAfterSeconds: 5 };
  }

  /** To be told of each request that was let through: whether the log stored it. */
  appended(isStored: boolean): void {
    if (!isStored) {
      this.failedAppends++;
      return;
    }
    this.failedAppends = 0;
    this.failedQuestions = 0;
  }

  private async ask(): Promise<void> {
    const tooLate = new AbortController();
    try {
      const answer = await Promise.race([
        this.log.fullness('ingest'),
        this.clock.sleep(this.options.answerMsMax, tooLate.signal).then(() => undefined),
      ]);
      if (answer === undefined) {
        this.failedQuestions++;
        return;
      }
      this.fullness = answer;
      this.failedQuestions = 0;
    } catch {
      // Whoever looks at health sees what is wrong with the log; here only that it does not answer matters.
      this.failedQuestions++;
    } finally {
      tooLate.abort();
    }
  }
}
