/** A void takes back exactly what was counted, where it was counted, once; and the receipt shows it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { event, newStory, payment, type Story } from './events.js';
import { Product } from './product.js';
import { centsOfEvents, type Receipt, receiptOf, untilCounted } from './receipt.js';
import { eventually } from './wait-for.js';

let product: Product;
beforeAll(async () => {
  product = await Product.start();
}, 60_000);
afterAll(() => product.dispose());

const minute = 60_000;
const begin = Math.floor((Date.now() - 8 * minute) / minute) * minute;

let posted = 0;

async function post(...events: object[]): Promise<void> {
  const answer = await product.client.postJson(events);
  expect([answer.status, answer.body]).toEqual([202, { accepted: events.length, rejected: [] }]);
  await untilCounted(product.client, (posted += events.length));
}

function receipt(story: Story, at: number, report = 'revenue', more: Record<string, string> = {}): Promise<Receipt> {
  return receiptOf(product.client, report, { location_id: story.place, window: '1m', at, ...more });
}

const story = { ...newStory(), startsAt: begin };
const kept = { ...story, order: `${story.order}-kept` };
const first = payment(story, 0, 12.5);
const second = payment(story, minute + 1_000, 30);
const taken = event(story, 'order_voided', 5 * minute);

test('a void takes the payments of its order out of the minutes in which they were counted, and no others', async () => {
  await post(first, second, payment(kept, 2_000, 8));
  expect((await receipt(story, begin)).figure).toMatchObject({ revenue: 20.5, order_count: 2 });
  await post(taken);
  const [one, two, three] = await Promise.all([0, 1, 5].map((after) => receipt(story, begin + after * minute)));
  expect(one).toMatchObject({ equal: true, figure: { revenue: 8, order_count: 1 } });
  expect(two).toMatchObject({ equal: true, figure: { revenue: 0, order_count: 0 } });
  // Nothing is booked in the minute of the void itself.
  expect(three).toMatchObject({ equal: true, figure: { revenue: 0, order_count: 0 }, event_count: 0 });
  const voids = [one, two].map((each) => each!.events.filter(({ how }) => how === 'void'));
  expect(voids.map((events) => events.map(({ event_id }) => event_id))).toEqual([
    [taken['event_id']],
    [taken['event_id']],
  ]);
  expect(voids.map((events) => centsOfEvents(events))).toEqual([-1250, -3000]);
  expect(voids.map(([only]) => only!.contribution['order_count'] ?? 0)).toEqual([-1, 0]);
}, 30_000);

test('the same void a second time, and another void of the order, take nothing more', async () => {
  await post(taken);
  await post(event(story, 'order_voided', 6 * minute));
  const after = await receipt(story, begin);
  expect(after).toMatchObject({ equal: true, figure: { revenue: 8, order_count: 1 } });
  expect(centsOfEvents(after.events)).toBe(800);
}, 30_000);

test('a payment that comes after the void of its order counts nothing, and its receipt says so', async () => {
  const early = { ...newStory(), startsAt: begin };
  const paid = payment(early, 3_000, 44);
  await post(event(early, 'order_voided', minute));
  await post(paid);
  // Nothing to see in the figure, so that the history may come a moment later.
  const after = await eventually(async () => {
    const latest = await receipt(early, begin);
    expect(latest).toMatchObject({ equal: true, figure: { revenue: 0, order_count: 0 }, event_count: 1 });
    return latest;
  });
  expect(after.events).toMatchObject([{ event_id: paid['event_id'], contribution: {} }]);
}, 30_000);

test('as of the moment before the void, the receipt has what was known then', async () => {
  const now = await receipt(story, begin);
  const counted = now.events.filter(({ event_id }) => event_id === first['event_id']);
  const { shard, seq } = counted[0]!.position;
  const then = await receipt(story, begin, 'revenue', { as_of: `${shard}:${seq}` });
  expect(then).toMatchObject({ stored: 'changed_since', equal: null, figure: { revenue: 20.5, order_count: 2 } });
}, 30_000);
