/** What comes after a figure was settled is never silent: it leaves a dated restatement, and the figure says since when it is what it is. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { event, newStory, payment, type Story } from './events.js';
import { Product } from './product.js';
import { eventually } from './wait-for.js';

interface Revenue {
  readonly as_of: { readonly log_time: string };
  readonly completeness: { readonly state: string; readonly settles_at: string; readonly settled_since?: string };
  readonly restated?: {
    readonly events: number;
    readonly amount: number;
    readonly last_at: string | null;
    readonly since?: string;
  };
  readonly rows: readonly { readonly revenue: number }[];
}
interface Restatements {
  readonly rows: readonly {
    readonly restated_at: string;
    readonly minute: string;
    readonly location_id: string;
    readonly events: number;
    readonly revenue: number;
  }[];
  readonly totals: { readonly restatements: number; readonly events: number; readonly revenue: number };
  readonly is_complete: boolean;
}
interface Devices {
  readonly rows: readonly {
    readonly location_id: string;
    readonly device_id: string;
    readonly missing: readonly { readonly from: number; readonly to: number }[];
    readonly silent_since: string | null;
  }[];
}

const halfAnHourMs = 30 * 60_000;
const minuteMs = 60_000;

let product: Product;
beforeAll(async () => {
  product = await Product.start();
  // Log time begins within seconds; before that nothing is settled.
  await eventually(async () => expect((await revenueAt(lateStory())).completeness.state).toBe('settled'));
}, 60_000);
afterAll(() => product.dispose());

/** A story in the middle of a minute that is settled by now. */
function lateStory(): Story {
  return { ...newStory(), startsAt: Math.floor((Date.now() - halfAnHourMs) / minuteMs) * minuteMs + 10_000 };
}

const revenueAt = ({ place, startsAt }: Story): Promise<Revenue> =>
  product.client.get<Revenue>('/v1/revenue/live', {
    location_id: place,
    window: '5m',
    at: new Date(startsAt).toISOString(),
  });

const restatementsOf = ({ place }: Story): Promise<Restatements> =>
  product.client.get<Restatements>('/v1/restatements', { location_id: place });

const post = async (...events: object[]): Promise<void> => {
  expect((await product.client.postJson(events)).status).toBe(202);
};

test('a late payment restates the figure by its amount, and the figure says since when', async () => {
  const story = lateStory();
  const before = await revenueAt(story);
  expect(before.restated).toBeUndefined();
  expect(before.completeness.settled_since).toBe(before.completeness.settles_at);

  await post(payment(story, 0, 100));
  const once = await eventually(async () => {
    const revenue = await revenueAt(story);
    expect(revenue.restated).toMatchObject({ events: 1, amount: 100 });
    return revenue;
  });
  expect(once.rows.map(({ revenue }) => revenue)).toEqual([100]);
  expect(once.completeness.state).toBe('settled');
  expect(once.completeness.settled_since).toBe(once.restated!.last_at);
  expect(Date.parse(once.completeness.settled_since!)).toBeGreaterThan(Date.parse(before.completeness.settles_at));

  const other = { ...story, order: `${story.order}_2` };
  await post(payment(story, 1_000, 12.5), payment(other, minuteMs, 99.5));
  const twice = await eventually(async () => {
    const revenue = await product.client.get<Revenue>('/v1/revenue/live', {
      location_id: story.place,
      window: '5m',
      at: new Date(story.startsAt + minuteMs).toISOString(),
    });
    expect(revenue.restated).toMatchObject({ events: 3, amount: 212 });
    return revenue;
  });
  expect(Date.parse(twice.completeness.settled_since!)).toBeGreaterThan(Date.parse(once.completeness.settled_since!));

  const listed = await eventually(async () => {
    const list = await restatementsOf(story);
    expect(list.totals).toEqual({ restatements: 3, events: 3, revenue: 212 });
    return list;
  });
  const minute = (afterMs: number): string =>
    new Date(Math.floor((story.startsAt + afterMs) / minuteMs) * minuteMs).toISOString();
  expect(listed.rows.map((row) => [row.minute, row.revenue, row.events])).toEqual([
    [minute(0), 12.5, 1],
    [minute(minuteMs), 99.5, 1],
    [minute(0), 100, 1],
  ]);
  expect(listed.rows[2]!.restated_at).toBe(once.restated!.last_at);
  expect(listed.is_complete).toBe(true);
  expect(once.restated!.since).toBeUndefined();
});

