import { setTimeout as sleep } from 'node:timers/promises';
import { Outcome } from './outcome.mjs';
import { Problem } from './problem.mjs';

const ATTEMPTS_MAX = 10;
/** A server that has never answered is not busy but absent: it gets fewer attempts. */
const FIRST_ATTEMPTS_MAX = 4;
const WAIT_MS = { least: 200, most: 10_000 };
const REQUEST_TIMEOUT_MS = 60_000;
const LINE_END = Buffer.from('\n');

/** A busy server, or one in front of it, asks to come back. */
const COME_BACK = new Set([408, 429, 500, 502, 503, 504]);
/** The server cannot make anything of the request as a whole: one of its lines is to blame. */
const BLAMES_A_LINE = new Set([400, 413, 422]);

/**
 * Takes batches to the server, a few requests at a time. A request whose answer was lost is sent again: that cannot count anything
 * twice, because the server counts an event_id once.
 */
export class Delivery {
  #url;
  #headers;
  #requestsMax;
  #underWay = new Set();
  #cancelling = new AbortController();
  #failure = null;
  #hasAnswered = false;
  outcome = new Outcome();

  constructor({ url, key, requests }) {
    this.#url = new URL('/v1/events', url);
    this.#headers = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${key}` };
    this.#requestsMax = requests;
  }

  /** Resolves as soon as there is room for another batch; rejects once one has failed for good. */
  async send({ lines }) {
    const sendable = [];
    for (const line of lines) {
      this.outcome.lines += 1;
      if (line.isTooLong) this.outcome.reject(line, 'line_too_long', 'Longer than 1 MiB: not sent.');
      else sendable.push(line);
    }
    if (sendable.length > 0) {
      const task = this.#deliver(sendable)
        .catch((error) => (this.#failure ??= error))
        .finally(() => this.#underWay.delete(task));
      this.#underWay.add(task);
    }
    while (this.#underWay.size >= this.#requestsMax && !this.#failure) await Promise.race(this.#underWay);
    if (this.#failure) throw this.#failure;
  }

  /** Resolves once everything has been answered. */
  async finish() {
    await Promise.all(this.#underWay);
    if (this.#failure) throw this.#failure;
  }

  /** Gives up what is under way. */
  cancel() {
    this.#cancelling.abort();
  }

  async #deliver(lines) {
    const answer = await this.#post(Buffer.concat(lines.flatMap(({ bytes }) => [bytes, LINE_END])));
    const { status } = answer;
    if (status === 202) return this.outcome.accept(lines, answer.json?.rejected ?? []);
    if (status === 401 || status === 403) {
      throw new Problem(
        `The server does not accept the key (${status}). Give the right one with --key or TICKETRAIL_API_KEY; ` +
          'the standalone writes one for development to data/development-key.',
      );
    }
    if (BLAMES_A_LINE.has(status)) {
      const [line] = lines;
      if (lines.length === 1) return this.outcome.reject(line, `http_${status}`, answer.json?.detail ?? answer.text);
      const middle = lines.length >> 1;
      await this.#deliver(lines.slice(0, middle));
      return this.#deliver(lines.slice(middle));
    }
    throw new Problem(
      `${this.#url} answered ${status}. ${answer.json?.detail ?? 'Is this the address of a Ticketrail?'} ${AGAIN}`,
    );
  }

  async #post(body) {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#attempt(body);
      this.#hasAnswered ||= answer.status !== undefined;
      if (answer.status !== undefined && !COME_BACK.has(answer.status)) return answer;
      if (attempt >= (this.#hasAnswered ? ATTEMPTS_MAX : FIRST_ATTEMPTS_MAX)) {
        throw new Problem(
          answer.status === undefined
            ? `${this.#url.origin} cannot be reached (${answer.failure}). Start the server with npm start, or give its address with --url. ${AGAIN}`
            : `${this.#url.origin} is still too busy after ${attempt} attempts (${answer.status}). ${AGAIN}`,
        );
      }
      this.outcome.retries += 1;
      const backoffMs = WAIT_MS.least * 2 ** (attempt - 1);
      const waitMs = Math.min(WAIT_MS.most, Math.max(backoffMs, answer.retryAfterMs ?? 0));
      await sleep(waitMs, undefined, { signal: this.#cancelling.signal });
    }
  }

  /** One request. Without a status when there was no answer. */
  async #attempt(body) {
    const signal = AbortSignal.any([this.#cancelling.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
    try {
      const response = await fetch(this.#url, { method: 'POST', headers: this.#headers, body, signal });
      const text = await response.text();
      const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'));
      return { status: response.status, text, json: parseJson(text), retryAfterMs };
    } catch (error) {
      this.#cancelling.signal.throwIfAborted();
      return { failure: error.cause?.code ?? error.cause?.message ?? error.message };
    }
  }
}

const AGAIN = 'Then run the import again: what has arrived already is not counted twice.';

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseRetryAfter(header) {
  if (header === null) return undefined;
  const waitMs = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(waitMs) ? undefined : waitMs;
}
