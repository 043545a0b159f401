import { describe, expect, test } from '@jest/globals';
import type { Row } from '../tables/spec.js';
import { DAY_MS } from '../time.js';
import { type MarksStart, OrderMarks } from './order-marks.js';
import { OrderState } from './order-state.js';
import type { ChangedRow } from './changed-rows.js';

const NOON = Date.UTC(2025, 0, 15, 12);
const OPTIONS = { generation: 1, shard: 2, skewMs: 1_000, bytes: 65_536 };
const NOTHING: MarksStart = { seq: 0, rows: [], expiredBefore: 0 };

/** An order to which something happened at these times, in this order. */
function order(order_id: string, ...times: number[]): OrderState {
  const made = new OrderState('acme', order_id, 'north');
  for (const [place, time] of times.entries()) {
    const event_id = `e${place}`;
    made.insert(place, {
      place,
      event: { event_type: 'order_voided', event_id, time, location_id: 'north', order_id },
    });
  }
  return made;
}

/** One entry with the first events of these orders. */
function entry(marks: OrderMarks, seq: number, ...orders: string[]): void {
  for (const id of orders) marks.note(order(id, NOON), 0);
  marks.commit(seq, NOON + seq, marks.takeNoted());
}

function rowsOf(marks: OrderMarks): Row[] {
  const changed: ChangedRow[] = [];
  marks.takeChanged(changed);
  return changed.map(({ row }) => row);
}

function isNew(marks: OrderMarks, order: string): boolean {
  return marks.isNew('acme', order, 'north');
}

function resumed(seq: number, rows: Row[], expiredBefore = 0, bytes = OPTIONS.bytes): OrderMarks {
  return new OrderMarks({ ...OPTIONS, bytes }, { seq, rows, expiredBefore });
}

describe('the marks of orders', () => {
  test('say after a start what they said before, and go on where they ended', () => {
    const marks = new OrderMarks(OPTIONS, NOTHING);
    entry(marks, 3, 'a', 'b');
    const [first] = rowsOf(marks);
    expect(first).toMatchObject({ since: 0, seq: 3, unmarked: 0, first_at: NOON + 3 });
    const again = resumed(5, [first!]);
    expect([isNew(again, 'a'), isNew(again, 'b'), isNew(again, 'c')]).toEqual([false, false, true]);
    expect(rowsOf(again)).toEqual([]);
    entry(again, 6, 'c');
    const [second] = rowsOf(again);
    expect(second).toMatchObject({ since: 3, seq: 6 });
    const third = resumed(6, [first!, second!]);
    expect(['a', 'b', 'c', 'd'].map((order) => isNew(third, order))).toEqual([false, false, false, true]);
  });

  test('grow in one row until it is long, then in the next', () => {
    const marks = new OrderMarks(OPTIONS, NOTHING);
    const seen = new Map<unknown, number>();
    for (let seq = 1; seq <= 5; seq++) {
      entry(marks, seq, ...Array.from({ length: 900 }, (_, i) => `${seq}-${i}`));
      for (const row of rowsOf(marks)) seen.set(row['since'], (row['marks'] as Uint8Array).length / 8);
    }
    expect([...seen]).toEqual([
      [0, 2_700],
      [3, 1_800],
    ]);
  });

  test('hold only what was committed', () => {
    const marks = new OrderMarks(OPTIONS, NOTHING);
    entry(marks, 1, 'a');
    marks.note(order('b', NOON), 0);
    expect(rowsOf(marks)).toMatchObject([{ seq: 1, marks: { length: 8 } }]);
    expect(isNew(marks, 'b')).toBe(false);
  });

  test('name an order again on another day, so that a mark lasts as long as what it stands for', () => {
    const marks = new OrderMarks(OPTIONS, NOTHING);
    const known = order('a', NOON, NOON + 1, NOON + DAY_MS, NOON + DAY_MS);
    for (let index = 0; index < known.length; index++) marks.note(known, index);
    marks.commit(1, NOON, marks.takeNoted());
    const changed: ChangedRow[] = [];
    marks.takeChanged(changed);
    expect(changed[0]!.row['marks']).toHaveLength(16);
    expect(changed[0]!.time).toBeGreaterThan(NOON + DAY_MS);
  });

  test('are in doubt when there is none, when one is missing, or when one says that orders were not marked', () => {
    const row = (since: number, seq: number, more: Row = {}): Row => {
      return { since, seq, first_at: NOON, unmarked: 0, marks: new Uint8Array(8), ...more };
    };
    const isTrusted = (seq: number, rows: Row[], expiredBefore = 0): boolean =>
      isNew(resumed(seq, rows, expiredBefore), 'anything');
    expect(isTrusted(9, [row(0, 4), row(4, 9)])).toBe(true);
    expect(isTrusted(9, [row(0, 6), row(4, 8)])).toBe(true);
    expect(isTrusted(9, [])).toBe(false);
    expect(isTrusted(9, [row(0, 4), row(5, 9)])).toBe(false);
    expect(isTrusted(9, [row(4, 9)])).toBe(false);
    expect(isTrusted(9, [row(0, 9, { unmarked: 1 })])).toBe(false);
    // Rows ahead of the checkpoint may have lost those before them.
    expect(isTrusted(9, [row(0, 4), row(10, 12)])).toBe(true);
    // What is past its time is gone, and so are its orders.
    expect(isTrusted(9, [row(4, 9)], NOON + 1)).toBe(true);
  });

  test('of which there are too many for the filter end, and say so for good', () => {
    const marks = new OrderMarks({ ...OPTIONS, bytes: 64 }, NOTHING);
    entry(marks, 1, ...Array.from({ length: 400 }, (_, i) => `${i}`));
    const [full] = rowsOf(marks);
    expect(full).toMatchObject({ unmarked: 0 });
    expect(marks.share).toBe(1);
    entry(marks, 2, 'new');
    const [beyond] = rowsOf(marks);
    expect(beyond).toMatchObject({ since: 1, seq: 2, unmarked: 1, marks: { length: 0 } });
    expect(isNew(resumed(2, [full!, beyond!]), 'new')).toBe(false);
  });

  test('of a generation without an order are a row, too', () => {
    const marks = new OrderMarks(OPTIONS, NOTHING);
    entry(marks, 7);
    const rows = rowsOf(marks);
    expect(isNew(resumed(7, rows), 'a')).toBe(true);
    expect(rowsOf(marks)).toEqual([]);
  });

  test('without a filter say that nothing was marked', () => {
    const marks = new OrderMarks({ ...OPTIONS, bytes: 0 }, NOTHING);
    entry(marks, 1, 'a');
    expect(isNew(marks, 'b')).toBe(false);
    expect(isNew(resumed(1, rowsOf(marks)), 'b')).toBe(false);
  });
});
