/**
 * The load: request r is due at start + r / (requests a second), whatever became of the ones before it. Latencies run from then,
 * so a product that stalls is charged for everyone who would have been waiting (no coordinated omission).
 */
import { ConnectionPool } from './connection-pool.js';
import { EventLines, type LinesOptions } from './event-lines.js';
import { Latencies, type LatencySummary } from './latencies.js';
import { Markers } from './markers.js';
import type { Product } from './product.js';

export interface LoadOptions extends LinesOptions {
  readonly seconds: number;
  readonly markersPerSecond: number;
}

export interface Load {
  /** Lines that were answered with 202, and how many of them a second, from the first due time to the last answer. */
  readonly lines: number;
  readonly achievedRate: number;
  readonly httpMs: LatencySummary;
  readonly queryableMs: LatencySummary;
  readonly markerQueryMs: LatencySummary;
  readonly markers: { readonly sent: number; readonly skipped: number; readonly lost: number };
  /** Requests answered otherwise, by status; `error` for those without an answer. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Requests without an answer at the moment the last one had been due. */
  readonly unansweredAtEnd: number;
  /** How late the generator itself was in sending what was due. */
  readonly generatorLagMs: LatencySummary;
  readonly expected: ReturnType<EventLines['expected']>;
}

const connectionsMax = 256;

export async function runLoad(product: Product, options: LoadOptions): Promise<Load> {
  const lines = new EventLines(options);
  const markers = new Markers(product, options.tag);
  const pool = new ConnectionPool(product.url, connectionsMax);
  const [http, lag] = [new Latencies(), new Latencies()];
  const refusals: Record<string, number> = {};
  const requestsPerSecond = options.rate / options.batch;
  const requests = Math.ceil(requestsPerSecond * options.seconds);
  const markerEvery =
    options.markersPerSecond > 0 ? Math.max(1, Math.round(requestsPerSecond / options.markersPerSecond)) : 0;
  const contentType = options.batch === 1 ? 'application/json' : 'application/x-ndjson';
  const head =
    `POST /v1/events HTTP/1.1\r\nHost: ${product.url.host}\r\nAuthorization: Bearer ${product.key}\r\n` +
    `Content-Type: ${contentType}\r\nContent-Length: `;

  const start = performance.now() + 100;
  const startTime = Date.now() + 100;
  const due = (request: number): number => start + (request * 1_000) / requestsPerSecond;
  const timeOf = (request: number): number => startTime + (request * 1_000) / requestsPerSecond;
  let [answered, answeredLines, lastAnswer] = [0, 0, start];

  const post = (
    body: (target: Buffer, offset: number) => void,
    length: number,
    count: number,
    dueAt: number,
  ): Promise<void> => {
    const top = `${head}${length}\r\n\r\n`;
    const request = Buffer.allocUnsafe(top.length + length);
    request.write(top, 0, 'latin1');
    body(request, top.length);
    return pool.send(request).then(
      (response) => {
        lastAnswer = performance.now();
        http.record(lastAnswer - dueAt);
        answered++;
        if (response.status === 202 && (JSON.parse(response.body) as { accepted: number }).accepted === count)
          answeredLines += count;
        else refusals[response.status] = (refusals[response.status] ?? 0) + 1;
      },
      () => {
        answered++;
        refusals['error'] = (refusals['error'] ?? 0) + 1;
      },
    );
  };
  const posts: Promise<void>[] = [];
  const dispatch = (request: number): void => {
    lag.record(performance.now() - due(request));
    const isMarked = markerEvery > 0 && request % markerEvery === markerEvery - 1;
    const marker = isMarked ? Buffer.from(markers.next(due(request), timeOf(request))) : Buffer.alloc(0);
    const length = lines.length(request);
    // One event a request has no room for a second one: the marker is a request of its own beside it.
    const isInside = options.batch > 1;
    const write = (target: Buffer, offset: number): void => {
      lines.write(request, target, offset, timeOf);
      if (isInside) marker.copy(target, offset + length);
    };
    posts.push(
      post(
        write,
        length + (isInside ? marker.length : 0),
        options.batch + (isInside && marker.length > 0 ? 1 : 0),
        due(request),
      ),
    );
    if (!isInside && marker.length > 0)
      posts.push(post((target, offset) => marker.copy(target, offset), marker.length, 1, due(request)));
  };

  await new Promise<void>((resolve) => {
    let next = 0;
    const tick = (): void => {
      const now = performance.now();
      while (next < requests && due(next) <= now) dispatch(next++);
      if (next < requests) setTimeout(tick, 1);
      else resolve();
    };
    tick();
  });
  const unansweredAtEnd = posts.length - answered;
  await Promise.all(posts);
  await markers.finish();
  pool.close();
  const expected = lines.expected(requests * options.batch);
  return {
    lines: answeredLines,
    achievedRate: answeredLines / ((lastAnswer - start) / 1_000),
    httpMs: http.summary(),
    queryableMs: markers.latencies.summary(),
    markerQueryMs: markers.queries.summary(),
    markers: { sent: markers.sent, skipped: markers.skipped, lost: markers.lost },
    refusals,
    unansweredAtEnd,
    generatorLagMs: lag.summary(),
    expected: {
      applied: expected.applied + markers.sent,
      duplicates: expected.duplicates,
      revenueCents: expected.revenueCents + markers.sent * 100,
      payments: expected.payments + markers.sent,
    },
  };
}
