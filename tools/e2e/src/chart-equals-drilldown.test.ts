/** A point of the chart, the table, and the events one finds by drilling down are the same money, whatever came late or twice. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { event, newStory, payment, type Story } from './events.js';
import { Product } from './product.js';
import { Random } from './random.js';
import { centsOfEvents, receiptOf, untilCounted } from './receipt.js';

interface Series {
  readonly rows: readonly { readonly minute: string; readonly revenue: number; readonly order_count: number }[];
}
interface Revenue {
  readonly rows: readonly { readonly location_id: string; readonly revenue: number }[];
  readonly totals: { readonly revenue: number };
}

let product: Product;
beforeAll(async () => {
  product = await Product.start();
}, 60_000);
afterAll(() => product.dispose());

const random = new Random(7);
const minute = 60_000;
const at = Date.now() - minute;
const stories: Story[] = [newStory(), newStory()];
const cents = (amount: number): number => Math.round(amount * 100);

/** Twenty minutes of one place: paid, some given back, some voided much later, some sent twice. */
function day(story: Story): Record<string, unknown>[] {
  const events: Record<string, unknown>[] = [];
  for (let i = 0; i < 60; i++) {
    const order = `${story.order}-${i}`;
    const own = { ...story, order, startsAt: at - random.between(0, 19) * minute };
    const paid = payment(own, random.between(0, 49_999), random.between(100, 9_000) / 100);
    events.push(paid);
    if (i % 7 === 0) events.push({ ...paid });
    if (i % 9 === 0) events.push(payment(own, 0, 1.25, { event_type: 'payment_refunded' }));
    if (i % 11 === 0) events.push(event(own, 'order_voided', 55_000));
  }
  return random.shuffled(events);
}

test('every point of the chart is the sum of its events, and all points are the figure of the table', async () => {
  let posted = 0;
  for (const story of stories) {
    const events = day(story);
    posted += events.length;
    for (let from = 0; from < events.length; from += 9) {
      const answer = await product.client.postJson(events.slice(from, from + 9));
      expect(answer.body.rejected).toEqual([]);
    }
  }
  const query = { window: '25m', at };
  await untilCounted(product.client, posted);
  const table = await product.client.get<Revenue>('/v1/revenue/live', query);
  let total = 0;
  let hows = new Set<string>();
  for (const { place } of stories) {
    const chart = await product.client.get<Series>('/v1/revenue/series', { ...query, location_id: place });
    let ofPlace = 0;
    for (const point of chart.rows) {
      const asked = { location_id: place, window: '1m', at: point.minute };
      const receipt = await receiptOf(product.client, 'revenue', asked);
      expect(receipt).toMatchObject({ equal: true, problems: [], differences: [] });
      const orders = receipt.events.reduce((sum, { contribution }) => sum + (contribution['order_count'] ?? 0), 0);
      expect([point.minute, cents(point.revenue), point.order_count]).toEqual([
        point.minute,
        centsOfEvents(receipt.events),
        orders,
      ]);
      hows = new Set([...hows, ...receipt.events.map(({ how }) => how)]);
      ofPlace += cents(point.revenue);
    }
    const row = table.rows.find(({ location_id }) => location_id === place);
    expect([place, cents(row?.revenue ?? 0)]).toEqual([place, ofPlace]);
    const whole = await receiptOf(product.client, 'revenue', { ...query, location_id: place });
    expect(centsOfEvents(whole.events)).toBe(ofPlace);
    total += ofPlace;
  }
  expect(cents(table.totals.revenue)).toBe(total);
  expect([...hows]).toEqual(expect.arrayContaining(['applied', 'duplicate', 'refund', 'void', 'late']));
}, 60_000);
