import { describe, expect, test } from '@jest/globals';
import type { CanonicalEvent, Item, Payment } from '../events/canonical.js';
import { FUNNEL, ITEM_SALES, ORDERS, REVENUE, VISITS, WAIT_TIMES } from '../tables/catalogue.js';
import { eventSet, type TenantEvent } from './event-sets.fixture.js';
import { foldEntry, logOf, ROOMY, runDisturbed, runUndisturbed } from './fold-run.fixture.js';
import { NaiveTables } from './naive-tables.fixture.js';
import { LINES_PER_ORDER_MAX, PARTS_PER_ORDER_MAX } from './order.js';
import { PartitionFold } from './partition-fold.js';
import { Choices } from './random.fixture.js';
import { MOMENTS_PER_PERIOD_MAX } from './visit.js';

const NOON = Date.UTC(2025, 0, 15, 12);

function payment(i: number): Payment {
  return {
    event_type: 'payment',
    event_id: `p${i}`,
    // Backwards, so that each is the first payment when it comes.
    time: NOON - i,
    location_id: 'north',
    order_id: 'o1',
    total_minor: 100,
    subtotal_minor: 100,
    tax_minor: 0,
    tip_minor: 0,
    payment_method: 'cash',
  };
}

function linesAdded(i: number, lines: number): CanonicalEvent {
  const items: Item[] = Array.from({ length: lines }, (_, line) => ({ item_id: `i${line}`, quantity: 1 }));
  return {
    event_type: 'order_item_added',
    event_id: `a${i}`,
    time: NOON - i,
    location_id: 'north',
    order_id: 'o1',
    items,
  };
}

const ofAcme = (events: CanonicalEvent[]): TenantEvent[] => events.map((event) => ({ tenant: 'acme', event }));
const total = (tables: NaiveTables, table: typeof REVENUE, sum: string): number =>
  tables.rowsOf(table.spec).reduce((all, row) => all + (row[sum] as number), 0);

const partsIn = (tables: NaiveTables): unknown[] => tables.rowsOf(ORDERS).filter((row) => row['part'] !== null);

/** The rows of an undisturbed run, which disturbed ones have to equal. */
function rowsOf(events: TenantEvent[], entryMax: number): NaiveTables {
  const choices = new Choices(11);
  const log = logOf(events, choices, entryMax);
  const bytes = new Map<string, string>();
  const calm = new NaiveTables(bytes);
  runUndisturbed(log, calm);
  for (let run = 0; run < 5; run++) {
    const tables = new NaiveTables(bytes);
    runDisturbed(log, tables, choices);
    expect(tables.all()).toEqual(calm.all());
  }
  return calm;
}

describe('what is beyond every limit', () => {
  test('payments of an order with too many parts are counted, and a void leaves those beyond', () => {
    const payments = Array.from({ length: PARTS_PER_ORDER_MAX + 30 }, (_, i) => payment(i));
    const paid = rowsOf(ofAcme(payments), 40);
    expect(total(paid, REVENUE, 'revenue_minor')).toBe(payments.length * 100);
    expect(total(paid, REVENUE, 'order_count')).toBe(1);
    expect(partsIn(paid)).toHaveLength(PARTS_PER_ORDER_MAX);
    // One more row says from where on.
    expect(paid.rowsOf(ORDERS)).toHaveLength(PARTS_PER_ORDER_MAX + 1);

    const voided: CanonicalEvent = {
      event_type: 'order_voided',
      event_id: 'v',
      time: NOON,
      location_id: 'north',
      order_id: 'o1',
    };
    const before = rowsOf(ofAcme([...payments.slice(0, PARTS_PER_ORDER_MAX - 1), voided, ...payments.slice(-30)]), 40);
    expect(total(before, REVENUE, 'revenue_minor')).toBe(30 * 100);
  });

  test('an order with too many lines takes no more, and its sales are counted all the same', () => {
    const events = Array.from({ length: 40 }, (_, i) => linesAdded(i, 150));
    const tables = rowsOf(ofAcme(events), 6);
    expect(total(tables, ITEM_SALES, 'quantity')).toBe(40 * 150);
    const held = Math.ceil(LINES_PER_ORDER_MAX / 150);
    expect(partsIn(tables)).toHaveLength(held);
    // Each item once for the order, and once for each event beyond.
    expect(total(tables, ITEM_SALES, 'orders')).toBe(150 * (1 + 40 - held));
  });

  test('moments of a table with too many are counted, but not paired', () => {
    const seated: CanonicalEvent = {
      event_type: 'table_seated',
      event_id: 's',
      time: NOON,
      location_id: 'north',
      table_id: 't',
    };
    const completed = Array.from({ length: MOMENTS_PER_PERIOD_MAX + 20 }, (_, i): CanonicalEvent => ({
      event_type: 'order_completed',
      event_id: `c${i}`,
      time: NOON + i * 1_000,
      location_id: 'north',
      order_id: `o${i}`,
      table_id: 't',
    }));
    const tables = rowsOf(ofAcme([...completed.slice(0, 300), seated, ...completed.slice(300)]), 40);
    expect(total(tables, FUNNEL, 'orders_completed')).toBe(completed.length);
    expect(tables.rowsOf(VISITS)).toHaveLength(MOMENTS_PER_PERIOD_MAX);
    const bins = tables.rowsOf(WAIT_TIMES.spec)[0]!['wait_minutes'] as number[];
    expect(bins.reduce((sum, count, i) => sum + (i % 2 === 1 ? count : 0), 0)).toBe(MOMENTS_PER_PERIOD_MAX - 1);
  });

  test('nothing is in memory, and no byte is said to be, once all that was written is let go', () => {
    const choices = new Choices(7);
    const log = logOf(eventSet(choices, 300), choices);
    const tables = new NaiveTables();
    const limits = { ordersBytesMax: 0, periodsBytesMax: 0, cellsBytesMax: 0, momentsKeptMs: 0 };
    const fold = new PartitionFold({ ...ROOMY, ...limits });
    const half = log.length >> 1;
    while (log.length > 0) {
      foldEntry(fold, log.shift()!, tables);
      if (log.length !== half) continue;
      // Some of it is trimmed, and read again.
      tables.write(fold.takeChanged('all'));
      fold.trim(half, 1_000);
    }
    expect(fold.cachedBytes).toBeGreaterThan(300 * fold.cachedRows);
    expect(fold.cachedBytes).toBeLessThan(1_500 * fold.cachedRows);
    fold.takePublished();
    tables.write(fold.takeChanged('all'));
    fold.evict();
    fold.evict();
    expect([fold.cachedRows, fold.cachedBytes]).toEqual([0, 0]);
  });

  test('an entry of more events than places is refused', () => {
    const [entry] = logOf(ofAcme(Array.from({ length: 4_097 }, (_, i) => payment(i))), new Choices(1), 1).slice(-1);
    const events = Array.from({ length: 4_097 }, (_, i) => payment(i));
    const part = { tenant: 'acme', accepted: events.length, events, duplicates: [], rejections: [] };
    const tooLarge = { ...entry!, batch: { ...entry!.batch, parts: [part] } };
    expect(() => foldEntry(new PartitionFold(ROOMY), tooLarge, new NaiveTables())).toThrow(RangeError);
  });
});
