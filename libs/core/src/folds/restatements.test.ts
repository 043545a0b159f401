import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CanonicalEvent } from '../events/canonical.js';
import { RESTATEMENTS } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time.js';
import { eventSet, type TenantEvent } from './event-sets.fixture.js';
import { foldEntry, logOf, ROOMY, runDisturbed, runUndisturbed } from './fold-run.fixture.js';
import { NaiveTables } from './naive-tables.fixture.js';
import { PartitionFold, type SettledEntry } from './partition-fold.js';
import { Choices } from './random.fixture.js';
import { recount, type Recounted } from './recount.fixture.js';
import { LATENESS_DEFAULT_MS } from './restatements.js';

const NOON = Date.UTC(2025, 0, 15, 12);

/** How a table's sums are called in a restatement, and how long its stretches of time are. */
const WATCHED: Record<
  string,
  { readonly lengthMs: number; readonly start: string; readonly names: Record<string, string> }
> = {
  revenue_by_location_minute: {
    lengthMs: MINUTE_MS,
    start: 'minute',
    names: Object.fromEntries(
      ['revenue_minor', 'net_sales_minor', 'tax_minor', 'tips_minor', 'refunds_minor', 'payments', 'order_count'].map(
        (name) => [name, name],
      ),
    ),
  },
  funnel_by_location_minute: {
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
    lengthMs: MINUTE_MS,
    start: 'minute',
    names: { quantity: 'item_quantity', orders: 'item_orders', amount_minor: 'item_amount_minor' },
  },
  feedback_by_location_day: { lengthMs: DAY_MS, start: 'day', names: { responses: 'responses' } },
};

/**
 * What must have been restated, and by how much: each event is counted anew together with all before it, and what then differs
 * from the count without it is compared with the time at which it came.
 */
function expectedRestatements(log: readonly SettledEntry[]): Map<string, Record<string, number>> {
  const found = new Map<string, Record<string, number>>();
  const known: TenantEvent[] = [];
  let before = new Map<string, Recounted>();
  for (const { batch } of log) {
    for (const { tenant, events } of batch.parts) {
      for (const event of events) {
        known.push({ tenant, event });
        const after = recount(known);
        const changed = new Set<string>();
        for (const [text, row] of after) {
          const [table, key] = JSON.parse(text) as [string, Record<string, number>];
          const watched = WATCHED[table];
          if (watched === undefined) continue;
          const start = key[watched.start]!;
          if (batch.log_time < start + watched.lengthMs + (batch.lateness_ms ?? LATENESS_DEFAULT_MS)) continue;
          const where = JSON.stringify([tenant, start, event.location_id, batch.log_time]);
          const sums = found.get(where) ?? { events: 0 };
          for (const [name, as] of Object.entries(watched.names)) {
            const difference = Number(row[name] ?? 0) - Number(before.get(text)?.[name] ?? 0);
            if (difference === 0) continue;
            sums[as] = (sums[as] ?? 0) + difference;
            if (!changed.has(where)) sums['events']!++;
            changed.add(where);
          }
          if (sums['events']! > 0) found.set(where, sums);
        }
        before = after;
      }
    }
  }
  return found;
}

/** Restatement rows without what only says that samples moved. */
function actualRestatements(tables: NaiveTables): Map<string, Record<string, number>> {
  const found = new Map<string, Record<string, number>>();
  for (const row of tables.rowsOf(RESTATEMENTS.spec)) {
    const sums: Record<string, number> = {};
    for (const name of RESTATEMENTS.sums)
      if (row[name] !== 0 && name !== 'samples_moved') sums[name] = row[name] as number;
    if (Object.keys(sums).length === 0 && (row['samples_moved'] as number) > 0) continue;
    const where = JSON.stringify([row['tenant'], row['minute'], row['location_id'], row['restated_at']]);
    found.set(where, { ...sums, events: row['events'] as number });
  }
  return found;
}

/** Without the counts of events: one that only moved samples in the same stretch is in them as well. */
function sumsOf(found: Map<string, Record<string, number>>): Map<string, Record<string, number>> {
  const sums = new Map<string, Record<string, number>>();
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

function restatedBy(...log: SettledEntry[]): Row[] {
  const tables = new NaiveTables();
  const fold = new PartitionFold(ROOMY);
  for (const entry of log) foldEntry(fold, entry, tables);
  tables.write(fold.takeChanged('all'));
  return tables.rowsOf(RESTATEMENTS.spec);
}

describe('restatements', () => {
  test('say what every settled minute changed by, when compared with a recount after each event', () => {
    let rows = 0;
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
        const expected = expectedRestatements(log);
        const actual = actualRestatements(tables);
        expect(sumsOf(actual)).toEqual(sumsOf(expected));
        for (const [where, { events }] of expected)
          expect(actual.get(where)?.['events'] ?? events).toBeGreaterThanOrEqual(events!);
        rows += expected.size;
      }),
      { numRuns: 40 },
    );
    expect(rows).toBeGreaterThan(40);
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
        expect(disturbed.all([RESTATEMENTS.spec])).toEqual(calm.all([RESTATEMENTS.spec]));
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
      restated_at: settled,
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
});
