import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Delta } from './delta.js';
import { momentsBeside, Timeline } from './timeline.js';
import { emitMoment, type Moment, periodOf, VISIT_MAX_MS } from './visit.js';

const NOON = Date.parse('2026-03-14T12:00:00.000Z');
const HALF_HOUR_MS = VISIT_MAX_MS / 12;

/** Moments at one table in the order of their places, on a coarse grid of two days so that many are at one time. */
const moments = fc
  .array(
    fc.record({
      kind: fc.constantFrom('seated' as const, 'completed' as const, 'paid' as const),
      step: fc.integer({ min: 0, max: 96 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((drawn) =>
    drawn.map(({ kind, step }, i): Moment => ({
      place: i + 1,
      kind,
      time: NOON + step * HALF_HOUR_MS,
      event_id: `e${(i * 37) % 61}`,
      utc_offset_minutes: 0,
      hi: i,
      lo: i,
    })),
  );

/** Deltas without an order. */
function emitted(others: readonly Moment[], added: Moment): string[] {
  const deltas: string[] = [];
  const where = { tenant: 't', locationId: 'l' };
  emitMoment(where, others, added, ({ table, ...delta }: Delta) => deltas.push(JSON.stringify([table.index, delta])));
  return deltas.sort();
}

describe('the moments beside one that is added', () => {
  test('give the same differences as all that came before it in its period and those around it', () => {
    fc.assert(
      fc.property(moments, fc.func(fc.integer()), (drawn, rank) => {
        const timelines = new Map<number, { timeline: Timeline }>();
        // In any order of arrival, as those of higher places may be there already when the log is gone over again.
        for (const moment of [...drawn].sort((a, b) => rank(a.place) - rank(b.place))) {
          const period = periodOf(moment.time);
          const kept = timelines.get(period) ?? { timeline: new Timeline() };
          timelines.set(period, kept);
          kept.timeline.add(moment);
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
});
