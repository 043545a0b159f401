/**
 * Load as tills make it, and the ledger that they would keep: which lines were sent, which were answered, how often something
 * was sent again. It stands outside the product and shares nothing with it but HTTP.
 *
 * A till whose request was refused or never answered sends the same lines again, to the next collector, until one says 202. It
 * cannot know whether the lost ones were taken; the product has to.
 */
import type { Client } from '../client.js';
import { makeMixedFile } from '../make-mixed-file.js';
import { readLines, type ReadLines } from '../read-lines.js';
import { sleep } from '../wait-for.js';

export interface LedgerOptions {
  readonly seed: number;
  /** So many lines may be posted in all: copies, late ones and malformed ones among them. */
  readonly lines: number;
  readonly places?: number;
  /** Time of the newest event, epoch milliseconds. */
  readonly endsAt: number;
}

export interface Pace {
  readonly linesPerSecond: number;
  readonly batchLines?: number;
}

/** A batch that nobody takes for so long fails the load. */
const givesUpAfterMs = 150_000;
/** Requests under way at once; a till that has as many open waits before it sends more. */
const openMax = 16;
const pauseMs = 150;

export class OutsideLedger {
  readonly endsAt: number;
  /** Lines of requests that were refused with 429 or 503, once for each refusal. */
  refusedLines = 0;
  /** Lines of requests to which no answer came, once for each. */
  unansweredLines = 0;
  acknowledgedLines = 0;
  readonly #lines: readonly string[];
  #posted = 0;
  #requests = 0;

  /** @param collectors asked anew for each request, because collectors come and go */
  constructor(
    private readonly collectors: () => readonly Client[],
    options: LedgerOptions,
  ) {
    const { seed, lines, places = 40, endsAt } = options;
    this.endsAt = endsAt;
    this.#lines = makeMixedFile({ seed, lines, places, endsAt });
  }

  /** Lines that have been given out so far. When nothing is being posted, each of them was answered with 202. */
  get postedLines(): number {
    return this.#posted;
  }

  get linesLeft(): number {
    return this.#lines.length - this.#posted;
  }

  /** So many more lines may have been taken than were acknowledged: what was sent again may have been taken before. */
  get resentLines(): number {
    return this.refusedLines + this.unansweredLines;
  }

  /** What the posted lines mean by the recount's own reading. */
  read(): ReadLines {
    return readLines(this.#lines.slice(0, this.#posted), this.endsAt);
  }

  /** Posts the next lines at a pace, and resolves once each of them was answered with 202. */
  async post(lines: number, pace: Pace): Promise<void> {
    const { linesPerSecond, batchLines = 25 } = pace;
    if (lines > this.linesLeft)
      throw new Error(`only ${this.linesLeft} lines are left, not ${lines}: make more of them`);
    const startedAt = Date.now();
    const open = new Set<Promise<void>>();
    const failures: unknown[] = [];
    let given = 0;
    while (given < lines && failures.length === 0) {
      const batch = this.#take(Math.min(batchLines, lines - given));
      given += batch.length;
      const sent: Promise<void> = this.#send(batch)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => open.delete(sent));
      open.add(sent);
      const dueMs = startedAt + (given / linesPerSecond) * 1_000 - Date.now();
      if (dueMs > 0) await sleep(dueMs);
      while (open.size >= openMax) await Promise.race(open);
    }
    await Promise.all(open);
    if (failures.length > 0) throw failures[0];
  }

  #take(count: number): readonly string[] {
    const batch = this.#lines.slice(this.#posted, this.#posted + count);
    this.#posted += count;
    return batch;
  }

  async #send(batch: readonly string[]): Promise<void> {
    const deadline = Date.now() + givesUpAfterMs;
    while (Date.now() < deadline) {
      const collectors = this.collectors();
      const collector = collectors[this.#requests++ % collectors.length];
      const answer = await collector?.postLines(batch).catch(() => undefined);
      if (answer?.status === 202) {
        const { accepted, rejected } = answer.body;
        if (accepted + rejected.length !== batch.length) {
          throw new Error(`of ${batch.length} lines ${accepted} were accepted and ${rejected.length} rejected`);
        }
        this.acknowledgedLines += batch.length;
        return;
      }
      if (answer === undefined) this.unansweredLines += batch.length;
      else if (answer.status === 429 || answer.status === 503) this.refusedLines += batch.length;
      else throw new Error(`a batch was answered with ${answer.status}: ${JSON.stringify(answer.body).slice(0, 500)}`);
      await sleep(pauseMs);
    }
    throw new Error(`a batch of ${batch.length} lines was not taken within ${givesUpAfterMs / 1_000} s`);
  }
}
