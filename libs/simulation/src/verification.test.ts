/** Verification and recount of what the production loops wrote; and of the same after a hand has been at it. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  AGGREGATES,
  DAY_MS,
  dayOf,
  EVENT_PAGES,
  FIRST_SEEN,
  keyColumns,
  ORDERS,
  REJECTIONS,
  RESTATEMENTS,
  REVENUE,
  type Row,
  type TableSpec,
  VISITS,
} from '@ticketrail/core';
import { type Finding, type HistoryJobOptions, Recount, SECOND_GENERATIONS, Verification } from '@ticketrail/pipeline';
import { MemoryTables } from './memory-tables.js';
import { OnePartition, START } from './one-partition.fixture.js';
import { randomMessages } from './till-events.fixture.js';

const EPOCH = { epoch: 1, base: START * 1_000, partitions: 1, generation: 1 };
const TODAY = dayOf(START);
const NEVER = new AbortController().signal;

/** So few rows in memory that the second fold has to read what it let go. */
const OPTIONS = { skewMs: 600_000, rowsMax: 40, breathe: async (): Promise<void> => undefined };
let generation = SECOND_GENERATIONS;
const options = (): HistoryJobOptions => ({ ...OPTIONS, generation: ++generation });

async function counted(): Promise<OnePartition> {
  const system = new OnePartition();
  await system.start();
  for (const message of randomMessages(11, 16, 12)) {
    await system.take([...message, { event_id: 'broken' }]);
    await system.clock.advance(70_000);
  }
  await system.untilCounted();
  await system.end();
  return system;
}

async function verify(system: OnePartition, day = TODAY): Promise<Verification> {
  const ports = { tables: MemoryTables.on(system.disk), clock: system.clock };
  const verification = new Verification(ports, EPOCH, 'demo', day, options());
  await verification.run(NEVER);
  return verification;
}

async function recount(system: OnePartition): Promise<Recount> {
  const recounted = new Recount({ tables: MemoryTables.on(system.disk), clock: system.clock }, EPOCH, options());
  await recounted.run(NEVER);
  return recounted;
}

/** Rows of generation 1 with where the memory keeps them. */
function stored(system: OnePartition, table: TableSpec): { row: Row; drop: () => void; change: (to: Row) => void }[] {
  const found = [];
  for (const rows of system.disk.tables.get(table.name)?.values() ?? []) {
    for (const [name, kept] of rows) {
      if (kept.row['generation'] !== 1) continue;
      found.push({
        row: kept.row,
        drop: () => void rows.delete(name),
        change: (to: Row) => void rows.set(name, { ...kept, row: { ...kept.row, ...to } }),
      });
    }
  }
  return found;
}

/** The changes that a restatement lists: its minute first, its revenue at 4. */
function changesOf(row: Row): number[][] {
  return JSON.parse(JSON.stringify(row['changes'])) as number[][];
}

/** The event in the row of a part, which the memory keeps as text. */
function eventOf(row: Row): { time: number } {
  return JSON.parse(JSON.stringify(row['part'])) as { time: number };
}

function isOfToday(row: Row): boolean {
  // A restatement is verified with the day that it changed.
  if (row['changes'] !== undefined) return changesOf(row).some(([minute]) => isOfToday({ minute: minute! }));
  const time = (row['minute'] ?? row['day'] ?? row['period'] ?? eventOf(row).time) as number;
  return time >= TODAY && time < TODAY + DAY_MS;
}

function keyOf(table: TableSpec, row: Row): Record<string, unknown> {
  const columns = keyColumns(table).filter((column) => column !== 'generation');
  return Object.fromEntries(columns.map((column) => [column, row[column]]));
}

describe('an untouched day', () => {
  let system: OnePartition;
  beforeAll(async () => {
    system = await counted();
  });

  test.each([TODAY, TODAY - DAY_MS])('verifies without a finding (%i)', async (day) => {
    const { findings } = await verify(system, day);
    expect(findings.kept).toEqual([]);
    expect(findings.progress).toMatchObject({ fraction: 1, findings: 0, rowsMoving: 0 });
    expect(findings.progress.rowsCompared).toBeGreaterThan(10);
  });

  test('recounts to the same rows, and the live ones stay as they are', async () => {
    const before = JSON.stringify(stored(system, REVENUE.spec).map(({ row }) => row));
    const { findings } = await recount(system);
    expect(findings.kept).toEqual([]);
    expect(findings.progress).toMatchObject({ fraction: 1, findings: 0, rowsMoving: 0, pages: 16 });
    expect(findings.progress.rowsCompared).toBeGreaterThan(200);
    expect(JSON.stringify(stored(system, REVENUE.spec).map(({ row }) => row))).toBe(before);
  });
});

const SOURCES = [ORDERS, VISITS, EVENT_PAGES, FIRST_SEEN, REJECTIONS, RESTATEMENTS];
const ALL = [...AGGREGATES.flatMap(({ spec, mirrors }) => [spec, ...mirrors.map((mirror) => mirror.spec)]), ...SOURCES];

