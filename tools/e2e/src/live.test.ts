/** What a dashboard sees while it happens: the stream, one order by its id, voids and refunds. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { event, newStory, payment, type Story } from './events.js';
import { Product } from './product.js';
import { StreamReader } from './stream.js';
import { eventually, quickestMs } from './wait-for.js';

interface RevenueReport {
  readonly as_of: { readonly log_time: string };
  readonly rows: readonly { readonly location_id: string; readonly revenue: number; readonly order_count: number }[];
}
type Order = Record<string, unknown>;

let product: Product;
beforeAll(async () => {
  product = await Product.start();
  // A log without an entry has no time yet; the first ones come by themselves within seconds.
  await eventually(async () => {
    const report = await product.client.get<RevenueReport>('/v1/revenue/live');
    expect(Date.parse(report.as_of.log_time)).toBeGreaterThan(0);
  });
}, 60_000);
afterAll(() => product.dispose());

const post = async (...events: object[]): Promise<void> => {
  const answer = await product.client.postJson(events);
  expect([answer.status, answer.body]).toEqual([202, { accepted: events.length, rejected: [] }]);
};
const revenueOf = async (story: Story): Promise<{ revenue: number; orders: number } | undefined> => {
  const report = await product.client.get<RevenueReport>('/v1/revenue/live', {
    window: '30m',
    location_id: story.place,
  });
  const row = report.rows.find((candidate) => candidate.location_id === story.place);
  return row === undefined ? undefined : { revenue: row.revenue, orders: row.order_count };
};

test('the stream delivers the effect of an event within a second, and says as of when', async () => {
  const stream = await StreamReader.open(`${product.client.url}/v1/stream?topics=revenue,ledger`, {
    authorization: `Bearer ${product.client.key}`,
  });
  try {
    await eventually(async () =>
      expect(new Set(stream.events.map(({ topic }) => topic))).toEqual(new Set(['revenue', 'ledger'])),
    );
    const quickest = await quickestMs(5, async (round) => {
      const story = newStory();
      const postedAt = Date.now();
      await post(payment(story, 0, 900 + round));
      const seen = await eventually(
        async () => {
          const found = stream.events.find(
            ({ topic, data }) =>
              topic === 'revenue' && (data as RevenueReport).rows.some((row) => row.location_id === story.place),
          );
          if (found === undefined) throw new Error('not on the stream yet');
          return found;
        },
        { everyMs: 5 },
      );
      const report = seen.data as RevenueReport;
      expect(report.rows.find((row) => row.location_id === story.place)).toMatchObject({
        revenue: 900 + round,
        order_count: 1,
      });
      // The time up to which nothing is missing: as old as the last word of the quietest part of the log, which is some seconds.
      expect(Date.parse(report.as_of.log_time)).toBeGreaterThanOrEqual(postedAt - 10_000);
    });
    expect(quickest).toBeLessThan(1_000);
  } finally {
    stream.close();
  }
});

test('the stream needs the key as everything else does', async () => {
  await expect(StreamReader.open(`${product.client.url}/v1/stream`, {})).rejects.toThrow('401');
});

test('an event is queryable within a second of its answer, and its order can be read by id', async () => {
  const items = [{ item_id: 'item_1', item_name: 'Soup', category: 'Starter', price: 10.05, quantity: 2 }];
  let story = newStory();
  const quickest = await quickestMs(3, async () => {
    story = newStory();
    await post(event(story, 'order_placed', 0, { items, subtotal: 20.1 }), payment(story, 2_000, 20.1));
    await eventually(async () => expect(await revenueOf(story)).toEqual({ revenue: 20.1, orders: 1 }), { everyMs: 10 });
  });
  expect(quickest).toBeLessThan(1_000);
  await eventually(async () => {
    const order = await product.client.get<Order>(`/v1/orders/${story.order}`);
    expect(order).toMatchObject({ order_id: story.order, location_id: story.place, revenue: 20.1 });
  });
  const missing = await product.client.send<{ status: number }>('GET', '/v1/orders/ord_nobody_knows');
  expect([missing.status, missing.contentType.split(';')[0]]).toEqual([404, 'application/problem+json']);
});

test('one order says as of when, as every figure does', async () => {
  const story = newStory();
  await post(payment(story, 0, 1));
  const order = await eventually(() => product.client.get<Order>(`/v1/orders/${story.order}`));
  expect(order).toHaveProperty('as_of.log_time');
});

/** Every order of the elements. */
function permutations<Element>(elements: readonly Element[]): Element[][] {
  if (elements.length <= 1) return [[...elements]];
  return elements.flatMap((first, index) =>
    permutations(elements.filter((_, other) => other !== index)).map((rest) => [first, ...rest]),
  );
}

