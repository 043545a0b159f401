import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CanonicalEvent } from '../events/canonical.js';
import { RESTATED, RESTATEMENT_SUMS, RESTATEMENTS } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { DAY_MS, dayOf, HOUR_MS, MINUTE_MS } from '../time.js';
import { eventSet, type TenantEvent } from './event-sets.fixture.js';
import { foldEntry, logOf, ROOMY, runDisturbed, runUndisturbed } from './fold-run.fixture.js';
import { NaiveTables } from './naive-tables.fixture.js';
import { PartitionFold } from './partition-fold.js';
import type { SettledEntry } from './settled-entry.js';
import { Choices } from './random.fixture.js';
import { recount, type Recounted } from './recount.fixture.js';
import { LATENESS_DEFAULT_MS, RESTATEMENT_CHANGES_MAX } from './restatements.js';

const NOON = Date.UTC(2025, 0, 15, 12);

/** How a table's sums and its figure are called in a restatement, and how long its stretches of time are. */
const WATCHED: Record<
  string,
  { readonly figure: string; readonly lengthMs: number; readonly start: string; readonly names: Record<string, string> }
> = {
  revenue_by_location_minute: {
    figure: 'revenue',
    lengthMs: MINUTE_MS,
    start: 'minute',
    names: Object.fromEntries(
      ['revenue_minor', 'net_sales_minor', 'tax_minor', 'tips_minor', 'refunds_minor', 'payments', 'order_count'].map(
        (name) => [name, name],
      ),
    ),
  },
  funnel_by_location_minute: {
    figure: 'funnel',
    lengthMs: MINUTE_MS,
    start: 'minute',
    names: {
      tables_seated: 'tables_seated',
      orders_placed: 'orders_placed',
      orders_completed: 'orders_completed',
      payments: 'payments_made',
    },
  },
  item_sales_by_minute: {
    figure: 'items',
    lengthMs: MINUTE_MS,
    start: 'minute',
    names: { quantity: 'item_quantity', orders: 'item_orders', amount_minor: 'item_amount_minor' },
  },
  feedback_by_location_day: { figure: 'feedback', lengthMs: DAY_MS, start: 'day', names: { responses: 'responses' } },
};

type Found = Map<string, Record<string, number>>;

/** What must have been restated: by log time by how much, and over all of it by figure how often and when last. */
interface Expected {
  readonly changes: Found;
  readonly restated: Found;
}

/**
 * Each event is counted anew together with all before it, and what then differs from the count without it is compared with the
 * time at which it came.
 */
function expectedRestatements(log: readonly SettledEntry[]): Expected {
  const expected: Expected = { changes: new Map(), restated: new Map() };
  const known: TenantEvent[] = [];
  let before = new Map<string, Recounted>();
  for (const { batch } of log) {
    for (const { tenant, events } of batch.parts) {
      for (const event of events) {
        known.push({ tenant, event });
        const after = recount(known);
        for (const [start, net] of netsOf(before, after, batch)) {
          takeIn(expected, batch, JSON.stringify([tenant, start, event.location_id]), start, net);
        }
        before = after;
      }
    }
  }
  return expected;
}

/** By how much stretches of time that were settled differ, by their start. */
function netsOf(
  before: Map<string, Recounted>,
  after: Map<string, Recounted>,
  { log_time, lateness_ms = LATENESS_DEFAULT_MS }: SettledEntry['batch'],
): Map<number, Record<string, number>> {
  const nets = new Map<number, Record<string, number>>();
  for (const [text, row] of after) {
    const [table, key] = JSON.parse(text) as [string, Record<string, number>];
    const watched = WATCHED[table];
    if (watched === undefined) continue;
    const start = key[watched.start]!;
    if (log_time < start + watched.lengthMs + lateness_ms) continue;
    const net = nets.get(start) ?? {};
    for (const [name, as] of Object.entries(watched.names)) {
      const difference = Number(row[name] ?? 0) - Number(before.get(text)?.[name] ?? 0);
      if (difference !== 0) net[as] = (net[as] ?? 0) + difference;
    }
    nets.set(start, net);
  }
  return nets;
}