describe.each([
  ['verification', verify],
  ['recount', recount],
])('%s of a day that somebody has been at', (_, check) => {
  let system: OnePartition;
  beforeAll(async () => {
    system = await counted();
  });

  /** Does it, looks, and undoes it. */
  async function findingsAfter(table: TableSpec, at: number, what: 'drop' | Row): Promise<[Row, readonly Finding[]]> {
    const rows = stored(system, table).filter(({ row }) => table === EVENT_PAGES || isOfToday(row));
    const { row, drop, change } = rows[at % rows.length]!;
    if (what === 'drop') drop();
    else change(what);
    const { findings } = await check(system);
    change(row);
    return [row, findings.kept];
  }

  test.each(ALL.map((table) => [table.name, table] as const))('one row fewer in %s is named', async (_name, table) => {
    // Pages of a recount are what it begins with: a missing one shows in what it would have made.
    const [row, findings] = await findingsAfter(table, 0, 'drop');
    expect(findings.length).toBeGreaterThan(0);
    if (table !== EVENT_PAGES || check === verify) {
      const named = findings.filter((finding) => finding.table === table.name);
      expect(named[0]?.key).toMatchObject(table === EVENT_PAGES ? { seq: row['seq'] } : keyOf(table, row));
    }
  });

  test('one cent more in one row is named, with both amounts', async () => {
    const [row] = stored(system, REVENUE.spec).filter((found) => isOfToday(found.row));
    const cents = row!.row['revenue_minor'] as number;
    const [, findings] = await findingsAfter(REVENUE.spec, 0, { revenue_minor: cents + 1 });
    expect(findings).toEqual([
      {
        table: REVENUE.spec.name,
        key: keyOf(REVENUE.spec, row!.row),
        column: 'revenue_minor',
        expected: cents,
        found: cents + 1,
      },
    ]);
  });

  test('one cent more in a restatement is named, in its sum and in one of its changes', async () => {
    const { row } = stored(system, RESTATEMENTS).filter((found) => isOfToday(found.row))[0]!;
    const cents = row['revenue_minor'] as number;
    const [, inSum] = await findingsAfter(RESTATEMENTS, 0, { revenue_minor: cents + 1 });
    expect(inSum).toMatchObject([
      {
        table: RESTATEMENTS.name,
        key: keyOf(RESTATEMENTS, row),
        column: 'revenue_minor',
        expected: cents,
        found: cents + 1,
      },
    ]);
    const changes = changesOf(row);
    changes.find(([minute]) => isOfToday({ minute: minute! }))![4]! += 1;
    const [, inChange] = await findingsAfter(RESTATEMENTS, 0, { changes: changes as never });
    expect(inChange).toContainEqual(expect.objectContaining({ table: RESTATEMENTS.name, column: 'changes' }));
  });

  test('one byte turned over in a page is named', async () => {
    const [page] = stored(system, EVENT_PAGES);
    const bytes = Uint8Array.from(page!.row['page'] as Uint8Array);
    bytes[Math.floor(bytes.length / 2)]! ^= 0x10;
    const [, findings] = await findingsAfter(EVENT_PAGES, 0, { page: bytes });
    expect(findings[0]).toMatchObject({ table: 'event_pages', column: 'page', key: { seq: page!.row['seq'] } });
  });

  test('a row of which no event knows is named', async () => {
    const [known] = stored(system, REVENUE.spec).filter((found) => isOfToday(found.row));
    const made = { ...known!.row, location_id: 'loc_nowhere' };
    await MemoryTables.on(system.disk).write([{ table: REVENUE.spec, row: made, clock: 1 }]);
    const { findings } = await check(system);
    expect(findings.kept).toMatchObject([
      { table: REVENUE.spec.name, key: { location_id: 'loc_nowhere' }, column: 'row', expected: null },
    ]);
    for (const { row, drop } of stored(system, REVENUE.spec)) if (row['location_id'] === 'loc_nowhere') drop();
  });

  test('a part of an order that was changed is named', async () => {
    const { row } = stored(system, ORDERS).filter((found) => isOfToday(found.row))[0]!;
    const event = { ...eventOf(row), server_id: 'somebody else' };
    const [, findings] = await findingsAfter(ORDERS, 0, { part: event as never });
    expect(findings).toMatchObject([{ table: ORDERS.name, key: keyOf(ORDERS, row), column: 'part' }]);
  });

  test('a moment at a table that was changed is named', async () => {
    const { row } = stored(system, VISITS).filter((found) => isOfToday(found.row))[0]!;
    const [kind, time, ...more] = JSON.parse(JSON.stringify(row['moment'])) as [string, number, string, number];
    const [, findings] = await findingsAfter(VISITS, 0, { moment: [kind, time + 1, ...more] });
    expect(findings).toMatchObject([{ table: VISITS.name, key: keyOf(VISITS, row), column: 'moment' }]);
  });

  test.each([
    ['a part of an order', ORDERS],
    ['a moment at a table', VISITS],
  ])('%s of which no event knows is named', async (_, table) => {
    const { row } = stored(system, table).filter((found) => isOfToday(found.row))[0]!;
    const made: Row = { ...row, place: (row['place'] as number) + 4_000 };
    await MemoryTables.on(system.disk).write([{ table, row: made, clock: 1 }]);
    const { findings } = await check(system);
    expect(findings.kept).toMatchObject([
      { table: table.name, key: keyOf(table, made), column: 'row', expected: null },
    ]);
    for (const found of stored(system, table)) if (found.row['place'] === made['place']) found.drop();
  });
});

test('a restatement of no entry there is, is named with the day of log time that it claims', async () => {
  const system = await counted();
  const [known] = stored(system, RESTATEMENTS);
  const made: Row = { ...known!.row, at: (known!.row['at'] as number) + 1, entry: 'nobody' };
  await MemoryTables.on(system.disk).write([{ table: RESTATEMENTS, row: made, clock: 1 }]);
  const { findings } = await verify(system, made['day'] as number);
  expect(findings.kept).toEqual([
    { table: RESTATEMENTS.name, key: keyOf(RESTATEMENTS, made), column: 'row', expected: null, found: 'nobody' },
  ]);
});
