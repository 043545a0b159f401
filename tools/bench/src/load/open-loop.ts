/**
 * The load: line n is due at start + n / rate, whatever became of the ones before it, and a request when its first line is.
 * Latencies run from then, so a product that stalls is charged for everyone who would have been waiting (no coordinated
 * omission). What is due while the product warms up is sent and counted, but not timed. Several tenants take turns; each of them has its
 * share of the rate and of the locations.
 */
import type { Product } from '../product/product.js';
import { ConnectionPool } from './connection-pool.js';
import { EventLines, type Expected, type LinesOptions } from './event-lines.js';
import { Latencies, type LatencySummary } from './latencies.js';
import { Markers } from './markers.js';
import { halvesOf, slicesOf, type Halves, type Slice } from './slices.js';
import { Turns } from './turns.js';

export interface LoadOptions extends Omit<LinesOptions, 'repeatsAtOnce'> {
  /** What is measured comes after this. */
  readonly warmupSeconds: number;
  readonly seconds: number;
  readonly markersPerSecond: number;
}

export interface LoadWatch {
  /** Called once, when the warm-up is over. */
  readonly onWarm?: () => void;
  /** Called once, when the last request was sent. */
  readonly onSent?: () => void;
  /** Called now and then while the load runs, with what was answered and what is still waited for. */
  readonly onProgress?: (secondsPassed: number, answeredLines: number, unanswered: number) => void;
}

export interface Load {
  /** Lines answered with 202, warm-up included, and how many of them a second, from the first due time to the last answer. */
  readonly lines: number;
  readonly achievedRate: number;
  /** Lines that were due after the warm-up. */
  readonly measuredLines: number;
  /** When the first of them was due, on the performance clock. */
  readonly measuredAt: number;
  readonly httpMs: LatencySummary;
  readonly queryableMs: LatencySummary;
  /** The same in the course of the run. */
  readonly slices: readonly Slice[];
  readonly halves: Halves;
  readonly markerQueryMs: LatencySummary;
  readonly markers: { readonly sent: number; readonly lost: number };
  /** Requests answered otherwise, by status; `error` for those without an answer. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Requests without an answer at the moment the last one had been due. */
  readonly unansweredAtEnd: number;
  /** How late the generator itself was in sending what was due. */
  readonly generatorLagMs: LatencySummary;
  /** Of each tenant, by number: what was answered with 202, and what must have been counted once all was sent. */
  readonly expected: readonly (Expected & { readonly lines: number })[];
}

const connectionsMax = 256;
const leadMs = 100;
const progressEveryMs = 500;

export class OpenLoop {
  readonly #lines: EventLines;
  readonly #markers: Markers;
  readonly #pool: ConnectionPool;
  readonly #http = new Latencies();
  readonly #lag = new Latencies();
  readonly #refusals: Record<string, number> = {};
  readonly #turns: Turns;
  #requests: number;
  readonly #warmRequest: number;
  #start = 0;
  #startTime = 0;
  #sent = 0;
  #sentLines = 0;
  #settledLines = 0;
  #answered = 0;
  #answeredLines = 0;
  readonly #answeredBy: Int32Array;
  #lastAnswer = 0;
  #isStopped = false;
  #allAnswered: () => void = () => undefined;

