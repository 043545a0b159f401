import { expect, test } from '@jest/globals';
import {
  HOUR_MS,
  hourTotalsOf,
  KeptLists,
  packRow,
  percentiles,
  type Row,
  Sketch,
  turnover,
  WAIT_TIMES,
} from '@ticketrail/core';
import fc from 'fast-check';
import { HourRows } from './hour-rows.js';

const DAY_MS = 24 * HOUR_MS;

const rows = fc.array(
  fc
    .record({
      location_id: fc.constantFrom('', 'a', 'b'),
      shard: fc.integer({ min: 0, max: 1 }),
      // Of two days, so that two of them are one hour of the day.
      hour: fc.constantFrom(10, 11, 34, 35),
      // Mostly that of the hour; another one after the time zone of the location was changed.
      shift: fc.constantFrom(0, 0, 0, 1),
      applied: fc.integer({ min: 1, max: 9 }),
      visits: fc.nat(3),
      samples: fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 4 }),
    })
    .map(({ location_id, shard, hour, shift, applied, visits, samples }): Row => {
      const sketch = (from: number): readonly number[] => {
        const made = new Sketch();
        for (const value of samples.slice(from)) made.add(value, 1);
        return made.encode();
      };
      return {
        tenant: 'demo',
        day: Math.floor(hour / 24) * DAY_MS,
        shard,
        location_id,
        hour: hour * HOUR_MS,
        hour_of_day: (hour + shift) % 24,
        location_name: null,
        label_time: applied,
        applied,
        visits,
        wait_minutes: sketch(0),
        kitchen_minutes: sketch(1),
        visit_minutes: sketch(2),
      };
    }),
  { maxLength: 40 },
);

const keyOf = (row: Row): string => [row['shard'], row['location_id'], row['hour'], row['hour_of_day']].join(' ');

const windows = fc.constantFrom([0, 48], [10, 11], [11, 35], [12, 48]);

test('what is kept beside the rows answers as the rows themselves do, after every change', () => {
  fc.assert(
    fc.property(rows, windows, fc.constantFrom(undefined, undefined, '', 'b'), (all, [from, to], location) => {
      const held = new HourRows(WAIT_TIMES, 'demo', new KeptLists());
      const latest = new Map<string, Row>();
      const [first, last] = [from! * HOUR_MS, to! * HOUR_MS];
      all.forEach((row, i) => {
        held.take(row['shard'] as number, row['day'] as number, [packRow(WAIT_TIMES, row)]);
        const known = latest.get(keyOf(row));
        if (known === undefined || (known['applied'] as number) <= (row['applied'] as number)) {
          latest.set(keyOf(row), row);
        }
        const within = [...latest.values()].filter(
          (one) =>
            (one['hour'] as number) >= first &&
            (one['hour'] as number) < last &&
            (location === undefined || one['location_id'] === location),
        );
        const sketch = i % WAIT_TIMES.sketches.length;
        const kept = held.totals(sketch, first, last, location);
        const plain = hourTotalsOf(WAIT_TIMES, within, WAIT_TIMES.sketches[sketch]!);
        for (const limit of [undefined, 2]) {
          expect(percentiles(kept, limit).list.rows()).toEqual(percentiles(plain, limit).list.rows());
          expect(turnover(kept, limit).list.rows()).toEqual(turnover(plain, limit).list.rows());
        }
        expect(percentiles(kept, 1).rowCount).toBe(percentiles(plain).rowCount);
      });
    }),
  );
});

test('a window that moves on answers as one that is asked for the first time, whatever changed meanwhile', () => {
  fc.assert(
    fc.property(rows, rows, windows, windows, (before, after, ...moves) => {
      const [moved, fresh] = [0, 1].map(() => new HourRows(WAIT_TIMES, 'demo', new KeptLists())) as [
        HourRows,
        HourRows,
      ];
      const take = (held: HourRows, all: readonly Row[]): void => {
        for (const row of all) held.take(row['shard'] as number, row['day'] as number, [packRow(WAIT_TIMES, row)]);
      };
      const ask = (held: HourRows, [from, to]: readonly number[]): unknown =>
        turnover(held.totals(2, from! * HOUR_MS, to! * HOUR_MS)).list.rows();
      take(moved, before);
      ask(moved, moves[0]);
      take(moved, after);
      take(fresh, [...before, ...after]);
      expect(ask(moved, moves[1])).toEqual(ask(fresh, moves[1]));
      expect(ask(moved, moves[0])).toEqual(ask(fresh, moves[0]));
    }),
  );
});

test('rows are handed out as they came, until their day is let go of', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const held = new HourRows(WAIT_TIMES, 'demo', new KeptLists());
      const latest = new Map<string, Row>();
      for (const row of all) {
        held.take(row['shard'] as number, row['day'] as number, [packRow(WAIT_TIMES, row)]);
        const known = latest.get(keyOf(row));
        if (known === undefined || (known['applied'] as number) <= (row['applied'] as number)) {
          latest.set(keyOf(row), row);
        }
      }
      for (const since of [0, DAY_MS]) {
        held.forgetBefore(since);
        const kept = [...latest.values()].filter((row) => (row['day'] as number) >= since);
        const found = [...held.rows(0, 2 * DAY_MS, undefined)];
        expect(held.size).toBe(kept.length);
        expect(found.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))).toEqual(
          kept.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
        );
        expect([...held.rows(0, 2 * DAY_MS, 'a')]).toHaveLength(
          kept.filter((row) => row['location_id'] === 'a').length,
        );
      }
    }),
  );
});
