import { describe, expect, test } from '@jest/globals';
import type { CanonicalEvent } from '../events/canonical.js';
import { REVENUE } from '../tables/catalogue.js';
import { EntryFence } from './entry-fence.js';
import { eventSet } from './event-sets.fixture.js';
import { foldEntry, logOf, ROOMY, runUndisturbed, SKEW_MS } from './fold-run.fixture.js';
import { FoldMismatch } from './fold-mismatch.js';
import { NaiveTables } from './naive-tables.fixture.js';
import { PartitionFold } from './partition-fold.js';
import type { SettledEntry } from './settled-entry.js';
import { Choices } from './random.fixture.js';

function entryOf(seq: number, logTime: number, events: CanonicalEvent[], id = `entry-${seq}`): SettledEntry {
  const part = { tenant: 'acme', accepted: events.length, events, duplicates: [], rejections: [] };
  return { seq, id, batch: { previous: '', ingest: seq, ingest_id: `m${seq}`, log_time: logTime, parts: [part] } };
}

const NOON = Date.UTC(2025, 0, 15, 12);
const seated = (event_id: string, time: number): CanonicalEvent => ({
  event_type: 'table_seated',
  event_id,
  time,
  location_id: 'north',
  table_id: 't',
});
const paid = (event_id: string, time: number, order_id = 'o1'): CanonicalEvent => ({
  event_type: 'payment',
  event_id,
  time,
  location_id: 'north',
  order_id,
  total_minor: 100,
  subtotal_minor: 100,
  tax_minor: 0,
  tip_minor: 0,
  payment_method: 'cash',
});

describe('rows made from another log', () => {
  test('another event at a position of an order or a table stops the fold', () => {
    for (const [first, other] of [
      [paid('a', NOON), paid('b', NOON)],
      [seated('a', NOON), seated('b', NOON)],
    ] as const) {
      const tables = new NaiveTables();
      runUndisturbed([entryOf(1, NOON, [first]), entryOf(2, NOON, [paid('c', NOON)])], tables);
      const fold = new PartitionFold({ ...ROOMY, resumedAt: NOON });
      expect(() => foldEntry(fold, entryOf(1, NOON, [other]), tables)).toThrow(FoldMismatch);
    }
  });

  test('an aggregate row that names an entry the log does not have there stops the fold, whatever touches the row', () => {
    // The first log was lost from position 2 on; the row of the minute is ahead of the checkpoint at 1.
    const old = [
      entryOf(1, NOON, [seated('a', NOON)]),
      entryOf(2, NOON, []),
      entryOf(3, NOON, [seated('b', NOON)], 'lost'),
    ];
    for (const positions of [
      [2, 3],
      [2, 4],
      [3, 4],
    ]) {
      const tables = new NaiveTables();
      runUndisturbed(old, tables);
      const fold = new PartitionFold({ ...ROOMY, resumedAt: NOON });
      const goOn = (): void => {
        for (const seq of positions)
          foldEntry(fold, entryOf(seq, NOON, [paid(`p${seq}`, NOON), seated(`s${seq}`, NOON)]), tables);
      };
      expect(goOn).toThrow(FoldMismatch);
    }
  });

  test('rows of the log itself pass, at, ahead of and behind the position', () => {
    const fence = new EntryFence();
    fence.admit({ applied: 4, entry: 'from before the checkpoint' });
    fence.admit({ applied: 12, entry: 'twelve' });
    fence.pass(10, 'ten');
    fence.admit({ applied: 7, entry: 'vouched for by the checkpoint' });
    fence.admit({ applied: 10, entry: 'ten' });
    fence.pass(12, 'twelve');
    fence.admit({ applied: 10, entry: 'ten' });
    fence.admit(undefined);
    expect(() => fence.admit({ applied: 11, entry: 'in a hole' })).toThrow(FoldMismatch);
    expect(() => fence.admit({ applied: 10, entry: 'another' })).toThrow(FoldMismatch);
  });
});