test('a figure over a long window says how much of it was looked at for restatements', async () => {
  const story = lateStory();
  const ofDay = (place: string): Promise<Revenue> =>
    product.client.get<Revenue>('/v1/revenue/live', { location_id: place, window: '24h' });
  const none = await ofDay(story.place);
  expect(none.restated).toMatchObject({ events: 0, amount: 0, last_at: null });
  expect(Date.parse(none.restated!.since!)).toBeLessThan(story.startsAt);
  await post(payment(story, 0, 30));
  await eventually(async () => {
    const { restated } = await ofDay(story.place);
    expect(restated).toMatchObject({ events: 1, amount: 30 });
    expect(restated!.since).toBeDefined();
  });
});

test('a void that comes late is a restatement as well, and takes back what was counted', async () => {
  const story = lateStory();
  await post(payment(story, 0, 40));
  await eventually(async () => expect((await revenueAt(story)).restated).toMatchObject({ amount: 40 }));
  await post(event(story, 'order_voided', 0, { timestamp: new Date().toISOString() }));
  await eventually(async () => expect((await revenueAt(story)).restated).toMatchObject({ events: 2, amount: 0 }));
  await eventually(async () =>
    expect((await restatementsOf(story)).rows.map(({ revenue }) => revenue)).toEqual([-40, 40]),
  );
});

test('an event in time restates nothing, and neither does a duplicate of a late one', async () => {
  const timely = newStory();
  await post(payment(timely, 0, 7));
  await eventually(async () => expect((await revenueAt(timely)).rows).toHaveLength(1));
  expect((await revenueAt(timely)).restated).toBeUndefined();
  const late = lateStory();
  const paid = payment(late, 0, 9);
  await post(paid);
  await eventually(async () => expect((await revenueAt(late)).restated).toMatchObject({ events: 1, amount: 9 }));
  await post(paid);
  await eventually(async () => {
    const list = await restatementsOf(late);
    expect(list.totals).toEqual({ restatements: 1, events: 1, revenue: 9 });
  });
});

test('restatements are the same after the power switch', async () => {
  const story = lateStory();
  await post(payment(story, 0, 5));
  await post(payment({ ...story, order: `${story.order}_2` }, 0, 6));
  const before = await eventually(async () => {
    const list = await restatementsOf(story);
    expect(list.totals).toMatchObject({ restatements: 2, revenue: 11 });
    return list;
  });
  await product.killHard();
  await product.startAgain();
  await eventually(async () => expect((await restatementsOf(story)).rows).toEqual(before.rows));
}, 60_000);

test('a terminal whose numbers have a hole is named, until the hole closes', async () => {
  const story = newStory();
  const numbered = (device_seq: number): object =>
    event(story, 'table_seated', device_seq - 880, { device_id: 'terminal_7', device_seq });
  const missing = async (): Promise<Devices['rows'][number]['missing'] | undefined> => {
    const { rows } = await product.client.get<Devices>('/v1/devices/missing');
    return rows.find(({ location_id, device_id }) => location_id === story.place && device_id === 'terminal_7')
      ?.missing;
  };
  await post(numbered(880), numbered(885));
  await eventually(async () => expect(await missing()).toEqual([{ from: 881, to: 884 }]), { withinMs: 15_000 });
  await post(numbered(882), numbered(881), numbered(883), numbered(884));
  await eventually(async () => expect(await missing()).toBeUndefined(), { withinMs: 15_000 });
  const { rows } = await product.client.get<Devices>('/v1/devices', { location_id: story.place });
  expect(rows).toEqual([
    expect.objectContaining({ device_id: 'terminal_7', events: 6, last_seq: 885, silent_since: null }),
  ]);
}, 60_000);

test('no message of the collector was lost, over all of this', async () => {
  expect(await product.client.get('/v1/ledger')).toMatchObject({ lost_messages: 0, message_holes: [], difference: 0 });
});
