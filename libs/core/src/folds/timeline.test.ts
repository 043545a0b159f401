import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Delta } from './delta.js';
import { momentsBeside, Timeline } from './timeline.js';
import { emitMoment, isBefore, type Moment, periodOf, VISIT_MAX_MS } from './visit.js';

const NOON = Date.parse('2026-03-14T12:00:00.000Z');
const HALF_HOUR_MS = VISIT_MAX_MS / 12;

/**
 * Moments at one table in the order of their places, on a coarse grid of two days so that many are at one time. Some
 * hashes share their upper half.
 */
const moments = fc
  .array(
    fc.record({
      kind: fc.constantFrom('seated' as const, 'completed' as const, 'paid' as const),
      step: fc.integer({ min: 0, max: 96 }),
      offset: fc.constantFrom(0, -1_440, 345, 1_440),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((drawn) =>
    drawn.map(({ kind, step, offset }, i): Moment => ({
      place: i + 1,
      kind,
      time: NOON + step * HALF_HOUR_MS,
      utc_offset_minutes: offset,
      hi: 2 ** 32 - 1 - ((i * 5) % 7),
      lo: (i * 37) % 61,
    })),
  );

/** Deltas without an order. */
function emitted(others: readonly Moment[], added: Moment): string[] {
  const deltas: string[] = [];
  const where = { tenant: 't', locationId: 'l' };
  emitMoment(where, others, added, ({ table, ...delta }: Delta) => deltas.push(JSON.stringify([table.index, delta])));
  return deltas.sort();
}

function timelineOf(timelines: Map<number, Timeline>, time: number): Timeline {
  const period = periodOf(time);
  const timeline = timelines.get(period) ?? new Timeline(period);
  timelines.set(period, timeline);
  return timeline;
}

describe('the moments beside one that is added', () => {
  test('give the same differences as all that came before it in its period and those around it', () => {
    fc.assert(
      fc.property(moments, fc.func(fc.integer()), (drawn, rank) => {
        const timelines = new Map<number, Timeline>();
        // In any order of arrival, as those of higher places may be there already when the log is gone over again.
        for (const moment of [...drawn].sort((a, b) => rank(a.place) - rank(b.place))) {
          timelineOf(timelines, moment.time).add(moment);
        }
        for (const added of drawn) {
          const own = periodOf(added.time);
          const near = [own, own - VISIT_MAX_MS, own + VISIT_MAX_MS];
          const before = drawn.filter(({ place, time }) => place < added.place && near.includes(periodOf(time)));
          const periods = near.flatMap((period) => timelines.get(period) ?? []);
          expect(emitted(momentsBeside(periods, added), added)).toEqual(emitted(before, added));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('are the same when early ones were let go, and read again where they have a say, by whoever goes over the log', () => {
    const step = fc.record({
      isWritten: fc.boolean(),
      lag: fc.nat(8),
      trimsBefore: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
      crashesAt: fc.option(fc.nat(60), { nil: undefined, freq: 15 }),
    });
    fc.assert(
      fc.property(moments, fc.array(step, { minLength: 60, maxLength: 60 }), (drawn, steps) => {
        let timelines = new Map<number, Timeline>();
        /** Of these places there are rows, and of all up to `durable`. */
        const written = new Set<number>();
        let durable = 0;
        const crashed = new Set<number>();
        const rowsOf = (period: number): Moment[] =>
          drawn.filter(({ place, time }) => periodOf(time) === period && (place <= durable || written.has(place)));
        for (let i = 0; i < drawn.length;) {
          const added = drawn[i]!;
          const period = periodOf(added.time);
          const own = timelineOf(timelines, added.time);
          const near = [period, period - VISIT_MAX_MS, period + VISIT_MAX_MS];
          const periods = near.flatMap((start) => timelines.get(start) ?? []);
          for (const one of periods) if (!one.suffices(added.kind, added.time)) one.complete(rowsOf(one.period));
          const before = drawn.filter(({ place, time }) => place < added.place && near.includes(periodOf(time)));
          expect(own.countBelow(added.place)).toBe(before.filter(({ time }) => periodOf(time) === period).length);
          if (own.at(added.place) === undefined) own.add(added);
          expect(emitted(momentsBeside(periods, added), added)).toEqual(emitted(before, added));
          const { isWritten, lag, trimsBefore, crashesAt } = steps[i]!;
          if (isWritten) written.add(added.place);
          durable = Math.max(durable, i + 1 - lag);
          if (trimsBefore !== undefined) {
            for (const one of timelines.values()) one.trim(NOON + trimsBefore * HALF_HOUR_MS, durable + 1);
          }
          i++;
          if (crashesAt === undefined || crashed.has(i)) continue;
          crashed.add(i);
          i = durable = Math.min(durable, crashesAt);
          timelines = new Map();
          for (const moment of drawn) {
            if (moment.place <= durable || written.has(moment.place)) timelineOf(timelines, moment.time).add(moment);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('are as few for a payment or a completion at a table where hundreds of things happened as anywhere', () => {
    const timeline = new Timeline(NOON);
    const base = { utc_offset_minutes: 0, hi: 1 };
    timeline.add({ ...base, kind: 'seated', place: 1, time: NOON, lo: 1 });
    for (let i = 2; i <= 900; i++) {
      timeline.add({ ...base, kind: i % 2 === 0 ? 'completed' : 'paid', place: i, time: NOON + i, lo: i });
    }
    const added = { ...base, place: 901, time: NOON + 901, lo: 901 };
    expect(momentsBeside([timeline], { ...added, kind: 'completed' }).map(({ place }) => place)).toEqual([1]);
    expect(momentsBeside([timeline], { ...added, kind: 'paid' }).map(({ place }) => place)).toEqual([1, 899]);
  });
});

describe('a timeline', () => {
  test('of a busy table keeps the last visit before a time, what came since, and what is not durable, once half can go', () => {
    const timeline = new Timeline(NOON);
    const all = Array.from({ length: 900 }, (_, i): Moment => ({
      place: i + 1,
      kind: i % 3 === 0 ? 'seated' : 'paid',
      time: NOON + i * 1_000,
      utc_offset_minutes: 0,
      hi: i,
      lo: i,
    }));
    for (const moment of all) timeline.add(moment);
    const { bytes } = timeline;
    timeline.trim(NOON + 800_000, 0);
    timeline.trim(NOON, 901);
    expect(timeline.bytes).toBe(bytes);
    timeline.trim(NOON + 800_000, 401);
    timeline.trim(NOON + 400_000, 901);
    expect(timeline.bytes).toBe(bytes);
    timeline.trim(NOON + 800_000, 501);
    expect(timeline.at(498)).toBeUndefined();
    expect(timeline.at(499)).toEqual(all[498]);
    timeline.trim(NOON + 800_000, 901);
    expect(timeline.at(798)).toBeUndefined();
    expect(timeline.at(799)).toEqual(all[798]);
    expect(timeline.bytes).toBeLessThan(bytes / 5);
    expect(timeline.countBelow(901)).toBe(900);
    expect(timeline.suffices('paid', NOON + 798_001)).toBe(true);
    expect(timeline.suffices('paid', NOON + 798_000)).toBe(false);
    expect(timeline.suffices('paid', NOON - 1)).toBe(false);
    expect(timeline.suffices('completed', NOON - 1)).toBe(true);
    expect(timeline.suffices('seated', NOON + VISIT_MAX_MS)).toBe(true);
    timeline.complete(all.slice(0, 850));
    expect(all.map(({ place }) => timeline.at(place))).toEqual(all);
    expect(timeline.countBelow(901)).toBe(900);
    expect(timeline.suffices('paid', NOON - 1)).toBe(true);
  });

  test('holds what was added, whatever came first, and counts what stands at lower places', () => {
    fc.assert(
      fc.property(moments, fc.func(fc.integer()), (drawn, rank) => {
        const timelines = new Map<number, Timeline>();
        for (const moment of [...drawn].sort((a, b) => rank(a.place) - rank(b.place))) {
          const timeline = timelineOf(timelines, moment.time);
          expect(timeline.at(moment.place)).toBeUndefined();
          timeline.add(moment);
        }
        for (const moment of drawn) {
          const timeline = timelineOf(timelines, moment.time);
          const together = drawn.filter(({ time }) => periodOf(time) === timeline.period);
          expect(timeline.at(moment.place)).toEqual(moment);
          expect(timeline.countBelow(moment.place)).toBe(together.filter(({ place }) => place < moment.place).length);
          expect(timeline.countBelow(100)).toBe(together.length);
        }
      }),
    );
  });

  test('goes from one seating to the next in the order of isBefore', () => {
    fc.assert(
      fc.property(moments, (drawn) => {
        const timeline = new Timeline(NOON);
        const seatings = drawn
          .map((moment) => ({ ...moment, kind: 'seated' as const, time: NOON + ((moment.time - NOON) % VISIT_MAX_MS) }))
          .toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
        for (const seating of seatings) timeline.add(seating);
        for (const [i, seating] of seatings.entries()) {
          const last = { ...seating, place: drawn.length + 1 };
          expect(timeline.seatingBefore(last)).toEqual(seatings[i - 1]);
        }
      }),
    );
  });
});
