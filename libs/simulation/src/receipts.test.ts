/** Receipts over what the production loops wrote: every cell of every report, from its events, to the cent. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  AGGREGATES,
  type AggregateTable,
  FEEDBACK,
  FIRST_SEEN,
  FUNNEL,
  HOUR_MS,
  ITEM_SALES,
  LEDGER,
  MINUTE_MS,
  PAYMENT_MIX,
  type ReceiptQuestion,
  REVENUE,
  type Row,
  WAIT_TIMES,
} from '@ticketrail/core';
import { readCheckpoint, type Receipt, Receipts } from '@ticketrail/pipeline';
import { MemoryTables } from './memory-tables.js';
import { OnePartition, START } from './one-partition.fixture.js';
import { randomMessages } from './till-events.fixture.js';

const EPOCH = { epoch: 1, base: START * 1_000, partitions: 1, generation: 1 };
const LATENESS_MS = 5 * MINUTE_MS;

function receiptsOf(system: OnePartition): Receipts {
  const tables = MemoryTables.on(system.disk);
  return new Receipts({ tables, clock: system.clock }, EPOCH, { latenessMs: LATENESS_MS });
}

/** The questions that ask for exactly this row: the reports on its table. */
function questionsOf(table: AggregateTable, row: Row): ReceiptQuestion[] {
  const tenant = row['tenant'] as string;
  const start = (row['hour'] ?? row['minute'] ?? row['day']) as number;
  const spanMs =
    table === WAIT_TIMES ? HOUR_MS : table.bucket === 'minute' || table === LEDGER ? MINUTE_MS : 24 * HOUR_MS;
  const window = { from: start, to: start + spanMs };
  const locationId = row['location_id'] as string;
  switch (table) {
    case REVENUE:
      return [{ tenant, report: 'revenue', window, locationId }];
    case FUNNEL:
      return [{ tenant, report: 'funnel', window, locationId }];
    case ITEM_SALES:
      return [{ tenant, report: 'items', window, itemId: row['item_id'] as string }];
    case WAIT_TIMES:
      return (['wait-times', 'kitchen', 'turnover'] as const).map((report) => ({ tenant, report, window, locationId }));
    case PAYMENT_MIX:
      return [{ tenant, report: 'payments', window, locationId }];
    case FEEDBACK:
      return [{ tenant, report: 'feedback', window, locationId }];
    default:
      return [{ tenant, report: 'ledger', window }];
  }
}

function allQuestions(system: OnePartition): ReceiptQuestion[] {
  const asked = new Map<string, ReceiptQuestion>();
  for (const table of AGGREGATES) {
    for (const row of system.rows(table.spec)) {
      for (const question of questionsOf(table, row)) asked.set(JSON.stringify(question), question);
    }
  }
  return [...asked.values()];
}

async function takeAll(system: OnePartition, messages: readonly (readonly unknown[])[]): Promise<void> {
  for (const message of messages) {
    await system.take(message);
    await system.clock.advance(70_000);
  }
  await system.untilCounted();
}

describe('a receipt', () => {
  test.each([1, 2, 3])('of any cell recounts to that cell, in every column (seed %i)', async (seed) => {
    const system = new OnePartition();
    await system.start();
    await takeAll(system, randomMessages(seed, 12, 12));
    await system.end();
    const receipts = receiptsOf(system);
    const questions = allQuestions(system);
    expect(questions.length).toBeGreaterThan(50);
    for (const question of questions) {
      const receipt = await receipts.receipt(question);
      expect({ question, problems: receipt.problems, differences: receipt.differences }).toEqual({
        question,
        problems: [],
        differences: [],
      });
      expect(receipt).toMatchObject({ equal: true, stored: 'current', figure: receipt.recounted });
    }
  });

  test('as of an earlier moment it gives the figure as it was then', async () => {
    const messages = randomMessages(5, 14, 12);
    const system = new OnePartition();
    await system.start();
    await takeAll(system, messages.slice(0, 7));
    const then = await readCheckpoint(MemoryTables.on(system.disk), EPOCH, 0);
    const before = new Map<string, Receipt>();
    for (const question of allQuestions(system)) {
      before.set(JSON.stringify(question), await receiptsOf(system).receipt(question));
    }
    await takeAll(system, messages.slice(7));
    await system.end();
    const receipts = receiptsOf(system);
    let changed = 0;
    for (const [text, known] of before) {
      const question = JSON.parse(text) as ReceiptQuestion;
      for (const asOf of [{ positions: new Map([[0, then.seq]]) }, { logTime: then.logTime }]) {
        const receipt = await receipts.receipt(question, asOf);
        expect([text, receipt.recounted, receipt.lines]).toEqual([text, known.recounted, known.lines]);
        expect(receipt.figure).toEqual(known.figure);
        expect(receipt.equal).toBe(receipt.stored === 'current' ? true : null);
        if (receipt.stored === 'changed_since') changed++;
      }
    }
    expect(changed).toBeGreaterThan(10);
  });
});

