/** The product under questions: it is sent the held events as fast as it takes them, then the coming ones at their rate, and asked meanwhile. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionPool } from '../load/connection-pool.js';
import { OpenLoop } from '../load/open-loop.js';
import { requestSizes } from '../load/request-sizes.js';
import type { BenchOptions } from '../options.js';
import { batch, ComparedEvents } from '../peers/event-file.js';
import type { PeerResult } from '../peers/peer-result.js';
import { readBooks } from '../product/books.js';
import type { Product, StartProduct } from '../product/product.js';
import type { OnProgress } from '../run.js';
import { ask, askBeforehand } from './asking.js';
import { questions } from './questions.js';

const lookEveryMs = 200;
const refusedPauseMs = 1_000;
const loaders = 16;
/** A day of events may be taken faster than it is counted. */
const settledWithinMs = 3_600_000;

export async function askProduct(
  name: string,
  start: StartProduct,
  options: BenchOptions,
  onProgress: OnProgress,
): Promise<PeerResult> {
  const product = await start(1);
  try {
    const before = await readBooks(product);
    const started = performance.now();
    const now = Date.now();
    const events: ComparedEvents = new ComparedEvents(options, now, randomBytes(4).toString('hex'), (request) =>
      loadedAt(now, request, events.heldRequests),
    );
    await loadHeld(product, events, onProgress);
    const held = events.lines.expected(events.heldRequests * batch);
    await booksHold(product, before.applied + held.applied, onProgress);
    const loadPerSecond = (events.heldRequests * batch * 1_000) / (performance.now() - started);

    await askBeforehand(product, questions);
    const asking = new AbortController();
    const loop = new OpenLoop(product, {
      ...options.run,
      rate: options.rates[0] as number,
      sizes: requestSizes(batch),
      late: 0,
      malformed: 0,
      tag: randomBytes(4).toString('hex'),
    });
    let answers: ReturnType<typeof ask> | undefined;
    const load = await loop.run({
      onWarm: () => {
        answers = ask(product, questions, options.asks, asking.signal);
        // Waited for below; until then a failure has to have somebody who knows of it.
        answers.catch(() => undefined);
      },
      onProgress: (seconds) => onProgress(seconds / (options.run.warmupSeconds + options.run.seconds), 'asking'),
    });
    const behindEvents = (await readBooks(product)).in_flight;
    asking.abort();
    const queries = (await answers) ?? [];
    const [expected] = load.expected as [(typeof load.expected)[number]];
    await booksHold(product, before.applied + held.applied + expected.applied, onProgress);
    const { duplicates } = await readBooks(product);
    return {
      name,
      problem: undefined,
      loadPerSecond,
      freshness: { p50: load.queryableMs.p50, p95: load.queryableMs.p95 },
      behindEvents,
      queries: queries.map((query) => ({ name: query.name, ...query.times, bytes: query.bytes })),
      unasked: 0,
      countsOnce: duplicates - before.duplicates === held.duplicates + expected.duplicates,
    };
  } finally {
    await product.stop();
  }
}

/** When the last of `requests` will have been sent, if it goes on as it did up to this one. Epoch milliseconds. */
function loadedAt(startedAt: number, request: number, requests: number): number {
  const now = Date.now();
  return now + ((now - startedAt) / Math.max(1, request)) * (requests - request);
}

async function loadHeld(product: Product, events: ComparedEvents, onProgress: OnProgress): Promise<void> {
  const pool = new ConnectionPool(product.collectorUrl, loaders);
  let next = 0;
  const loader = async (): Promise<void> => {
    while (next < events.heldRequests) {
      onProgress(next / events.heldRequests, `loading: ${next * batch} of ${events.heldRequests * batch} events`);
      const body = events.body(next++);
      const head =
        `POST /v1/events HTTP/1.1\r\nHost: ${product.collectorUrl.host}\r\nAuthorization: Bearer ${product.keys[0]}\r\n` +
        `Content-Type: application/x-ndjson\r\nContent-Length: ${body.length}\r\n\r\n`;
      const request = Buffer.concat([Buffer.from(head), body]);
      for (;;) {
        const { status, body: answer } = await pool.send(request);
        if (status === 202) break;
        if (status !== 429 && status !== 503)
          throw new Error(`the product answered ${status}: ${answer.slice(0, 200)}`);
        await sleep(refusedPauseMs);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: loaders }, loader));
  } finally {
    pool.close();
  }
}

async function booksHold(product: Product, applied: number, onProgress: OnProgress): Promise<void> {
  const deadline = performance.now() + settledWithinMs;
  for (;;) {
    const books = await readBooks(product);
    if (books.applied >= applied && books.in_flight === 0) return;
    if (performance.now() > deadline) throw new Error(`the product has counted ${books.applied} of ${applied} events`);
    onProgress(books.applied / applied, `counting: ${books.applied} of ${applied} events`);
    await sleep(lookEveryMs);
  }
}
