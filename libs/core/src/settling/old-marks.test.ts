import { describe, expect, test } from '@jest/globals';
import { HistoryIndex } from '../folds/history-index.js';
import { hash64, type Hash64 } from '../hash.js';
import { MINUTE_MS } from '../time.js';
import { IdentityTable } from './identity-table.js';
import { type MarksRow, OldMarks } from './old-marks.js';

const NOON = Date.UTC(2026, 0, 15, 12);

function identityOf(id: number): Hash64 {
  const hash = { hi: 0, lo: 0 };
  hash64('tenant', 'location', `e${id}`, hash);
  return hash;
}

function rowOf(seq: number, ...ids: number[]): MarksRow {
  const index = new HistoryIndex();
  for (const id of ids) index.add(NOON, identityOf(id), 0, 'payment', 0);
  return { seq, marks: [...index.rows(1, 0, seq, '', 0)][0]!['marks'] as Uint8Array };
}

/** Positions that are found for these ids. */
function firstsOf(marks: OldMarks, minute: number, ids: readonly number[]): number[] {
  const found = new IdentityTable();
  marks.lookUp(minute, ids.map(identityOf), found);
  return ids.map(identityOf).map(({ hi, lo }) => found.find(hi, lo));
}

describe('old marks', () => {
  test('are found in their minute with their first position, also when an identity is asked for twice', () => {
    const marks = new OldMarks(100_000);
    marks.add(NOON, [rowOf(3, 1, 2), rowOf(5, 3)]);
    marks.add(NOON, [rowOf(8, 2, 4)]);
    expect(firstsOf(marks, NOON, [1, 2, 3, 4, 5, 1])).toEqual([3, 3, 5, 8, 0, 3]);
    expect(firstsOf(marks, NOON + MINUTE_MS, [1])).toEqual([0]);
  });

  test('are loaded only once they are complete, and as far as they are', () => {
    const marks = new OldMarks(100_000);
    expect(marks.isLoaded(NOON, 0)).toBe(false);
    marks.add(NOON, [rowOf(3, 1)]);
    expect(marks.isLoaded(NOON, 0)).toBe(false);
    expect(marks.readAfter(NOON)).toBe(0);
    marks.complete(NOON, 7, 5);
    expect([7, 8].map((position) => marks.isLoaded(NOON, position))).toEqual([true, false]);
    expect(marks.readAfter(NOON)).toBe(7);
    expect(marks.isLoaded(NOON + MINUTE_MS, 0)).toBe(false);
  });

  test('are read again behind what was certain, and adding the same rows again changes nothing', () => {
    const marks = new OldMarks(100_000);
    marks.add(NOON, [rowOf(3, 1), rowOf(6, 2)]);
    marks.complete(NOON, 4, 5);
    expect([5, 6].map((position) => marks.isLoaded(NOON, position))).toEqual([true, false]);
    expect(marks.readAfter(NOON)).toBe(4);
    marks.add(NOON, [rowOf(5, 3), rowOf(6, 2), rowOf(9, 4)]);
    marks.complete(NOON, 9, 6);
    expect(firstsOf(marks, NOON, [1, 2, 3, 4])).toEqual([3, 6, 5, 9]);
    expect(marks.readAfter(NOON)).toBe(9);
  });

  test('take no more than they may, and let the minutes go that were used least recently', () => {
    const marks = new OldMarks(3 * 4_096);
    const minutes = [0, 1, 2, 3].map((n) => NOON + n * MINUTE_MS);
    for (const minute of minutes.slice(0, 3)) marks.complete(minute, 7, 7);
    marks.forget();
    expect(firstsOf(marks, NOON, [1])).toEqual([0]);
    marks.complete(minutes[3]!, 7, 7);
    expect(marks.bytes).toBe(4 * 4_096);
    marks.forget();
    expect(marks.bytes).toBe(3 * 4_096);
    expect(minutes.map((minute) => marks.isLoaded(minute, 7))).toEqual([true, false, true, true]);
    // What was let go is read whole again.
    expect(marks.readAfter(minutes[1]!)).toBe(0);
  });

  test('keep one minute whatever it takes', () => {
    const marks = new OldMarks(1);
    marks.add(NOON, [rowOf(3, ...Array.from({ length: 1_000 }, (_, id) => id))]);
    marks.complete(NOON, 3, 3);
    marks.forget();
    expect(marks.isLoaded(NOON, 3)).toBe(true);
    expect(marks.bytes).toBe(2_048 * 16);
    marks.complete(NOON + MINUTE_MS, 3, 3);
    marks.forget();
    expect(marks.bytes).toBe(4_096);
  });
});