describe('the lines of a receipt', () => {
  const minute = START - 10 * MINUTE_MS;
  const question: ReceiptQuestion = {
    tenant: 'demo',
    report: 'revenue',
    window: { from: minute, to: minute + MINUTE_MS },
    locationId: 'loc_1',
  };
  const at = (type: string, id: string, order: string, time: number, more: object = {}): Record<string, unknown> => ({
    event_id: id,
    event_type: type,
    timestamp: new Date(time).toISOString(),
    location_id: 'loc_1',
    order_id: order,
    ...more,
  });
  const money = (total: string): object => ({
    subtotal: total,
    tax: '0.00',
    tip: '0.00',
    total_amount: total,
    payment_method: 'cash',
  });
  const system = new OnePartition();
  let receipt: Receipt;
  beforeAll(async () => {
    await system.start();
    await system.take([
      at('payment', 'p1', 'o1', minute, money('10.00')),
      at('payment', 'p2', 'o2', minute, money('7.50')),
    ]);
    await system.clock.advance(1_000);
    await system.take([
      at('payment', 'p1', 'o1', minute, money('10.00')),
      at('payment_refunded', 'r1', 'o1', minute + 1_000, money('4.00')),
    ]);
    await system.clock.advance(1_000);
    await system.take([at('order_voided', 'v1', 'o2', START)]);
    await system.untilCounted();
    await system.end();
    receipt = await receiptsOf(system).receipt(question);
  });

  test('say of each event what it did: counted late, given back, taken back by a void, known as a copy', () => {
    const told = receipt.lines.map(({ event_id, how, contribution }) => [event_id, how, contribution['revenue'] ?? 0]);
    expect(told).toEqual([
      ['p1', 'late', 10],
      ['p2', 'late', 7.5],
      ['r1', 'refund', -4],
      ['p1', 'duplicate', 0],
      ['v1', 'void', -7.5],
    ]);
    expect(receipt.figure).toMatchObject({ revenue: 6, order_count: 1 });
    expect(receipt.contribution).toMatchObject({ revenue: 6, order_count: 1, refunds: 4 });
  });

  test('name where each stands, and a copy names the one that was counted', () => {
    const [p1, , , copy] = receipt.lines;
    expect(copy?.first).toEqual(p1?.position);
    expect(copy?.position.seq).toBeGreaterThan(p1!.position.seq);
    expect(p1?.entry).toMatch(/^[0-9a-f]{32}$/);
  });

  test('a row that was changed by one cent does not recount', async () => {
    const tables = MemoryTables.on(system.disk);
    const row = system.rows(REVENUE.spec)[0]!;
    const wrong = { ...row, revenue_minor: (row['revenue_minor'] as number) + 1 };
    await tables.write([{ table: REVENUE.spec, row: wrong, clock: Number.MAX_SAFE_INTEGER }]);
    const found = await receiptsOf(system).receipt(question);
    expect(found.equal).toBe(false);
    expect(found.differences).toMatchObject([{ column: 'revenue_minor', expected: 600, found: 601 }]);
    expect([found.figure['revenue'], found.recounted['revenue']]).toEqual([6.01, 6]);
  });

  test('a page that is missing is named', async () => {
    for (const [, rows] of system.disk.tables.get('event_pages')!) rows.clear();
    const found = await receiptsOf(system).receipt(question);
    expect(found.equal).toBe(false);
    expect(found.problems.join()).toContain('missing');
    expect(system.rows(FIRST_SEEN).length).toBeGreaterThan(0);
  });
});
