import { describe, expect, test } from '@jest/globals';
import { arrivingBefore } from './arrivals.js';
import { countBy } from './distribution-check.js';
import { NO_FAULTS, ORDINARY_FAULTS, type Arrival } from './faults.js';
import { createSource, tempoForRate, type SourceOptions } from './sources.js';

const FROM_MS = Date.parse('2025-10-29T18:00:00.000Z');
const MINUTE_MS = 60_000;

function arrivals(minutes: number, options: Partial<SourceOptions> = {}): Arrival[] {
  const source = createSource({
    profile: 'both',
    locations: 40,
    dialect: 'locations',
    eventsPerSecond: 10,
    tempo: 10,
    rhythm: 'steady',
    faults: ORDINARY_FAULTS,
    seed: 1,
    fromMs: FROM_MS,
    isWarm: true,
    ...options,
  });
  return [...arrivingBefore(source, FROM_MS + minutes * MINUTE_MS)];
}

describe('arrivals', () => {
  test('are the same bytes for the same seed and options', () => {
    // prettier-ignore
    const bytes = (options: Partial<SourceOptions>) => arrivals(3, options).map(({ line }) => line).join('\n');
    expect(bytes({})).toBe(bytes({}));
    expect(bytes({ seed: 2 })).not.toBe(bytes({}));
  });

  test('do not repeat ids when a run starts again from the same seed at another time', () => {
    const ids = (fromMs: number) => arrivals(10, { fromMs }).map(({ truth }) => truth.eventId);
    const first = new Set(ids(FROM_MS));
    expect(ids(FROM_MS + 1).some((id) => first.has(id))).toBe(false);
  });

  test('come in the order of arrival and none before the start', () => {
    const times = arrivals(10).map(({ arrivesAtMs }) => arrivesAtMs);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(times[0]).toBeGreaterThanOrEqual(FROM_MS);
  });

  test('hold the same visits with and without faults', () => {
    const ids = (options: Partial<SourceOptions>) =>
      new Set(arrivals(30, { isWarm: false, profile: 'chain', ...options }).map(({ truth }) => truth.eventId));
    const calm = ids({ faults: NO_FAULTS });
    const rough = ids({});
    expect([...rough].filter((id) => calm.has(id)).length / calm.size).toBeGreaterThan(0.98);
  });

  test('are of every type from the first seconds when warm, and begin with empty rooms otherwise', () => {
    const types = (isWarm: boolean) => countBy(arrivals(1, { isWarm }), ({ truth }) => truth.eventType);
    expect([...types(true).keys()].toSorted()).toEqual([
      'feedback_submitted',
      'order_completed',
      'order_created',
      'order_item_added',
      'order_placed',
      'payment',
      'payment_captured',
      'table_seated',
    ]);
    expect(types(false).has('payment')).toBe(false);
  });

  test('keep the rate from the first minute on, a quarter of it from Ontario', () => {
    const all = arrivals(20, { faults: NO_FAULTS });
    expect(Math.abs(all.length / (20 * 60 * 10) - 1)).toBeLessThan(0.03);
    const first = all.filter(({ arrivesAtMs }) => arrivesAtMs < FROM_MS + 4 * MINUTE_MS).length;
    expect(Math.abs(first / (4 * 60 * 10) - 1)).toBeLessThan(0.08);
    const ontario = all.filter(({ truth }) => truth.profile === 'ontario').length;
    expect(Math.abs(ontario / all.length - 0.25)).toBeLessThan(0.02);
  });

  test('follow the hours of a day when they are to', () => {
    const midnight = Date.parse('2025-10-29T04:00:00.000Z');
    const perHour = (profile: 'chain' | 'ontario', hour: number) => {
      const fromMs = midnight + hour * 60 * MINUTE_MS;
      const source = { profile, rhythm: 'mealtimes', eventsPerSecond: 2, fromMs, faults: NO_FAULTS } as const;
      return arrivals((fromMs - FROM_MS) / MINUTE_MS + 60, source).length / 3_600;
    };
    expect(perHour('ontario', 3)).toBeLessThan(0.4);
    expect(perHour('ontario', 19)).toBeGreaterThan(3.5);
    expect(perHour('chain', 20)).toBeGreaterThan(3.5);
  });

  test('refuse a rate that never gives an event', () => {
    expect(() => arrivals(1, { eventsPerSecond: 0 })).toThrow('above zero');
  });
});

test('visits go at life’s pace as long as the rate allows it', () => {
  expect(tempoForRate(33)).toBe(1);
  expect(tempoForRate(10_000)).toBeGreaterThan(100);
});