describe('rows ahead of the position', () => {
  test('are compared when their entry comes, also when it never does, and with each other', () => {
    const ahead = (): EntryFence => {
      const fence = new EntryFence();
      fence.pass(10, 'ten');
      fence.admit({ applied: 12, entry: 'twelve' });
      return fence;
    };
    expect(() => ahead().pass(11, 'eleven')).not.toThrow();
    expect(() => ahead().pass(12, 'another')).toThrow(FoldMismatch);
    expect(() => ahead().pass(13, 'thirteen')).toThrow(FoldMismatch);
    expect(() => ahead().admit({ applied: 12, entry: 'another' })).toThrow(FoldMismatch);
  });
});

describe('what is read', () => {
  test('does not depend on which entries were looked at before', () => {
    const choices = new Choices(5);
    const log = logOf(eventSet(choices, 80), choices);
    const calm = new NaiveTables();
    runUndisturbed(log, calm);
    const fold = new PartitionFold(ROOMY);
    for (const { batch } of log) fold.wantedSources(batch);
    for (const entry of log) {
      fold.fold(entry);
      fold.commit();
    }
    const tables = new NaiveTables();
    tables.write(fold.takeChanged('all'));
    expect(tables.all()).toEqual(calm.all());
  });

  test('nothing in a new generation, as long as nothing is let go', () => {
    const choices = new Choices(3);
    const tables = new NaiveTables();
    runUndisturbed(logOf(eventSet(choices, 100), choices), tables);
    expect(tables.reads).toBe(0);
  });

  test('after a start, every row that may hold an event from before, to the very millisecond', () => {
    const fold = new PartitionFold({ ...ROOMY, resumedAt: NOON - SKEW_MS });
    const wantedAt = (seq: number, time: number): string[] => {
      const entry = entryOf(seq, time, [paid(`p${seq}`, time, `o${seq}`)]);
      const { orders } = fold.wantedSources(entry.batch);
      // An order's id says nothing about its age.
      expect(orders).toHaveLength(1);
      for (const wanted of orders) fold.supplyOrder(wanted, []);
      const cells = fold.fold(entry);
      for (const wanted of cells) fold.supplyCell(wanted, undefined);
      fold.commit();
      return cells.map(({ table }) => table.spec.name);
    };
    // The earliest event of this minute may have been settled in the checkpoint's entry, at the skew's very end.
    expect(wantedAt(1, NOON)).toContain(REVENUE.spec.name);
    expect(wantedAt(2, NOON + 60_000)).not.toContain(REVENUE.spec.name);
  });

  test('rows that were let go, and those beside them in time, but none that is younger', () => {
    const cramped = new PartitionFold({ ...ROOMY, periodsMax: 0, cellsMax: 0 });
    const tables = new NaiveTables();
    foldEntry(cramped, entryOf(1, NOON, [seated('a', NOON)]), tables);
    tables.write(cramped.takeChanged('all'));
    cramped.evict();
    cramped.evict();
    const nearby = cramped.wantedSources(entryOf(2, NOON, [seated('b', NOON + 1)]).batch).periods;
    expect(nearby.map(({ key }) => key['period'])).toEqual([NOON, NOON - 6 * 3_600_000]);
    expect(tables.scan(nearby[0]!)).toHaveLength(1);
    // Only the period before can hold the seating that this one follows.
    const tomorrow = cramped.wantedSources(entryOf(3, NOON, [seated('c', NOON + 86_400_000)]).batch).periods;
    expect(tomorrow).toEqual([]);
  });

  test('rows are not let go between the steps of an entry', () => {
    const fold = new PartitionFold(ROOMY);
    fold.wantedSources(entryOf(1, NOON, []).batch);
    fold.fold(entryOf(1, NOON, [seated('a', NOON)]));
    expect(() => fold.evict()).toThrow('between entries');
  });
});