function takeIn(
  { changes, restated }: Expected,
  { log_time, lateness_ms = LATENESS_DEFAULT_MS }: SettledEntry['batch'],
  where: string,
  start: number,
  net: Record<string, number>,
): void {
  if (Object.values(net).every((difference) => difference === 0)) return;
  const when = JSON.stringify([...(JSON.parse(where) as unknown[]), log_time]);
  const sums = changes.get(when) ?? { events: 0 };
  sums['events']!++;
  for (const [name, difference] of Object.entries(net)) sums[name] = (sums[name] ?? 0) + difference;
  changes.set(when, sums);
  const row = restated.get(where) ?? { revenue_minor: 0 };
  row['revenue_minor']! += net['revenue_minor'] ?? 0;
  const touched = Object.values(WATCHED).filter(({ names }) => Object.values(names).some((name) => net[name] ?? 0));
  const figures = touched.map(({ figure }) => figure);
  // The payment mix is by the day.
  if (figures.includes('revenue') && log_time >= dayOf(start) + DAY_MS + lateness_ms) figures.push('payment_mix');
  for (const figure of figures) {
    row[`${figure}_events`] = (row[`${figure}_events`] ?? 0) + 1;
    row[`${figure}_restated_at`] = log_time;
  }
  restated.set(where, row);
}

/** A change of one minute and location as rows of RESTATEMENTS list it, with the row's own time and position. */
function changesOf(row: Row): Row[] {
  return (row['changes'] as [number, string, string | null, number, ...number[]][]).map(
    ([minute, location_id, location_name, events, ...sums]) => ({
      tenant: row['tenant']!,
      at: row['at']!,
      minute,
      location_id,
      location_name,
      events,
      ...Object.fromEntries(RESTATEMENT_SUMS.map((name, i) => [name, sums[i]!])),
    }),
  );
}

/** Changes without what only says that samples moved. */
function actualRestatements(tables: NaiveTables): Found {
  const found: Found = new Map();
  for (const change of tables.rowsOf(RESTATEMENTS).flatMap(changesOf)) {
    const where = JSON.stringify([change['tenant'], change['minute'], change['location_id'], change['at']]);
    const sums = found.get(where) ?? { events: 0 };
    sums['events']! += change['events'] as number;
    for (const name of RESTATEMENT_SUMS)
      if (change[name] !== 0 && name !== 'samples_moved') sums[name] = (sums[name] ?? 0) + (change[name] as number);
    found.set(where, sums);
  }
  return found;
}

/** Rows of RESTATED without what they say of waits, which the count anew knows nothing of. */
function actualRestated(tables: NaiveTables): Found {
  const found: Found = new Map();
  for (const row of tables.rowsOf(RESTATED.spec)) {
    const values = [...RESTATED.sums, ...RESTATED.latest]
      .filter((name) => !name.startsWith('waits_') && (row[name] !== 0 || name === 'revenue_minor'))
      .map((name) => [name, row[name] as number] as const);
    if (values.length === 1 && row['waits_events'] !== 0) continue;
    found.set(JSON.stringify([row['tenant'], row['minute'], row['location_id']]), Object.fromEntries(values));
  }
  return found;
}

/** Without the counts of events: one that only moved samples in the same stretch is in them as well. */
function sumsOf(found: Found): Found {
  const sums: Found = new Map();
  for (const [where, { events: _, ...rest }] of found) {
    const filled = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== 0));
    if (Object.keys(filled).length > 0) sums.set(where, filled);
  }
  return sums;
}

function entryOf(seq: number, logTime: number, events: CanonicalEvent[], latenessMs?: number): SettledEntry {
  const part = { tenant: 'acme', accepted: events.length, events, duplicates: [], rejections: [] };
  const lateness = latenessMs === undefined ? {} : { lateness_ms: latenessMs };
  const batch = { previous: '', ingest: seq, ingest_id: '', log_time: logTime, ...lateness, parts: [part] };
  return { seq, id: `entry-${seq}`, batch };
}

function paid(event_id: string, time: number, total_minor: number, order_id = event_id): CanonicalEvent {
  const money = { total_minor, subtotal_minor: total_minor, tax_minor: 0, tip_minor: 0, payment_method: 'cash' };
  return { event_type: 'payment', event_id, time, location_id: 'north', order_id, ...money };
}

