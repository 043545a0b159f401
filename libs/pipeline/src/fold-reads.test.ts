import { expect, test } from '@jest/globals';
import { ORDERS, type Row, type SetRows, type SettledBatch } from '@ticketrail/core';
import { supplySources } from './fold-reads.js';
import type { Tables } from './ports.js';

/** A batch of so many events that touches these orders. */
interface Touched {
  readonly orders: readonly string[];
  readonly events?: number;
}

/** Supplies what the batches want of a fold that holds some orders, and tells what was read, in which round, and what was supplied. */
async function supply(held: readonly string[], batches: readonly Touched[]) {
  const memory = new Set(held);
  const rounds: string[][] = [];
  const supplied: string[] = [];
  let looked = 0;
  const settled = batches.map(
    ({ orders, events = 1 }) =>
      ({ parts: [{ tenant: 'acme', events: Array.from({ length: events }, () => ({})) }], orders }) as unknown,
  ) as (SettledBatch & Touched)[];
  const fold = {
    wantedSources: (batch: SettledBatch) => {
      looked++;
      const orders = (batch as SettledBatch & Touched).orders
        .filter((order) => !memory.has(order))
        .map((text) => ({ text, table: ORDERS, partition: {}, prefix: [text], key: {} }));
      return { orders, periods: [], numbers: [] };
    },
    supplyOrder: ({ text }: { text: string }, rows: readonly Row[]) => {
      supplied.push(`${text}: ${rows.map((row) => String(row['of'])).join()}`);
      memory.add(text);
    },
    supplyPeriod: () => undefined,
    supplyNumbers: () => undefined,
  };
  const tables = {
    scanSets: async (sets: readonly SetRows[]): Promise<Row[][]> => {
      const orders = sets.map(({ prefix }) => prefix[0]!);
      if (orders.length > 0) rounds.push(orders);
      await new Promise(setImmediate);
      return orders.map((order) => [{ of: order }]);
    },
  } as unknown as Tables;
  const [first, ...next] = settled;
  await supplySources(fold, tables, first!, next);
  return { rounds, supplied, looked };
}

test('with everything in memory nothing is read, and nobody looks ahead', async () => {
  expect(await supply(['a'], [{ orders: ['a'] }, { orders: ['b'] }])).toEqual({ rounds: [], supplied: [], looked: 1 });
});

test('what the entries behind it want is read with what an entry wants, each order once', async () => {
  const { rounds, supplied } = await supply(['c'], [{ orders: ['a'] }, { orders: ['b', 'a'] }, { orders: ['c', 'd'] }]);
  expect(rounds).toEqual([['a', 'b', 'd']]);
  expect(supplied).toEqual(['a: a', 'b: b', 'd: d']);
});
