import { describe, expect, test } from '@jest/globals';
import {
  AGGREGATES,
  groupRows,
  ITEM_SALES,
  packRow,
  type PackedRows,
  PAYMENT_MIX,
  paymentMix,
  RESTATED,
  REVENUE,
  type AggregateTable,
  type Row,
  type Value,
} from '@ticketrail/core';
import fc from 'fast-check';
import { decodeRows, encodeRows } from './codec.js';
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

/** The same for a table of any shape, with every column. */
function anyRowOf(
  table: AggregateTable,
  { minute, member, shard, applied }: { minute: number; member: string; shard: number; applied: number },
): Row {
  const row: Record<string, Value> = { ...rowOf(table, minute, member, shard, applied) };
  row[table.bucket] = minute * MINUTE_MS;
  for (const [i, column] of table.members.entries()) {
    if (table.spec.columns[column] !== 'text')
      row[column] = i === 0 ? member.length + (member.codePointAt(0) ?? 0) : applied % 2;
    else if (i > 0) row[column] = `${column} ${minute % 2}`;
    // An hour is of one day.
    if (column === 'hour') row[column] = row[table.bucket]!;
  }
  // What one position says of a key is always the same.
  for (const sketch of table.sketches) row[sketch] = [applied, 1, applied + 1, shard + 1];
  return Object.fromEntries(Object.entries(row).filter(([column]) => column in table.spec.columns));
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
            live.takeRow(table, rowOf(table, minute, member, shard, applied));
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
      for (const applied of order) live.takeRow(REVENUE, rowOf(REVENUE, 1, 'a', 0, applied));
      expect([...live.rows(REVENUE, 'demo', 0, 1e9, 'minutes')].map((row) => row['revenue_minor'])).toEqual([20]);
    }
  });

  test.each(AGGREGATES)('holds of $spec.name the same from the changelog as from the tables', (table) => {
    fc.assert(
      fc.property(taken, fc.integer({ min: 0, max: 20 }), (all, split) => {
        const [followed, loaded] = [new LiveRows(), new LiveRows()];
        const rows = all.map((one) => anyRowOf(table, one));
        for (const [i, row] of rows.entries()) {
          loaded.takeRow(table, row);
          // In any order, and what is loaded may be there already, or come again.
          if (i % 20 >= split) followed.takeRow(table, rows[rows.length - 1 - i]!);
          const bucket = row[table.bucket] as number;
          const groups: PackedRows[] = [[table.index, 'demo', bucket, [packRow(table, row)]]];
          const text = encodeRows({
            shard: row['shard'] as number,
            from: 0,
            seq: 1,
            logTime: 0,
            ingest: 0,
            rows: groups,
          });
          const change = decodeRows({ body: text.body })!;
          for (const group of change.rows) followed.take(change.shard, group);
        }
        for (const location of [undefined, 'b']) {
          for (const over of ['minutes', 'members'] as const) {
            const found = (live: LiveRows): string[] =>
              [...live.rows(table, 'demo', 0, 1e15, over, location)].map((row) => JSON.stringify(row)).sort();
            expect(found(followed)).toEqual(found(loaded));
          }
        }
      }),
    );
  });

  test.each([PAYMENT_MIX])('hands rows of $spec.name out as the tables have them', (table) => {
    const live = new LiveRows();
    const rows = ['a', 'b'].flatMap((member) =>
      [1, 2].map((shard) => anyRowOf(table, { minute: 2, member, shard, applied: 4 })),
    );
    for (const row of rows) live.takeRow(table, row);
    const found = [...live.rows(table, 'demo', 0, 1e15, 'minutes')];
    expect(found).toHaveLength(4);
    for (const row of found) expect(rows).toContainEqual(expect.objectContaining(row));
    expect(live.size).toBe(4);
  });

  test('a row is made into an object once, until it changes', () => {
    const live = new LiveRows();
    const rows = (): Row[] => [...live.rows(PAYMENT_MIX, 'demo', 0, 1e15, 'minutes')];
    live.takeRow(PAYMENT_MIX, anyRowOf(PAYMENT_MIX, { minute: 2, member: 'a', shard: 1, applied: 4 }));
    const [made] = rows();
    expect(rows()[0]).toBe(made);
    live.takeRow(PAYMENT_MIX, anyRowOf(PAYMENT_MIX, { minute: 2, member: 'a', shard: 1, applied: 6 }));
    expect(rows().map((row) => [made?.['payments'], row['payments']])).toEqual([[40, 60]]);
  });

  test('a version is of one tenant and table, and changes when the last rows are let go', () => {
    const live = new LiveRows();
    expect(live.version(REVENUE, 'demo')).toBe(0);
    live.takeRow(REVENUE, rowOf(REVENUE, 1, 'a', 0, 1));
    const first = live.version(REVENUE, 'demo');
    live.takeRow(REVENUE, { ...rowOf(REVENUE, 1, 'a', 0, 2), tenant: 'other' });
    live.takeRow(ITEM_SALES, rowOf(ITEM_SALES, 1, 'a', 0, 1));
    expect(live.version(REVENUE, 'demo')).toBe(first);
    live.forgetBefore(REVENUE, 2 * MINUTE_MS);
    expect(live.version(REVENUE, 'demo')).not.toBe(first);
    live.takeRow(REVENUE, rowOf(REVENUE, 2, 'a', 0, 1));
    expect([0, first]).not.toContain(live.version(REVENUE, 'demo'));
  });

  test('a minute in which little was restated has room for that alone', () => {
    const live = new LiveRows();
    for (let i = 0; i < 1_000; i++) live.takeRow(RESTATED, rowOf(RESTATED, 1, `loc ${i}`, i % 2, 1));
    for (let minute = 2; minute < 50; minute++) live.takeRow(RESTATED, rowOf(RESTATED, minute, 'loc 7', 1, minute));
    expect(live.size).toBe(1_048);
    const [row] = [...live.rows(RESTATED, 'demo', 0, 1e9, 'minutes', 'loc 7')];
    expect(row?.['revenue_minor']).toBe(
      [1, ...Array.from({ length: 48 }, (_, i) => i + 2)].reduce(
        (sum, applied) => sum + (applied % 5 === 0 ? 0 : applied * 10),
        0,
      ),
    );
  });

  test('one tenant sees nothing of another', () => {
    const live = new LiveRows();
    for (const { index } of AGGREGATES.slice(0, 3))
      live.takeRow(AGGREGATES[index]!, rowOf(AGGREGATES[index]!, 1, 'a', 0, 1));
    expect([...live.rows(REVENUE, 'other', 0, 1e9, 'minutes')]).toEqual([]);
  });

  test('numbers of members without rows are used again', () => {
    const live = new LiveRows();
    for (let i = 0; i < 12_000; i++) live.takeRow(REVENUE, rowOf(REVENUE, i < 11_000 ? 1 : 2, `loc ${i}`, 0, 1));
    live.forgetBefore(REVENUE, 2 * MINUTE_MS);
    expect(live.size).toBe(1_000);
    live.takeRow(REVENUE, rowOf(REVENUE, 2, 'loc 11500', 0, 3));
    live.takeRow(REVENUE, rowOf(REVENUE, 2, 'new', 0, 4));
    const rows = [...live.rows(REVENUE, 'demo', 0, 1e9, 'minutes')];
    expect(rows).toHaveLength(1_001);
    expect(rows.find((row) => row['location_id'] === 'loc 11500')?.['revenue_minor']).toBe(30);
  });
});

