import { expect, test } from '@jest/globals';
import {
  PAYMENT_MIX,
  ITEM_SALES,
  packRow,
  REVENUE,
  totalsOf,
  type AggregateTable,
  type Row,
  type Totals,
} from '@ticketrail/core';
import fc from 'fast-check';
import { LiveRows } from './live-rows.js';

const MINUTE_MS = 60_000;

/** A row comes in, or somebody asks for a window, or old minutes are let go. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('row' as const),
      minute: fc.integer({ min: 0, max: 9 }),
      member: fc.constantFrom('', 'a', 'b', 'c'),
      shard: fc.integer({ min: 0, max: 2 }),
      applied: fc.integer({ min: 1, max: 9 }),
      values: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 10, maxLength: 10 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      from: fc.integer({ min: 0, max: 9 }),
      minutes: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), from: fc.integer({ min: 0, max: 4 }) }) },
);

function rowOf(table: AggregateTable, key: Row, values: readonly number[]): Row {
  const applied = key['applied'] as number;
  return {
    tenant: 'demo',
    ...key,
    label_time: applied,
    ...Object.fromEntries(table.labels.map((label) => [label, `${label} ${String(applied)}`])),
    ...Object.fromEntries(table.sums.map((sum, i) => [sum, values[i % values.length]!])),
  };
}

/** Members with rows, by name: their sums. */
function sumsOf({ members, rowCounts, sums }: Totals): Record<string, number[]> {
  return Object.fromEntries(
    members.flatMap((member, i) => (rowCounts[i] === 0 ? [] : [[member, sums.map((column) => column[i]! + 0)]])),
  );
}

test.each([REVENUE, ITEM_SALES])(
  'sums that are kept up as rows of $spec.name come in are the sums of the rows, whatever was asked in between',
  (table) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const live = new LiveRows();
        const rows = new Map<string, Row>();
        let since = 0;
        for (const one of steps) {
          if (one.kind === 'forget') {
            since = Math.max(since, one.from);
            live.forgetBefore(table, since * MINUTE_MS);
          } else if (one.kind === 'row') {
            if (one.minute < since) continue;
            const { minute, member, shard, applied } = one;
            const key = { minute: minute * MINUTE_MS, shard, [table.members[0]!]: member, applied };
            const row = rowOf(table, key, one.values);
            live.take(shard, [table.index, 'demo', minute * MINUTE_MS, [packRow(table, row)]]);
            const known = rows.get(`${minute} ${shard} ${member}`);
            if (known === undefined || (known['applied'] as number) <= applied) {
              rows.set(`${minute} ${shard} ${member}`, row);
            }
          } else {
            const from = Math.max(since, one.from) * MINUTE_MS;
            const to = from + one.minutes * MINUTE_MS;
            const within = [...rows.values()].filter(
              (row) => (row['minute'] as number) >= from && (row['minute'] as number) < to,
            );
            expect(sumsOf(live.totals(table, 'demo', from, to)!)).toEqual(sumsOf(totalsOf(table, within)));
          }
        }
      }),
    );
  },
);

test('a window that moves on past minutes that were let go of holds nothing of them', () => {
  const live = new LiveRows();
  for (const [minute, value] of [
    [0, 5],
    [3, 7],
  ] as const) {
    const row = rowOf(REVENUE, { minute: minute * MINUTE_MS, shard: 0, location_id: 'a', applied: 1 }, [value]);
    live.takeRow(REVENUE, row);
  }
  expect(live.totals(REVENUE, 'demo', 0, 6 * MINUTE_MS)?.sums[0]?.[0]).toBe(12);
  live.forgetBefore(REVENUE, MINUTE_MS);
  const after = live.totals(REVENUE, 'demo', MINUTE_MS, 7 * MINUTE_MS);
  expect([after?.sums[0]?.[0], after?.rowCounts[0]]).toEqual([7, 1]);
});

test('a member of several shards is called what its latest row calls it', () => {
  const live = new LiveRows();
  for (const [shard, applied] of [
    [0, 3],
    [1, 7],
    [2, 5],
  ] as const) {
    const row = rowOf(ITEM_SALES, { minute: 0, shard, item_id: 'tea', applied }, [1]);
    live.take(shard, [ITEM_SALES.index, 'demo', 0, [packRow(ITEM_SALES, row)]]);
  }
  const totals = live.totals(ITEM_SALES, 'demo', 0, MINUTE_MS)!;
  expect(totals.members).toEqual(['tea']);
  expect(totals.labelOf(0, 0)).toBe('item_name 7');
});

test('a tenant without rows has nothing, and another tenant has its own', () => {
  const live = new LiveRows();
  const row = rowOf(REVENUE, { minute: 0, shard: 0, location_id: 'a', applied: 1 }, [5]);
  live.take(0, [REVENUE.index, 'demo', 0, [packRow(REVENUE, row)]]);
  expect(live.totals(REVENUE, 'other', 0, MINUTE_MS)?.members).toEqual([]);
  expect(live.totals(REVENUE, 'demo', 0, MINUTE_MS)?.members).toEqual(['a']);
});

test('a table that is not kept as columns of sums has no totals', () => {
  expect(new LiveRows().totals(PAYMENT_MIX, 'demo', 0, MINUTE_MS)).toBeUndefined();
});