test('an order is the same whatever order its five events came in, one request each', async () => {
  const startsAt = Date.now() - 20_000;
  const soup = { item_id: 'item_1', item_name: 'Soup', category: 'Starter', price: 10, quantity: 2 };
  const cake = { item_id: 'item_2', item_name: 'Cake', category: 'Dessert', price: 5.5, quantity: 1 };
  const stories = await Promise.all(
    permutations([0, 1, 2, 3, 4]).map(async (permutation) => {
      const story = { ...newStory(), startsAt };
      const events = [
        event(story, 'order_placed', 0, { items: [soup], subtotal: 20 }),
        event(story, 'order_item_added', 1_000, { items: [cake] }),
        event(story, 'order_completed', 2_000, { kitchen_time_minutes: 7 }),
        payment(story, 3_000, 25.5),
        event(story, 'payment_refunded', 4_000, { amount: 5.5, payment_method: 'credit_card' }),
      ];
      for (const index of permutation) await post(events[index] as object);
      return story;
    }),
  );
  expect(stories).toHaveLength(120);
  // What is told of each must differ in its names only.
  const told = async (story: Story): Promise<string> => {
    const {
      as_of: _asOf,
      completeness: _completeness,
      ...order
    } = await product.client.get<Order>(`/v1/orders/${story.order}`);
    const own = new RegExp(`${story.order}|${story.place}|evt_[0-9a-f-]{36}`, 'g');
    return JSON.stringify(order, Object.keys(order).sort()).replace(own, '…') + JSON.stringify(order['items']);
  };
  await eventually(async () => {
    for (const story of stories) expect(await revenueOf(story)).toEqual({ revenue: 20, orders: 1 });
  });
  // Orders are read from the tables, which follow the figures.
  await eventually(async () => {
    const first = await told(stories[0] as Story);
    for (const story of stories) expect(await told(story)).toBe(first);
  });
}, 60_000);

test('a voided order leaves the figures as if it had never been, whether the void comes last or first', async () => {
  for (const isVoidFirst of [false, true]) {
    const story = newStory();
    const neighbour = { ...story, order: `${story.order}_kept` };
    const voided = event(story, 'order_voided', 5_000);
    await post(payment(neighbour, 1_000, 3.33));
    if (isVoidFirst) await post(voided);
    await post(event(story, 'order_placed', 0, { items: [], subtotal: 70 }), payment(story, 2_000, 70.07));
    if (!isVoidFirst) {
      await eventually(async () => expect(await revenueOf(story)).toEqual({ revenue: 73.4, orders: 2 }));
      await post(voided);
    }
    await eventually(async () => {
      expect(await revenueOf(story)).toEqual({ revenue: 3.33, orders: 1 });
      expect(await product.client.get<Order>(`/v1/orders/${story.order}`)).toMatchObject({ status: 'voided' });
    });
  }
});

test('a refund takes back money, not the order, and only once', async () => {
  const story = newStory();
  const refund = event(story, 'payment_refunded', 4_000, { amount: 10.01 });
  await post(payment(story, 0, 50.02), refund);
  await post(refund);
  await eventually(async () => expect(await revenueOf(story)).toEqual({ revenue: 40.01, orders: 1 }));
});
