/** One figure everywhere: whatever REST, stream, CSV and receipts said under load is one figure of one moment. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newStory, payment } from './events.js';
import { Product } from './product.js';
import { positionsText, receiptOf } from './receipt.js';
import { StreamReader } from './stream.js';
import { eventually, sleep } from './wait-for.js';

interface Revenue {
  readonly window: { readonly from: string; readonly to: string };
  readonly as_of: { readonly positions: Record<string, number> };
  readonly rows: readonly { readonly location_id: string; readonly revenue: number; readonly order_count: number }[];
}

/** What somebody was told of a place. */
interface Told {
  readonly by: 'rest' | 'stream' | 'csv' | 'receipt';
  readonly place: string;
  readonly window: { readonly from: string; readonly to: string };
  readonly positions: Record<string, number>;
  readonly revenue: number;
  readonly orders: number;
}

let product: Product;
beforeAll(async () => {
  product = await Product.start();
}, 60_000);
afterAll(() => product.dispose());

const stories = [newStory(), newStory(), newStory()];
const at = Date.now();

function toldBy(by: Told['by'], { window, as_of, rows }: Revenue): Told[] {
  return stories.map(({ place }) => {
    const row = rows.find(({ location_id }) => location_id === place);
    return {
      by,
      place,
      window,
      positions: as_of.positions,
      revenue: row?.revenue ?? 0,
      orders: row?.order_count ?? 0,
    };
  });
}

async function askRest(): Promise<Told[]> {
  return toldBy('rest', await product.client.get<Revenue>('/v1/revenue/live', { window: '10m', at }));
}

async function askCsv(): Promise<Told[]> {
  const path = `/v1/revenue/live?window=10m&at=${at}`;
  const answer = await product.client.send<string>('GET', path, { accept: 'text/csv' });
  expect([answer.status, answer.contentType.split(';')[0]]).toEqual([200, 'text/csv']);
  const header = (name: string): unknown => JSON.parse(answer.headers.get(name) ?? 'null');
  const [head, ...lines] = answer.body.trimEnd().split('\r\n');
  const columns = head!.split(',');
  const rows = lines.map((line) => {
    const cells = line.split(',');
    const cell = (name: string): string => cells[columns.indexOf(name)]!;
    return {
      location_id: cell('location_id'),
      revenue: Number(cell('revenue')),
      order_count: Number(cell('order_count')),
    };
  });
  const window = header('x-ticketrail-window') as Revenue['window'];
  return toldBy('csv', { window, as_of: header('x-ticketrail-as-of') as Revenue['as_of'], rows });
}

async function askReceipt(): Promise<Told[]> {
  const { place } = stories[0]!;
  const receipt = await receiptOf(product.client, 'revenue', { location_id: place, window: '10m', at });
  expect(receipt).toMatchObject({ equal: true, problems: [], differences: [] });
  const { window, as_of, figure } = receipt;
  const [revenue, orders] = [figure['revenue']!, figure['order_count']!];
  return [{ by: 'receipt', place, window, positions: as_of.positions, revenue, orders }];
}

test('answers of REST, stream, CSV and receipts under load are each the recount as of the positions they name', async () => {
  const stream = await StreamReader.open(`${product.client.url}/v1/stream?topics=revenue`, {
    authorization: `Bearer ${product.client.key}`,
  });
  const told: Told[] = [];
  const ended = new AbortController();
  const load = async (): Promise<void> => {
    for (let round = 0; round < 60; round++) {
      const events = stories.flatMap((story) =>
        Array.from({ length: 5 }, (_, i) =>
          payment({ ...story, order: `${story.order}-${round}-${i}` }, i * 500, 1 + i),
        ),
      );
      // Every fourth round is sent a second time, as a till does that was not answered.
      for (let copy = 0; copy < (round % 4 === 0 ? 2 : 1); copy++) await product.client.postJson(events);
      await sleep(40);
    }
    ended.abort();
  };
  const ask = async (question: () => Promise<Told[]>): Promise<void> => {
    while (!ended.signal.aborted) {
      told.push(...(await question()));
      await sleep(120);
    }
  };
  await Promise.all([load(), ask(askRest), ask(askCsv), ask(askReceipt)]);
  stream.close();
  for (const { data } of stream.events) told.push(...toldBy('stream', data as Revenue));

  // Until the history has everything that was told of.
  await eventually(async () => {
    const [last] = await askReceipt();
    expect(last!.revenue).toBe(60 * 15);
  });
  const kinds = new Set<string>();
  const different = new Set<number>();
  for (const by of ['rest', 'stream', 'csv', 'receipt'] as const) {
    const own = told.filter((one) => one.by === by && one.revenue > 0);
    // A dozen of each, from the whole time.
    const every = Math.max(1, Math.floor(own.length / 12));
    for (const one of own.filter((_, i) => i % every === 0)) {
      const receipt = await receiptOf(product.client, 'revenue', {
        location_id: one.place,
        window: `${(Date.parse(one.window.to) - Date.parse(one.window.from)) / 60_000}m`,
        at: Date.parse(one.window.to) - 1,
        as_of: positionsText(one.positions),
      });
      expect([by, one.positions, receipt.window, receipt.figure['revenue'], receipt.figure['order_count']]).toEqual([
        by,
        one.positions,
        one.window,
        one.revenue,
        one.orders,
      ]);
      kinds.add(by);
      different.add(one.revenue);
    }
  }
  expect([...kinds].sort()).toEqual(['csv', 'receipt', 'rest', 'stream']);
  expect(different.size).toBeGreaterThan(3);
}, 60_000);
