/** The product in the comparison: it is sent the held events as fast as it takes them, then the coming ones at their rate, and asked meanwhile. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionPool } from '../load/connection-pool.js';
import { Latencies, type LatencySummary } from '../load/latencies.js';
import { OpenLoop } from '../load/open-loop.js';
import { requestSizes } from '../load/request-sizes.js';
import type { BenchOptions } from '../options.js';
import { readBooks } from '../product/books.js';
import type { Product, StartProduct } from '../product/product.js';
import { batch, ComparedEvents } from './event-file.js';
import type { PeerResult, QueryTimes } from './peer-result.js';

/** Asked in turn; a page is the first 50 rows. */
const questions = [
  ['revenue 5m, page', '/v1/revenue/live?window=5m&limit=50'],
  ['revenue 5m, all', '/v1/revenue/live?window=5m&limit=100000'],
  ['funnel 1h, page', '/v1/funnel?window=1h&limit=50'],
  ['funnel 1h, all', '/v1/funnel?window=1h&limit=100000'],
  ['trending 30m', '/v1/items/trending?window=30m&limit=10'],
  ['wait times 24h, page', '/v1/wait-times?window=24h&limit=50'],
  ['wait times 24h, all', '/v1/wait-times?window=24h&limit=100000'],
] as const;
const pauseMs = 50;
const loaders = 16;
const settledWithinMs = 600_000;

export async function askProduct(name: string, start: StartProduct, options: BenchOptions): Promise<PeerResult> {
  const product = await start();
  try {
    const before = await readBooks(product);
    const events = new ComparedEvents(options, Date.now(), randomBytes(4).toString('hex'));
    const started = performance.now();
    await loadHeld(product, events);
    const held = events.lines.expected(events.heldRequests * batch);
    await booksHold(product, before.applied + held.applied);
    const loadPerSecond = (events.heldRequests * batch * 1_000) / (performance.now() - started);

    const asking = new AbortController();
    const loop = new OpenLoop(product, {
      ...options.run,
      rate: options.rates[0] as number,
      sizes: requestSizes(batch),
      warmupSeconds: 0,
      late: 0,
      malformed: 0,
      tag: randomBytes(4).toString('hex'),
    });
    const answers = ask(product, asking.signal);
    const load = await loop.run();
    const behindEvents = (await readBooks(product)).in_flight;
    asking.abort();
    const queries = await answers;
    await booksHold(product, before.applied + held.applied + load.expected.applied);
    const { duplicates } = await readBooks(product);
    return {
      name,
      problem: undefined,
      loadPerSecond,
      freshness: timesOf(load.queryableMs),
      behindEvents,
      queries: queries.map(([question, times]) => ({ name: question, ...timesOf(times) })),
      countsOnce: duplicates - before.duplicates === held.duplicates + load.expected.duplicates,
    };
  } finally {
    await product.stop();
  }
}

const timesOf = ({ p50, p95 }: LatencySummary): QueryTimes => ({ p50, p95 });

async function loadHeld(product: Product, events: ComparedEvents): Promise<void> {
  const pool = new ConnectionPool(product.collectorUrl, loaders);
  let next = 0;
  const loader = async (): Promise<void> => {
    while (next < events.heldRequests) {
      const body = events.body(next++);
      const head =
        `POST /v1/events HTTP/1.1\r\nHost: ${product.collectorUrl.host}\r\nAuthorization: Bearer ${product.key}\r\n` +
        `Content-Type: application/x-ndjson\r\nContent-Length: ${body.length}\r\n\r\n`;
      const request = Buffer.concat([Buffer.from(head), body]);
      for (;;) {
        const { status, body: answer } = await pool.send(request);
        if (status === 202) break;
        if (status !== 429 && status !== 503)
          throw new Error(`the product answered ${status}: ${answer.slice(0, 200)}`);
        await sleep(1_000);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: loaders }, loader));
  } finally {
    pool.close();
  }
}

async function booksHold(product: Product, applied: number): Promise<void> {
  const deadline = performance.now() + settledWithinMs;
  for (;;) {
    const books = await readBooks(product);
    if (books.applied >= applied && books.in_flight === 0) return;
    if (performance.now() > deadline) throw new Error(`the product has counted ${books.applied} of ${applied} events`);
    await sleep(pauseMs);
  }
}

async function ask(
  product: Product,
  signal: AbortSignal,
): Promise<(readonly [question: string, times: LatencySummary])[]> {
  const pool = new ConnectionPool(product.apiUrl, 1);
  const times = questions.map(() => new Latencies());
  try {
    while (!signal.aborted) {
      for (const [index, [question, path]] of questions.entries()) {
        const head = `GET ${path} HTTP/1.1\r\nHost: ${product.apiUrl.host}\r\nAuthorization: Bearer ${product.key}\r\n\r\n`;
        const asked = performance.now();
        const { status, body } = await pool.send(Buffer.from(head));
        if (status !== 200) throw new Error(`${question} was answered with ${status}: ${body.slice(0, 200)}`);
        times[index]?.record(performance.now() - asked);
        await sleep(pauseMs);
      }
    }
  } finally {
    pool.close();
  }
  return questions.map(([question], index) => [question, (times[index] as Latencies).summary()] as const);
}
