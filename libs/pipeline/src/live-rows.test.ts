import { describe, expect, test } from '@jest/globals';
import { AGGREGATES, groupRows, ITEM_SALES, RESTATED, REVENUE, type AggregateTable, type Row } from '@ticketrail/core';
import fc from 'fast-check';
import { LiveRows } from './live-rows.js';

const MINUTE_MS = 60_000;

/** A row of the table with numbers that follow from its key and position, so that a wrong one shows. */
function rowOf(table: AggregateTable, minute: number, member: string, shard: number, applied: number): Row {
  const row: Record<string, string | number> = {
    generation: 1,
    tenant: 'demo',
    minute: minute * MINUTE_MS,
    shard,
    [table.members[0]!]: member,
    label_time: applied,
    events: 1,
    fingerprint: '',
    applied,
    entry: '',
  };
  for (const label of table.labels) row[label] = `${label} ${member} ${applied}`;
  // Some have nothing to say, and need no place for it.
  table.sums.forEach((sum, i) => (row[sum] = applied % 5 === 0 ? 0 : applied * 10 + i));
  table.latest.forEach((column, i) => (row[column] = applied % 3 === i % 3 ? applied * 10 + i : 0));
  return row;
}

const taken = fc.array(
  fc.record({
    minute: fc.integer({ min: 0, max: 6 }),
    member: fc.constantFrom('', 'a', 'b', 'c', 'd'),
    shard: fc.integer({ min: 0, max: 1 }),
    applied: fc.integer({ min: 1, max: 20 }),
  }),
  { maxLength: 60 },
);

/** The latest row of each key, kept the plain way. */
function latest(
  table: AggregateTable,
  all: { minute: number; member: string; shard: number; applied: number }[],
): Row[] {
  const rows = new Map<string, Row>();
  for (const { minute, member, shard, applied } of all) {
    const key = `${minute} ${shard} ${member}`;
    const known = rows.get(key);
    if (known === undefined || (known['applied'] as number) <= applied) {
      rows.set(key, rowOf(table, minute, member, shard, applied));
    }
  }
  return [...rows.values()];
}

function sums(table: AggregateTable, rows: Iterable<Row>, by: string): unknown {
  return groupRows(table, rows, [by])
    .map((group) => [group.by[0], group.sums] as const)
    .toSorted(([a], [b]) => (a! < b! ? -1 : 1));
}

/** Of all rows, by column that keeps the latest. */
function latestOf(table: AggregateTable, rows: Iterable<Row>): number[] {
  const all = [...rows];
  return table.latest.map((column) => Math.max(0, ...all.map((row) => row[column] as number)));
}

describe('LiveRows', () => {
  test.each([REVENUE, ITEM_SALES, RESTATED])(
    'adds $spec.name up over any window as the rows themselves would be',
    (table) => {
      fc.assert(
        fc.property(taken, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 7 }), (all, from, to) => {
          const live = new LiveRows();
          for (const { minute, member, shard, applied } of all) {
            live.take(table.index, rowOf(table, minute, member, shard, applied));
          }
          live.forgetBefore(table, MINUTE_MS);
          const first = Math.max(1, from);
          const within = latest(table, all).filter(
            (row) => (row['minute'] as number) >= first * MINUTE_MS && (row['minute'] as number) < to * MINUTE_MS,
          );
          const window = [first * MINUTE_MS, to * MINUTE_MS] as const;
          const member = table.members[0]!;
          expect(sums(table, live.rows(table, 'demo', ...window, 'minutes'), member)).toEqual(
            sums(table, within, member),
          );
          expect(sums(table, live.rows(table, 'demo', ...window, 'minutes', 'b'), member)).toEqual(
            sums(
              table,
              within.filter((row) => row[member] === 'b'),
              member,
            ),
          );
          const minutes = groupRows(table, live.rows(table, 'demo', ...window, 'members'), ['minute']);
          for (const group of groupRows(table, within, ['minute'])) {
            expect(minutes.find(({ by }) => by[0] === group.by[0])?.sums).toEqual(group.sums);
          }
          for (const over of ['minutes', 'members'] as const) {
            const ofB = within.filter((row) => row[member] === 'b');
            expect(latestOf(table, live.rows(table, 'demo', ...window, over))).toEqual(latestOf(table, within));
            expect(latestOf(table, live.rows(table, 'demo', ...window, over, 'b'))).toEqual(latestOf(table, ofB));
          }
        }),
      );
    },
  );

  test('an older row never replaces a newer one, whatever order they come in', () => {
    for (const order of [
      [1, 2],
      [2, 1],
    ]) {
      const live = new LiveRows();
      for (const applied of order) live.take(0, rowOf(REVENUE, 1, 'a', 0, applied));
      expect([...live.rows(REVENUE, 'demo', 0, 1e9, 'minutes')].map((row) => row['revenue_minor'])).toEqual([20]);
    }
  });

  test('one tenant sees nothing of another', () => {
    const live = new LiveRows();
    for (const { index } of AGGREGATES.slice(0, 3)) live.take(index, rowOf(AGGREGATES[index]!, 1, 'a', 0, 1));
    expect([...live.rows(REVENUE, 'other', 0, 1e9, 'minutes')]).toEqual([]);
  });

  test('numbers of members without rows are used again', () => {
    const live = new LiveRows();
    for (let i = 0; i < 12_000; i++) live.take(0, rowOf(REVENUE, i < 11_000 ? 1 : 2, `loc ${i}`, 0, 1));
    live.forgetBefore(REVENUE, 2 * MINUTE_MS);
    expect(live.size).toBe(1_000);
    live.take(0, rowOf(REVENUE, 2, 'loc 11500', 0, 3));
    live.take(0, rowOf(REVENUE, 2, 'new', 0, 4));
    const rows = [...live.rows(REVENUE, 'demo', 0, 1e9, 'minutes')];
    expect(rows).toHaveLength(1_001);
    expect(rows.find((row) => row['location_id'] === 'loc 11500')?.['revenue_minor']).toBe(30);
  });
});
