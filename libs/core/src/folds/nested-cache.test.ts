import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LEDGER, PAYMENT_MIX, REVENUE, WAIT_TIMES } from '../tables/catalogue.js';
import { DAY_MS } from '../time.js';
import { Cell, cellKey } from './cell.js';
import { NestedCache } from './nested-cache.js';

const few = fc.constantFrom('a', 'b', 'c');
const MEMBERS = [
  { table: REVENUE, members: fc.tuple(few) },
  { table: LEDGER, members: fc.tuple(fc.constantFrom(0, 60_000)) },
  { table: WAIT_TIMES, members: fc.tuple(few, fc.constantFrom(0, 3_600_000), fc.constantFrom(0, 1, 23)) },
  { table: PAYMENT_MIX, members: fc.tuple(few, few, fc.constantFrom('', 'a')) },
];

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
        const cache = new NestedCache<Cell>(Number.NEGATIVE_INFINITY, 0, (cell) => cell);
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
          cache.evict(() => 0);
          for (const [text, cell] of known) if (!cell.toWrite) known.delete(text);
          expect(cache.size).toBe(known.size);
          for (const cell of known.values()) expect(cache.get(cell.tenant, cell.bucket, cell.members)).toBe(cell);
        }
      }),
    );
  });

  test('that were let go make any other that may be as old be read', () => {
    const cache = new NestedCache<Cell>(Number.NEGATIVE_INFINITY, 0, (cell) => cell);
    const cell = new Cell(
      table,
      't',
      DAY_MS,
      table.members.map(() => 'a'),
    );
    cache.set(cell);
    cache.evict(() => DAY_MS);
    expect(cache.get('t', DAY_MS, cell.members)).toBe(cell);
    cache.evict(() => DAY_MS);
    expect(cache.get('t', DAY_MS, cell.members)).toBeUndefined();
    expect(cache.isNew(DAY_MS)).toBe(false);
    expect(cache.isNew(DAY_MS + 1)).toBe(true);
  });
});