const payments = fc.array(
  fc.record({
    location_id: fc.constantFrom('', 'a', 'b'),
    payment_method: fc.constantFrom('card', 'cash'),
    provider: fc.constantFrom('', 'visa'),
    shard: fc.integer({ min: 0, max: 1 }),
    day: fc.integer({ min: 0, max: 2 }),
    applied: fc.integer({ min: 1, max: 9 }),
    amount: fc.integer({ min: -9, max: 9 }),
  }),
  { maxLength: 60 },
);

test('what is added up over locations as rows come in gives the report that the rows give', () => {
  fc.assert(
    fc.property(payments, fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 }), (all, since, to) => {
      const live = new LiveRows();
      for (const { amount, day, ...key } of all) {
        const sums = Object.fromEntries(PAYMENT_MIX.sums.map((sum, i) => [sum, i === 0 ? 1 : amount * i]));
        live.takeRow(PAYMENT_MIX, { tenant: 'demo', day: day * 86_400_000, ...key, ...sums });
      }
      live.forgetBefore(PAYMENT_MIX, since * 86_400_000);
      const of = (over: 'members' | 'minutes') => paymentMix(live.rows(PAYMENT_MIX, 'demo', 0, to * 86_400_000, over));
      expect(of('members')).toEqual(of('minutes'));
    }),
  );
});
