/** A product whose faults are known, for tests of what measures it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Product } from './product.js';

interface Told {
  readonly event_id: string;
  readonly event_type: string;
  readonly timestamp: string;
  readonly location_id: string;
  readonly total_amount?: number;
}

export interface Faults {
  /** Answers nobody before this many milliseconds after the start have passed. */
  readonly stallMs?: number;
  readonly losesOneIn?: number;
  readonly countsTwiceOneIn?: number;
  readonly queryableAfterMs?: number;
  /** Of three places of markers the second and the third are counted so late, as of a part that stands still. */
  readonly twoOfThreeAfterMs?: number;
  /** Counts the second tenant's events as the first one's. */
  readonly mixesUp?: boolean;
}

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
    const marker = /_marker_(\d+)/.exec(told.location_id);
    const lateMs =
      Number(marker?.[1]) % 3 === 0 ? faults.queryableAfterMs : (faults.twoOfThreeAfterMs ?? faults.queryableAfterMs);
    if (marker === null || lateMs === undefined) show();
    else setTimeout(show, lateMs);
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

/** A product of a few lines, with faults that are known. Whoever asks for one closes it. */
export async function productWith(faults: Faults, tenants = 1): Promise<Product> {
  const keys = Array.from({ length: tenants }, (_, tenant) => `key-${tenant}`);
  const accounts = new Map(keys.map((key) => [key, new Account(faults)]));
  let stallUntil: number | undefined;
  const server = createServer((request, response) => {
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const processes = [{ role: 'product', pid: process.pid }];
  const stop = (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    return Promise.resolve();
  };
  return { collectorUrl: url, apiUrl: url, keys, processes, metrics: [], directories: {}, isFresh: true, stop };
}
