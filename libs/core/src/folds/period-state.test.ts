import { describe, expect, test } from '@jest/globals';
import { identityOf } from '../hash.js';
import type { Row } from '../tables/spec.js';
import { placeOf } from './delta.js';
import { FoldMismatch } from './fold-mismatch.js';
import { PeriodState } from './period-state.js';
import { Choices } from './random.fixture.js';
import type { Put } from './set-rows.js';
import { momentOf, MOMENTS_PER_PERIOD_MAX, type Moment, periodOf, type VisitEvent } from './visit.js';

const SIX = periodOf(Date.UTC(2026, 2, 14, 18));

interface Told {
  readonly id: string;
  readonly moment: Moment;
}

/** The i-th of them happened the earlier, the later it came. */
function told(i: number, id = `e${i}`): Told {
  const event: VisitEvent = {
    event_type: i % 3 === 0 ? 'table_seated' : 'order_completed',
    event_id: id,
    time: SIX + 10_000_000 - i * 1_000,
    location_id: 'north',
    table_id: 't',
    order_id: 'o',
    utc_offset_minutes: -90,
  };
  const identity = { hi: 0, lo: 0 };
  identityOf('acme', event, identity);
  return { id, moment: momentOf(event, placeOf(i, 0), identity) };
}

function period(rows: readonly Row[] = []): PeriodState {
  return new PeriodState('acme', 'north', 't', SIX, rows);
}

/** What putting it did: its index, and its row if there has to be one. */
function putIn(state: PeriodState, { id, moment }: Told): [index: number, row: Row | undefined] {
  const put: Put = { index: 0, isNew: false };
  state.put(moment, put);
  return [put.index, put.isNew ? state.row(1, 3, moment, id, `entry-${moment.place}`) : undefined];
}

describe('the moments at a table', () => {
  test('are put into the same places with the same rows by whoever goes over the log again, whatever rows were lost', () => {
    const all = Array.from({ length: MOMENTS_PER_PERIOD_MAX + 30 }, (_, i) => told(i + 1));
    const first = period();
    const puts = all.map((one) => putIn(first, one));
    expect(puts.filter(([, row]) => row !== undefined)).toHaveLength(MOMENTS_PER_PERIOD_MAX);
    for (let seed = 1; seed <= 20; seed++) {
      const choices = new Choices(seed);
      const vouched = choices.below(all.length + 1);
      const isLost = all.map((_, i) => i >= vouched && choices.chance(0.5));
      const again = period(puts.flatMap(([, row], i) => (row === undefined || isLost[i]! ? [] : [row])));
      const expected = puts.map(([index, row], i) => [index, isLost[i]! ? row : undefined]);
      expect(all.slice(vouched).map((one) => putIn(again, one))).toEqual(expected.slice(vouched));
    }
  });

  test('of another log are noticed', () => {
    const state = period();
    const row = putIn(state, told(7))[1]!;
    expect(() => putIn(state, told(7, 'another'))).toThrow(FoldMismatch);
    expect(() => putIn(period([row]), told(7, 'another'))).toThrow(FoldMismatch);
    expect(putIn(period([row]), told(7))).toEqual([0, undefined]);
    const other = putIn(period(), told(7, 'another'))[1]!;
    expect(() => state.completeFrom([other])).toThrow(FoldMismatch);
  });

  test('have rows that say the event as it was', () => {
    expect(putIn(period(), told(2, 'as it was'))[1]!['moment']).toEqual([
      'completed',
      SIX + 9_998_000,
      'as it was',
      -90,
    ]);
  });
});
