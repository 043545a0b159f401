/** The bench against servers of a few lines whose faults are known: what it has to notice, it notices. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { Product } from './product/product.js';
import { run, type RunOptions } from './run.js';

interface Told {
  readonly event_id: string;
  readonly event_type: string;
  readonly timestamp: string;
  readonly location_id: string;
  readonly total_amount?: number;
}
interface Faults {
  /** Answers nobody before this many milliseconds after the start have passed. */
  readonly stallMs?: number;
  readonly losesOneIn?: number;
  readonly countsTwiceOneIn?: number;
  readonly queryableAfterMs?: number;
  /** Counts the second tenant's events as the first one's. */
  readonly mixesUp?: boolean;
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** What one tenant has been told, as a product would count it. */
class Account {
  readonly books = { accepted: 0, applied: 0, duplicates: 0, rejected: 0, in_flight: 0, difference: 0 };
  readonly orders = new Map<string, number>();
  readonly #seen = new Set<string>();
  cents = 0;

  constructor(private readonly faults: Faults) {}

  count(told: Told): void {
    const { books, faults } = this;
    books.accepted++;
    if (told.timestamp === 'yesterday') return void books.rejected++;
    if (this.#seen.has(told.event_id)) return void books.duplicates++;
    this.#seen.add(told.event_id);
    books.applied++;
    if (told.event_type !== 'payment') return;
    if (faults.losesOneIn !== undefined && books.applied % faults.losesOneIn === 0) return;
    const times = faults.countsTwiceOneIn !== undefined && books.applied % faults.countsTwiceOneIn === 0 ? 2 : 1;
    this.cents += times * Math.round((told.total_amount ?? 0) * 100);
    const show = (): void => void this.orders.set(told.location_id, (this.orders.get(told.location_id) ?? 0) + times);
    if (faults.queryableAfterMs === undefined || !told.location_id.includes('marker')) show();
    else setTimeout(show, faults.queryableAfterMs);
  }

  /** The answer to a question for the orders of a place. */
  revenue(place: string): object {
    const all = [...this.orders.values()].reduce((sum, one) => sum + one, 0);
    return {
      rows: [{ location_id: place, order_count: this.orders.get(place) ?? 0 }],
      totals: { revenue: this.cents / 100, order_count: all },
    };
  }
}

async function productWith(faults: Faults, tenants = 1): Promise<Product> {
  const keys = Array.from({ length: tenants }, (_, tenant) => `key-${tenant}`);
  const accounts = new Map(keys.map((key) => [key, new Account(faults)]));
  let stallUntil: number | undefined;
  server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const answer = (status: number, body: object): void => {
        const written = JSON.stringify(body);
        response
          .writeHead(status, { 'content-type': 'application/json', 'content-length': written.length })
          .end(written);
      };
      const key = (request.headers.authorization ?? '').replace('Bearer ', '');
      // With one books for two of them, neither's would be right.
      const account = accounts.get(faults.mixesUp === true && key === 'key-1' ? 'key-0' : key);
      if (account === undefined) return answer(401, {});
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (request.method === 'POST') {
        const told = text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Told);
        for (const one of told) account.count(one);
        stallUntil ??= Date.now() + (faults.stallMs ?? 0);
        setTimeout(() => answer(202, { accepted: told.length, rejected: [] }), Math.max(0, stallUntil - Date.now()));
      } else if (url.pathname === '/v1/ledger') answer(200, account.books);
      else answer(200, account.revenue(url.searchParams.get('location_id') ?? ''));
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const processes = [{ role: 'product', pid: process.pid }];
  const [metrics, directories] = [{}, {}];
  const stop = (): Promise<void> => Promise.resolve();
  return { collectorUrl: url, apiUrl: url, keys, processes, metrics, directories, isFresh: true, stop };
}

const options: RunOptions = {
  rate: 2_000,
  warmupSeconds: 0,
  seconds: 1,
  batch: 20,
  locations: 50,
  duplicates: 0.02,
  late: 0.02,
  malformed: 0.02,
  stageLagSeconds: 2,
  tenants: 1,
  markersPerSecond: 20,
  momentEverySeconds: 0,
};

test.each([20, 1, 'mixed'] as const)('a faultless server is found faultless, %s events a request', async (batch) => {
  const result = await run(await productWith({ queryableAfterMs: 60 }), {
    ...options,
    batch,
    rate: batch === 20 ? 2_000 : 500,
  });
  expect(result.faults).toEqual([]);
  expect(result.markers.sent).toBeGreaterThan(10);
  expect(result.markers.lost).toBe(0);
  expect(result.queryableMs.p50).toBeGreaterThanOrEqual(59);
  expect(result.queryableMs.p50).toBeLessThan(1_000);
  expect(result.usage.map(({ role }) => role)).toEqual(['product', 'generator']);
  expect(result.usage[0]?.cpuMicrosecondsPerEvent).toBeGreaterThan(0);
});

test('a lost payment and one that counts twice are noticed', async () => {
  const losing = await run(await productWith({ losesOneIn: 97 }), { ...options, markersPerSecond: 0 });
  expect(losing.faults.join()).toMatch(/revenue in cents/);
  expect(losing.isSustained).toBe(false);
  server?.close();
  const doubling = await run(await productWith({ countsTwiceOneIn: 97 }), { ...options, markersPerSecond: 0 });
  expect(doubling.faults.join()).toMatch(/orders paid/);
});

test.each([100, 'mixed'] as const)('the books of each of several tenants close, %s events a request', async (batch) => {
  const tenants = 20;
  const result = await run(await productWith({}, tenants), { ...options, batch, tenants, rate: 5_000 });
  expect(result.faults).toEqual([]);
  expect(result.markers.sent).toBeGreaterThan(10);
});

test('events that are counted as those of another tenant are noticed', async () => {
  const result = await run(await productWith({ mixesUp: true }, 2), { ...options, tenants: 2, markersPerSecond: 0 });
  expect(result.faults.join()).toMatch(/tenant 0: accepted: 2000 instead of 1000/);
});

test('a server that stalls half a second is charged for all who would have waited', async () => {
  const result = await run(await productWith({ stallMs: 500 }), { ...options, markersPerSecond: 0 });
  // Half of the requests were due while it stalled, and waited between 500 and 0 ms: not one of them, as a closed loop would say.
  expect(result.httpMs.p50).toBeLessThan(250);
  expect(result.httpMs.p95).toBeGreaterThan(350);
  expect(result.faults).toEqual([]);
});

test('what is due while the product warms up is counted and not timed', async () => {
  const result = await run(await productWith({ stallMs: 600 }), {
    ...options,
    warmupSeconds: 0.8,
    seconds: 0.4,
    markersPerSecond: 0,
  });
  expect(result.httpMs.count).toBe(40);
  expect(result.httpMs.max).toBeLessThan(500);
  expect(result.faults).toEqual([]);
});

test('a long run is looked at now and then, and says how much memory there was', async () => {
  const result = await run(await productWith({}), { ...options, momentEverySeconds: 0.2 });
  expect(result.timeline.length).toBeGreaterThan(2);
  expect(result.timeline[0]?.residentMegabytes['product']).toBeGreaterThan(1);
});
