import { expect, test } from '@jest/globals';
import { readOptions, type BenchOptions } from '../options.js';
import { ComparedEvents } from './event-file.js';

const now = Date.parse('2026-03-14T18:00:00.000Z');
const options = readOptions(
  ['--rate', '1000', '--seconds', '2', '--events', '30000', '--locations', '50', '--queries', '--history-hours', '6'],
  {},
) as BenchOptions;

function eventsOf(events: ComparedEvents, from: number, before: number): { event_id: string; timestamp: string }[] {
  const texts: string[] = [];
  for (let request = from; request < before; request++)
    texts.push(...events.body(request).toString().trimEnd().split('\n'));
  return texts.map((text) => JSON.parse(text) as { event_id: string; timestamp: string });
}

test('what is held is of the day before, what comes in is of the moments after', () => {
  const events = new ComparedEvents(options, now, 'compared');
  const total = events.heldRequests + events.comingRequests;
  const held = eventsOf(events, 0, events.heldRequests).map(({ timestamp }) => Date.parse(timestamp));
  const coming = eventsOf(events, events.heldRequests, total).map(({ timestamp }) => Date.parse(timestamp));
  expect(held.length).toBe(30_000);
  expect(coming.length).toBe(2_000);
  expect(Math.max(...held)).toBeLessThanOrEqual(now);
  expect(held[0]).toBeLessThanOrEqual(now - options.heldHours * 3_600_000);
  expect(Math.max(...coming)).toBeGreaterThan(now + 1_500);
  expect(Math.max(...coming)).toBeLessThanOrEqual(now + 2_000);
});

test('the latest half comes at the full rate, and in more than an hour of it only the last hour does', () => {
  const events = new ComparedEvents(options, now, 'compared');
  expect(events.heldRequests).toBe(300);
  expect(events.oldRequests).toBe(150);
  expect(now - events.timeOf(150)).toBeCloseTo(15_000, 6);
  expect(events.timeOf(299) - events.timeOf(298)).toBeCloseTo(100, 6);
  expect(events.timeOf(149)).toBeLessThan(events.timeOf(150));
  const day = new ComparedEvents({ ...options, heldEvents: 9_000_000, heldHours: 24 }, now, 'compared');
  // An hour of 1,000 a second.
  expect(day.heldRequests - day.oldRequests).toBe(36_000);
  expect(day.timeOf(day.oldRequests)).toBeCloseTo(now - 3_600_000, 3);
  expect(day.timeOf(0)).toBeCloseTo(now - 86_400_000, 3);
});

test('the recent ones are reckoned back from when they will have been loaded, and a repeated one keeps its time', () => {
  let endsAt = now + 900_000;
  const events = new ComparedEvents(options, now, 'compared', () => endsAt);
  const first = events.timeOf(160);
  expect(first).toBeCloseTo(endsAt - 14_000, 6);
  endsAt += 60_000;
  expect(events.timeOf(160)).toBe(first);
  expect(events.timeOf(299)).toBeCloseTo(endsAt - 100, 6);
});

test('what is expected to be counted is each event once', () => {
  const events = new ComparedEvents(options, now, 'compared');
  const all = eventsOf(events, 0, events.heldRequests + events.comingRequests);
  const { applied, duplicates, rejected } = events.expected();
  expect(new Set(all.map(({ event_id }) => event_id)).size).toBe(applied);
  expect(applied + duplicates).toBe(all.length);
  expect(rejected).toBe(0);
  expect(duplicates).toBeGreaterThan(300);
});