  constructor(
    private readonly product: Product,
    private readonly options: LoadOptions,
  ) {
    const tenants = product.keys.length;
    this.#answeredBy = new Int32Array(tenants);
    this.#turns = new Turns(options.sizes, tenants);
    this.#lines = new EventLines({
      ...options,
      rate: options.rate / tenants,
      locations: Math.ceil(options.locations / tenants),
      repeatsAtOnce: tenants > 1,
    });
    this.#markers = new Markers(product, options.tag);
    this.#pool = new ConnectionPool(product.collectorUrl, connectionsMax);
    const { sizes, rate, warmupSeconds, seconds } = options;
    this.#warmRequest = sizes.requestsFor(rate * warmupSeconds);
    this.#requests = sizes.requestsFor(rate * (warmupSeconds + seconds));
  }

  /** Markers seen so far, for those who watch a run. They were due on the performance clock. */
  get queryable(): Latencies {
    return this.#markers.latencies;
  }

  /** Lines sent so far, warm-up included. */
  get sentLines(): number {
    return this.#sentLines;
  }

  /** Lines that were sent and not answered yet. */
  get unansweredLines(): number {
    return this.#sentLines - this.#settledLines;
  }

  /** Sends nothing more; what was sent is waited for and counted as always. */
  stop(): void {
    this.#isStopped = true;
  }

  async run(watch: LoadWatch = {}): Promise<Load> {
    this.#start = performance.now() + leadMs;
    this.#startTime = Date.now() + leadMs;
    this.#lastAnswer = this.#start;
    await this.#sendAll(watch);
    watch.onSent?.();
    const unansweredAtEnd = this.#sent - this.#answered;
    if (unansweredAtEnd > 0) await new Promise<void>((resolve) => (this.#allAnswered = resolve));
    await this.#markers.finish();
    this.#pool.close();
    return this.#summary(unansweredAtEnd);
  }

  #due(request: number): number {
    return this.#start + (this.options.sizes.firstLineOf(request) * 1_000) / this.options.rate;
  }

  readonly #timeOf = (request: number): number => this.#startTime - this.#start + this.#due(request);

  #head(tenant: number, isOne: boolean, length: number): string {
    return (
      `POST /v1/events HTTP/1.1\r\nHost: ${this.product.collectorUrl.host}\r\nAuthorization: Bearer ${this.product.keys[tenant]}\r\n` +
      `Content-Type: ${isOne ? 'application/json' : 'application/x-ndjson'}\r\nContent-Length: ${length}\r\n\r\n`
    );
  }

  #sendAll(watch: LoadWatch): Promise<void> {
    const { sizes, rate, markersPerSecond } = this.options;
    const markerEveryLines = markersPerSecond > 0 ? rate / markersPerSecond : Number.POSITIVE_INFINITY;
    let next = 0;
    let markersDue = 1;
    let toldAt = 0;
    return new Promise((resolve, reject) => {
      const step = (): void => {
        const now = performance.now();
        if (this.#isStopped) this.#requests = next;
        for (; next < this.#requests && this.#due(next) <= now; next++) {
          if (next === this.#warmRequest) watch.onWarm?.();
          const isMarked = sizes.firstLineOf(next + 1) >= markersDue * markerEveryLines;
          if (isMarked) markersDue++;
          this.#dispatch(next, isMarked);
        }
        if (watch.onProgress !== undefined && now - toldAt >= progressEveryMs) {
          toldAt = now;
          watch.onProgress((now - this.#start) / 1_000, this.#answeredLines, this.#sent - this.#answered);
        }
        if (next < this.#requests) setTimeout(tick, Math.max(1, Math.min(this.#due(next) - now, progressEveryMs)));
        else resolve();
      };
      // What is thrown in a timer has nobody to catch it.
      const tick = (): void => {
        try {
          step();
        } catch (error) {
          reject(error as Error);
        }
      };
      tick();
    });
  }

  #dispatch(request: number, isMarked: boolean): void {
    const due = this.#due(request);
    const isMeasured = request >= this.#warmRequest;
    if (isMeasured) this.#lag.record(performance.now() - due);
    const tenant = this.#turns.tenantOf(request);
    const own = this.#turns.ownOf(request);
    const marker = isMarked ? this.#markers.next(tenant, due, this.#timeOf(request), isMeasured) : undefined;
    const size = this.options.sizes.sizeOf(request);
    const isOne = size === 1;
    const length = this.#lines.length(own);
    // One event a request has no room for a second one: the marker is a request of its own beside it.
    const inside = isOne || marker === undefined ? '' : marker.line;
    const top = this.#head(tenant, isOne, length + inside.length);
    const bytes = Buffer.allocUnsafe(top.length + length + inside.length);
    bytes.write(top, 0, 'latin1');
    this.#lines.write(own, bytes, top.length, (one) => this.#timeOf(this.#turns.requestOf(tenant, one)));
    if (inside !== '') bytes.write(inside, top.length + length, 'latin1');
    this.#post(
      bytes,
      tenant,
      size + (inside === '' ? 0 : 1),
      due,
      isMeasured,
      inside === '' ? undefined : marker?.watch,
    );
    if (isOne && marker !== undefined) {
      const alone = `${this.#head(tenant, true, marker.line.length)}${marker.line}`;
      this.#post(Buffer.from(alone, 'latin1'), tenant, 1, due, isMeasured, marker.watch);
    }
  }

  #post(bytes: Buffer, tenant: number, count: number, due: number, isMeasured: boolean, answered?: () => void): void {
    this.#sent++;
    this.#sentLines += count;
    const settle = (refusal: string | undefined): void => {
      this.#lastAnswer = performance.now();
      this.#settledLines += count;
      if (isMeasured) this.#http.record(this.#lastAnswer - due);
      if (refusal === undefined) {
        this.#answeredLines += count;
        this.#answeredBy[tenant] = (this.#answeredBy[tenant] as number) + count;
      } else this.#refusals[refusal] = (this.#refusals[refusal] ?? 0) + 1;
      answered?.();
      if (++this.#answered === this.#sent) this.#allAnswered();
    };
    this.#pool.send(bytes).then(
      ({ status, body }) => settle(status === 202 && takenIn(body) === count ? undefined : String(status)),
      () => settle('error'),
    );
  }

  #summary(unansweredAtEnd: number): Load {
    const { sizes, warmupSeconds, seconds } = this.options;
    const warmAt = this.#start + warmupSeconds * 1_000;
    const lines = sizes.firstLineOf(this.#requests);
    const { sent, lost } = this.#markers;
    return {
      lines: this.#answeredLines,
      achievedRate: this.#answeredLines / ((this.#lastAnswer - this.#start) / 1_000),
      measuredLines: lines - sizes.firstLineOf(this.#warmRequest),
      measuredAt: warmAt,
      slices: slicesOf(this.#markers.latencies, warmAt, seconds),
      halves: halvesOf(this.#markers.latencies, warmAt, seconds),
      httpMs: this.#http.summary(),
      queryableMs: this.#markers.latencies.summary(),
      markerQueryMs: this.#markers.queries.dueBetween(warmAt, Number.POSITIVE_INFINITY),
      markers: { sent, lost },
      refusals: this.#refusals,
      unansweredAtEnd,
      generatorLagMs: this.#lag.summary(),
      expected: this.#expected(),
    };
  }

  #expected(): (Expected & { lines: number })[] {
    // Most tenants sent the same number of lines, of the same sequence.
    const ofLines = new Map<number, Expected>();
    return this.product.keys.map((_, tenant) => {
      const lines = this.options.sizes.firstLineOf(this.#turns.ownBefore(tenant, this.#requests));
      let found = ofLines.get(lines);
      if (found === undefined) ofLines.set(lines, (found = this.#lines.expected(lines)));
      const markers = this.#markers.sentBy[tenant] as number;
      return {
        lines: this.#answeredBy[tenant] as number,
        applied: found.applied + markers,
        duplicates: found.duplicates,
        rejected: found.rejected,
        revenueCents: found.revenueCents + markers * 100,
        payments: found.payments + markers,
      };
    });
  }
}

/** How many events an answer says were taken, those that will be refused included. */
function takenIn(body: string): number {
  const { accepted, rejected } = JSON.parse(body) as { accepted: number; rejected: unknown[] };
  return accepted + rejected.length;
}
