import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LEDGER, PAYMENT_MIX, REVENUE, WAIT_TIMES } from '../tables/catalogue.js';
import { DAY_MS } from '../time.js';
import { Cell, cellKey } from './cell.js';
import { NestedCache } from './nested-cache.js';
import { HeldBytes } from './row-cache.js';

const few = fc.constantFrom('a', 'b', 'c');
const MEMBERS = [
  { table: REVENUE, members: fc.tuple(few) },
  { table: LEDGER, members: fc.tuple(fc.constantFrom(0, 60_000)) },
  { table: WAIT_TIMES, members: fc.tuple(few, fc.constantFrom(0, 3_600_000), fc.constantFrom(0, 1, 23)) },
  { table: PAYMENT_MIX, members: fc.tuple(few, few, fc.constantFrom('', 'a')) },
];

/** Keeps nothing that is written. */
function cacheOf(rowsMax = 0, held = new HeldBytes()): NestedCache<Cell> {
  const earliestOf = ({ bucket }: Cell): number => bucket;
  return new NestedCache<Cell>(Number.NEGATIVE_INFINITY, { rowsMax, held }, earliestOf, (cell) => cell);
}

function round(cache: NestedCache<Cell>): void {
  cache.beginRound();
  cache.letGo(Number.POSITIVE_INFINITY);
}

describe.each(MEMBERS)('cells of $table.spec.name', ({ table, members }) => {
  const at = fc.record({
    tenant: few,
    bucket: fc.constantFrom(0, DAY_MS, 20_000 * DAY_MS),
    members: members as fc.Arbitrary<(string | number)[]>,
    keep: fc.boolean(),
    let: fc.boolean(),
  });

  test('are found under their whole key, until they are let go', () => {
    fc.assert(
      fc.property(fc.array(at, { maxLength: 60 }), (steps) => {
        const cache = cacheOf();
        const known = new Map<string, Cell>();
        for (const step of steps) {
          const key = cellKey(step.tenant, step.bucket, step.members);
          expect(cache.get(step.tenant, step.bucket, step.members)).toBe(known.get(key));
          if (!known.has(key)) {
            const cell = new Cell(table, step.tenant, step.bucket, step.members);
            [cell.toWrite, cell.used] = [step.keep, false];
            known.set(key, cell);
            cache.set(cell);
          }
          if (!step.let) continue;
          round(cache);
          for (const [text, cell] of known) if (!cell.toWrite) known.delete(text);
          expect(cache.size).toBe(known.size);
          for (const cell of known.values()) expect(cache.get(cell.tenant, cell.bucket, cell.members)).toBe(cell);
        }
      }),
    );
  });

  test('that were let go make any other that may be as old be read', () => {
    const cache = cacheOf();
    const cell = new Cell(
      table,
      't',
      DAY_MS,
      table.members.map(() => 'a'),
    );
    cache.set(cell);
    round(cache);
    expect(cache.get('t', DAY_MS, cell.members)).toBe(cell);
    round(cache);
    expect(cache.get('t', DAY_MS, cell.members)).toBeUndefined();
    expect(cache.isNew(DAY_MS)).toBe(false);
    expect(cache.isNew(DAY_MS + 1)).toBe(true);
  });
});

describe('a round in pieces', () => {
  const fill = (cache: NestedCache<Cell>, from: number, to: number): Cell[] => {
    const cells = Array.from({ length: to - from }, (_, i) => new Cell(REVENUE, 't', DAY_MS, [`l${from + i}`]));
    for (const cell of cells) {
      cell.used = false;
      cache.set(cell);
    }
    return cells;
  };

  test('looks at every row once, whatever is added meanwhile', () => {
    const cache = cacheOf(1);
    const cells = fill(cache, 0, 10);
    cells.forEach((cell, i) => (cell.used = i % 2 === 0));
    cache.beginRound();
    for (let pieces = 0; !cache.isRoundOver; pieces++) {
      expect(cache.letGo(3)).toBeLessThanOrEqual(3);
      fill(cache, 10 + pieces, 11 + pieces);
      expect(pieces).toBeLessThan(4);
    }
    // Those that were used stay for another round, and what came meanwhile was not looked at.
    expect(cells.map((cell) => cache.get('t', DAY_MS, cell.members) !== undefined)).toEqual(
      cells.map((_, i) => i % 2 === 0),
    );
    expect(cache.size).toBe(5 + 4);
  });

  test('ends as soon as there are few enough', () => {
    const cache = cacheOf(8);
    fill(cache, 0, 10);
    cache.beginRound();
    expect(cache.letGo(100)).toBe(2);
    expect(cache.isRoundOver).toBe(true);
    expect(cache.letGo(100)).toBe(0);
  });

  test('goes on while the rows take too much memory, those of other caches among them', () => {
    const [cell] = fill(cacheOf(), 0, 1);
    const held = new HeldBytes(cell!.bytes * 7);
    const [cache, other] = [cacheOf(100, held), cacheOf(100, held)];
    fill(cache, 0, 6);
    fill(other, 0, 4);
    for (const one of [cache, other]) one.beginRound();
    expect(cache.letGo(100)).toBe(3);
    expect(other.letGo(100)).toBe(0);
    cache.grow(1);
    expect(other.letGo(100)).toBe(1);
    expect([cache.size, other.size]).toEqual([3, 3]);
    expect(held.bytes).toBe(cell!.bytes * 6 + 1);
  });

  test('is hoped for when a quarter more is held than is to be kept', () => {
    const [cell] = fill(cacheOf(), 0, 1);
    const held = new HeldBytes(cell!.bytes * 8);
    const cache = cacheOf(100, held);
    fill(cache, 0, 10);
    expect(held.isCrowded).toBe(false);
    fill(cache, 10, 11);
    expect(held.isCrowded).toBe(true);
    round(cache);
    expect(held.isCrowded).toBe(false);
    expect(new HeldBytes().isCrowded).toBe(false);
  });
});
