import { setTimeout as sleep } from 'node:timers/promises';
import { Poster, type PostAnswer } from './post.js';

export interface SenderOptions {
  /** Where the server is, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly key: string;
  readonly linesPerRequestMax?: number;
  readonly requestsInFlightMax?: number;
  /** What may wait to be sent; beyond it lines are dropped and counted, because a till does not wait either. */
  readonly linesWaitingMax?: number;
  readonly attemptsMax?: number;
  readonly retryWaitMs?: { readonly least: number; readonly most: number };
  readonly requestTimeoutMs?: number;
}

/** What became of the lines: offered = accepted + rejected + refused + abandoned + dropped + waiting + in flight. */
export interface SenderStats {
  offered: number;
  /** Taken by the server as events. */
  accepted: number;
  /** Taken by the server as malformed. */
  rejected: number;
  /** In requests that the server will never take, such as ones with a wrong key. */
  refused: number;
  /** In requests that failed too often, or were cut short by the end of the run. */
  abandoned: number;
  /** Never sent, because too much was waiting. */
  dropped: number;
  waiting: number;
  inFlight: number;
  requests: number;
  retries: number;
  /** What went wrong last, in words; null while nothing has. */
  lastProblem: string | null;
}

const RETRIED_STATUSES = new Set([408, 429, 500, 502, 503, 504]);
const LATENCIES_KEPT_MAX = 10_000;
const STOP_GRACE_MS = 2_000;

/**
 * Posts lines in batches, a few requests at a time. Sending again what may have arrived is safe: the server counts an
 * event_id once. Nothing here rejects: what goes wrong is in the numbers.
 */
export class Sender {
  readonly #options: Required<SenderOptions>;
  readonly #poster: Poster;
  /** Ends waits between attempts. */
  readonly #stopping = new AbortController();
  /** Ends requests. */
  readonly #cutting = new AbortController();
  #waiting: string[] = [];
  #taken = 0;
  #listeners: (() => void)[] = [];
  #requestsInFlight = 0;
  readonly #latenciesMs: number[] = [];
  readonly #stats: SenderStats = {
    offered: 0,
    accepted: 0,
    rejected: 0,
    refused: 0,
    abandoned: 0,
    dropped: 0,
    waiting: 0,
    inFlight: 0,
    requests: 0,
    retries: 0,
    lastProblem: null,
  };

  constructor(options: SenderOptions) {
    this.#options = {
      linesPerRequestMax: 1_000,
      requestsInFlightMax: 4,
      linesWaitingMax: 100_000,
      attemptsMax: 8,
      retryWaitMs: { least: 100, most: 10_000 },
      requestTimeoutMs: 30_000,
      ...options,
    };
    const { url, key, requestsInFlightMax, requestTimeoutMs } = this.#options;
    this.#poster = new Poster({ url, key, connectionsMax: requestsInFlightMax, timeoutMs: requestTimeoutMs });
  }

  stats(): SenderStats {
    return { ...this.#stats, waiting: this.#waitingLines() };
  }

  /** The times in milliseconds from the first attempt to the answer of the latest requests that were accepted. */
  latenciesMs(): readonly number[] {
    return this.#latenciesMs;
  }

  /** Takes lines to send as soon as possible. */
  offer(lines: readonly string[]): void {
    const room = this.#isStopping ? 0 : Math.max(0, this.#options.linesWaitingMax - this.#waitingLines());
    const taken = lines.length <= room ? lines : lines.slice(0, room);
    this.#stats.offered += lines.length;
    this.#stats.dropped += lines.length - taken.length;
    for (const line of taken) this.#waiting.push(line);
    this.#pump();
  }

  /** Resolves once no more than so many lines are waiting or in flight, or the sender stops. */
  async below(lines: number): Promise<void> {
    while (!this.#isStopping && this.#waitingLines() + this.#stats.inFlight > lines) {
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }

  /** Sends no more; gives what is in flight two seconds, then cuts it off. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#stopping.abort();
    this.#stats.abandoned += this.#waitingLines();
    this.#waiting = [];
    this.#taken = 0;
    this.#notify();
    const end = setTimeout(() => this.#cutting.abort(), STOP_GRACE_MS);
    while (this.#requestsInFlight > 0) await new Promise<void>((resolve) => this.#listeners.push(resolve));
    clearTimeout(end);
    this.#poster.close();
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #waitingLines(): number {
    return this.#waiting.length - this.#taken;
  }

  #pump(): void {
    while (this.#requestsInFlight < this.#options.requestsInFlightMax && this.#waitingLines() > 0) {
      const batch = this.#waiting.slice(this.#taken, this.#taken + this.#options.linesPerRequestMax);
      this.#taken += batch.length;
      if (this.#taken === this.#waiting.length || this.#taken > this.#options.linesWaitingMax) {
        this.#waiting = this.#waiting.slice(this.#taken);
        this.#taken = 0;
      }
      this.#requestsInFlight += 1;
      this.#stats.inFlight += batch.length;
      void this.#send(batch).finally(() => {
        this.#requestsInFlight -= 1;
        this.#stats.inFlight -= batch.length;
        this.#pump();
        this.#notify();
      });
    }
  }

  #notify(): void {
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }

  async #send(batch: readonly string[]): Promise<void> {
    const { attemptsMax, retryWaitMs } = this.#options;
    const body = batch.join('\n');
    const startedMs = performance.now();
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#attempt(body);
      if (answer?.status === 202) {
        this.#remember(performance.now() - startedMs);
        return this.#count(batch.length, answer);
      }
      if (answer && !RETRIED_STATUSES.has(answer.status)) {
        this.#stats.lastProblem = `The server answered ${answer.status}: ${answer.body.slice(0, 200)}`;
        this.#stats.refused += batch.length;
        return;
      }
      if (answer) this.#stats.lastProblem = `The server answered ${answer.status} and asks to come back.`;
      const backoffMs = retryWaitMs.least * 2 ** (attempt - 1);
      const waitMs = Math.min(retryWaitMs.most, Math.max(backoffMs, answer?.retryAfterMs ?? 0));
      if (attempt < attemptsMax)
        await sleep(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (attempt >= attemptsMax || this.#isStopping) {
        this.#stats.abandoned += batch.length;
        return;
      }
      this.#stats.retries += 1;
    }
  }

  /** One request; undefined when the connection failed. */
  async #attempt(body: string): Promise<PostAnswer | undefined> {
    this.#stats.requests += 1;
    try {
      return await this.#poster.post(body, this.#cutting.signal);
    } catch (error) {
      this.#stats.lastProblem = error instanceof Error ? error.message || error.name : String(error);
      return undefined;
    }
  }

  #count(lines: number, answer: PostAnswer): void {
    const rejected = countRejected(answer.body);
    this.#stats.rejected += rejected;
    this.#stats.accepted += lines - rejected;
  }

  #remember(latencyMs: number): void {
    if (this.#latenciesMs.length >= LATENCIES_KEPT_MAX) this.#latenciesMs.splice(0, LATENCIES_KEPT_MAX / 2);
    this.#latenciesMs.push(latencyMs);
  }
}

function countRejected(body: string): number {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer === 'object' && answer !== null && 'rejected' in answer && Array.isArray(answer.rejected)) {
      return answer.rejected.length;
    }
  } catch {
    // A 202 promises that everything was taken, whatever else the answer says.
  }
  return 0;
}
