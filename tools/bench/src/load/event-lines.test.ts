import { expect, test } from '@jest/globals';
import { EventLines, latenessMaxMs } from './event-lines.js';
import { requestSizes } from './request-sizes.js';

const start = Date.parse('2026-03-14T18:00:00.000Z');

/** Every line of the first requests, as the product would read them. */
function tell(
  batch: number | 'mixed',
  requests: number,
  share: number,
  repeatsAtOnce = false,
): { lines: EventLines; events: Record<string, unknown>[] } {
  const sizes = requestSizes(batch);
  const shares = { duplicates: share, late: share, malformed: share };
  const lines = new EventLines({ rate: 1_000, locations: 200, sizes, ...shares, repeatsAtOnce, tag: 'ab00cd00' });
  const events: Record<string, unknown>[] = [];
  const timeOf = (request: number): number => start + sizes.firstLineOf(request);
  for (let request = 0; request < requests; request++) {
    const body = Buffer.alloc(lines.length(request));
    lines.write(request, body, 0, timeOf);
    for (const text of body.toString().trimEnd().split('\n')) events.push(JSON.parse(text) as Record<string, unknown>);
  }
  return { lines, events };
}

test.each([
  [100, 300, false],
  [1, 25_000, false],
  ['mixed', 26 * 200, false],
  [100, 300, true],
  [1, 5_000, true],
] as const)('what %s a request tells is what is expected of the product', (batch, requests, repeatsAtOnce) => {
  const { lines, events } = tell(batch, requests, 0.02, repeatsAtOnce);
  const unique = new Map<unknown, Record<string, unknown>>();
  const isRefused = (event: Record<string, unknown>): boolean => Number.isNaN(Date.parse(String(event['timestamp'])));
  const refused = events.filter(isRefused);
  const taken = events.filter((event) => !isRefused(event));
  for (const event of taken) {
    const known = unique.get(event['event_id']);
    // A repeated event is the same event in every field, not another one under its name.
    if (known !== undefined) expect(event).toEqual(known);
    unique.set(event['event_id'], event);
  }
  const payments = [...unique.values()].filter((event) => event['event_type'] === 'payment');
  expect(lines.expected(events.length)).toEqual({
    applied: unique.size,
    duplicates: taken.length - unique.size,
    rejected: refused.length,
    payments: payments.length,
    revenueCents: payments.reduce((sum, event) => sum + Math.round((event['total_amount'] as number) * 100), 0),
  });
  expect(new Set(payments.map((event) => event['order_id'])).size).toBe(payments.length);
  expect((taken.length - unique.size) / events.length).toBeGreaterThan(0.01);
  expect(refused.length / events.length).toBeGreaterThan(0.015);
  expect(refused.some((event) => unique.has(event['event_id']))).toBe(false);
});

test('the stages of a visit share place, table and order, and come one after the other', () => {
  const { events } = tell(100, 100, 0);
  const byOrder = new Map<unknown, Record<string, unknown>[]>();
  for (const event of events) {
    if (event['order_id'] !== undefined)
      byOrder.set(event['order_id'], [...(byOrder.get(event['order_id']) ?? []), event]);
  }
  const whole = [...byOrder.values()].filter((stages) => stages.length === 3);
  expect(whole.length).toBeGreaterThan(500);
  for (const stages of whole) {
    expect(stages.map((event) => event['event_type'])).toEqual(['order_placed', 'order_completed', 'payment']);
    expect(new Set(stages.map((event) => `${String(event['location_id'])} ${String(event['table_id'])}`)).size).toBe(1);
  }
});

test('no event is from the future, some are late, and none by more than is said', () => {
  const { events } = tell(100, 200, 0.02);
  const late = events
    .map((event, index) => start + Math.floor(index / 100) * 100 - Date.parse(String(event['timestamp'])))
    .filter((milliseconds) => !Number.isNaN(milliseconds));
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  // A repeated event is told again some seconds later.
  expect(Math.max(...late)).toBeLessThanOrEqual(latenessMaxMs + 10_400);
  const share = late.filter((milliseconds) => milliseconds > 20_000).length / late.length;
  expect(share).toBeGreaterThan(0.015);
  expect(share).toBeLessThan(0.03);
});