function tablesAfter(...log: SettledEntry[]): NaiveTables {
  const tables = new NaiveTables();
  const fold = new PartitionFold(ROOMY);
  for (const entry of log) foldEntry(fold, entry, tables);
  tables.write(fold.takeChanged('all'));
  return tables;
}

function restatedBy(...log: SettledEntry[]): Row[] {
  return tablesAfter(...log)
    .rowsOf(RESTATEMENTS)
    .flatMap(changesOf);
}

describe('restatements', () => {
  test('say what every settled minute changed by, when compared with a recount after each event', () => {
    let rows = 0;
    let days = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 1, max: 25 }), (seed, size) => {
        const choices = new Choices(seed);
        const latenessMs = choices.pick([undefined, 0, MINUTE_MS, HOUR_MS]);
        const lateness = latenessMs === undefined ? {} : { lateness_ms: latenessMs };
        const log = logOf(choices.shuffled(eventSet(choices, size)), choices).map((entry) => ({
          ...entry,
          batch: { ...entry.batch, ...lateness },
        }));
        const tables = new NaiveTables();
        runUndisturbed(log, tables);
        const { changes, restated } = expectedRestatements(log);
        const actual = actualRestatements(tables);
        expect(sumsOf(actual)).toEqual(sumsOf(changes));
        for (const [where, { events }] of changes) {
          expect(actual.get(where)?.['events']).toBeGreaterThanOrEqual(events!);
        }
        expect(actualRestated(tables)).toEqual(restated);
        rows += changes.size;
        days += [...restated.values()].filter((row) => row['payment_mix_events'] !== undefined).length;
      }),
      { numRuns: 40 },
    );
    expect(rows).toBeGreaterThan(40);
    expect(days).toBeGreaterThan(0);
  });

  test('are the same rows whatever was lost in a crash and gone over again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const choices = new Choices(seed);
        const log = logOf(choices.shuffled(eventSet(choices, 30)), choices);
        const calm = new NaiveTables();
        runUndisturbed(log, calm);
        const disturbed = new NaiveTables();
        runDisturbed(log, disturbed, choices);
        const both = [RESTATEMENTS, RESTATED.spec];
        expect(disturbed.all(both)).toEqual(calm.all(both));
      }),
      { numRuns: 30 },
    );
  });

  test('begin at the moment at which the minute was said to be settled, and not before', () => {
    const settled = NOON + MINUTE_MS + LATENESS_DEFAULT_MS;
    expect(restatedBy(entryOf(1, settled - 1, [paid('a', NOON, 500)]))).toEqual([]);
    const [row] = restatedBy(entryOf(1, settled, [paid('a', NOON, 500)]));
    expect(row).toMatchObject({
      minute: NOON,
      location_id: 'north',
      at: settled,
      revenue_minor: 500,
      events: 1,
    });
  });

  test('go by the lateness that the settled batch says', () => {
    expect(restatedBy(entryOf(1, NOON + MINUTE_MS, [paid('a', NOON, 500)], 0))).toHaveLength(1);
    expect(restatedBy(entryOf(1, NOON + 10 * MINUTE_MS, [paid('a', NOON, 500)], HOUR_MS))).toEqual([]);
  });

  test('a void that comes late takes back what each minute had, as one event in each', () => {
    const rows = restatedBy(
      entryOf(1, NOON, [paid('a', NOON, 500, 'o'), paid('b', NOON + MINUTE_MS, 700, 'o')]),
      entryOf(2, NOON + HOUR_MS, [
        { event_type: 'order_voided', event_id: 'v', time: NOON + HOUR_MS, location_id: 'north', order_id: 'o' },
      ]),
    );
    expect(rows).toEqual([
      expect.objectContaining({ minute: NOON, revenue_minor: -500, payments: -1, order_count: -1, events: 1 }),
      expect.objectContaining({
        minute: NOON + MINUTE_MS,
        revenue_minor: -700,
        payments: -1,
        order_count: 0,
        events: 1,
      }),
    ]);
  });

  test('an event that changes no figure of a settled minute restates nothing', () => {
    const voided: CanonicalEvent = {
      event_type: 'order_voided',
      event_id: 'v',
      time: NOON,
      location_id: 'north',
      order_id: 'a',
    };
    // The payment of an order that was voided before counts in no revenue, but somebody paid: the funnel says so.
    const rows = restatedBy(entryOf(1, NOON, [voided]), entryOf(2, NOON + HOUR_MS, [voided, paid('a', NOON, 500)]));
    expect(rows).toEqual([expect.objectContaining({ revenue_minor: 0, payments: 0, payments_made: 1, events: 1 })]);
  });

  test('a seating that comes late moves the waits of its hour', () => {
    const at = { location_id: 'north', table_id: 't1' };
    const rows = restatedBy(
      entryOf(1, NOON + 30 * MINUTE_MS, [
        { event_type: 'table_seated', event_id: 's1', time: NOON, ...at },
        { event_type: 'order_completed', event_id: 'c1', time: NOON + 30 * MINUTE_MS, order_id: 'o', ...at },
      ]),
      entryOf(2, NOON + 8 * HOUR_MS, [
        { event_type: 'table_seated', event_id: 's2', time: NOON + 10 * MINUTE_MS, ...at },
      ]),
    );
    expect(rows).toContainEqual(expect.objectContaining({ minute: NOON, samples_moved: 2 }));
  });

  test('a visit that goes on after the hour in which it began restates nothing', () => {
    const at = { location_id: 'north', table_id: 't1' };
    const rows = restatedBy(
      entryOf(1, NOON, [{ event_type: 'table_seated', event_id: 's', time: NOON, ...at }]),
      entryOf(2, NOON + 2 * HOUR_MS, [
        { event_type: 'order_completed', event_id: 'c', time: NOON + 2 * HOUR_MS, order_id: 'o', ...at },
      ]),
    );
    expect(rows).toEqual([]);
  });

  test('a row is of an entry and tenant: its sums are those of all its changes, and it lists so many of them', () => {
    const minutes = RESTATEMENT_CHANGES_MAX + 3;
    const late = Array.from({ length: minutes }, (_, i) => paid(`p${i}`, NOON + i * MINUTE_MS, 100 + i));
    const log = [entryOf(1, NOON + DAY_MS, late), entryOf(2, NOON + DAY_MS, [paid('again', NOON, 1)])];
    const [first, second] = tablesAfter(...log).rowsOf(RESTATEMENTS);
    const revenue_minor = late.reduce((sum, _, i) => sum + 100 + i, 0);
    expect(first).toMatchObject({ seq: 1, entry: 'entry-1', events: minutes, payments: minutes, revenue_minor });
    expect(first).toMatchObject({ changes_beyond: 3 });
    expect(changesOf(first!).map(({ minute }) => minute)).toEqual(
      late.slice(0, RESTATEMENT_CHANGES_MAX).map(({ time }) => time),
    );
    expect(second).toMatchObject({ seq: 2, events: 1, revenue_minor: 1, changes_beyond: 0 });
  });

  test('a minute and location has one row, whatever changed it and however often; each figure counts its own', () => {
    const at = { location_id: 'north', table_id: 't1' };
    const rows = tablesAfter(
      entryOf(1, NOON + HOUR_MS, [paid('a', NOON, 500), paid('b', NOON + 1_000, 700)]),
      entryOf(2, NOON + 2 * HOUR_MS, [{ event_type: 'order_voided', event_id: 'v', time: NOON, ...at, order_id: 'a' }]),
      entryOf(3, NOON + 3 * HOUR_MS, [{ event_type: 'table_seated', event_id: 's', time: NOON, ...at }]),
    ).rowsOf(RESTATED.spec);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      minute: NOON,
      events: 4,
      revenue_minor: 700,
      revenue_events: 3,
      revenue_restated_at: NOON + 2 * HOUR_MS,
      funnel_events: 3,
      funnel_restated_at: NOON + 3 * HOUR_MS,
      items_events: 0,
      items_restated_at: 0,
      payment_mix_events: 0,
    });
  });
});
