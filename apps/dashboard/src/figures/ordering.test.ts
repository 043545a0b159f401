import { describe, expect, test } from '@jest/globals';
import { inHeldOrder, matching, sortRows } from './ordering.js';

const rows = [
  { id: 'b', name: 'Boston - Back Bay', revenue: 20 },
  { id: 'c', name: 'Chicago - River North', revenue: 30 },
  { id: 'a', name: 'Austin - South Congress', revenue: 20 },
];
const idOf = (row: (typeof rows)[number]) => row.id;
const ids = (list: readonly { id: string }[]) => list.map((row) => row.id).join('');

describe('the order of rows', () => {
  test('is by a column, and stable where figures are equal', () => {
    expect(ids(sortRows(rows, { by: 'revenue', descending: true }, idOf))).toBe('cab');
    expect(ids(sortRows(rows, { by: 'revenue', descending: false }, idOf))).toBe('abc');
    expect(ids(sortRows(rows, { by: 'name', descending: true }, idOf))).toBe('cba');
  });

  test('can be held: newest figures, old places, newcomers last', () => {
    const newer = [
      { id: 'd', name: 'Denver', revenue: 99 },
      ...rows.slice(0, 2).map((row) => ({ ...row, revenue: 1 })),
    ];
    const held = inHeldOrder(newer, ['c', 'a', 'b'], idOf);
    expect(ids(held)).toBe('cbd');
    expect(held[0]?.revenue).toBe(1);
  });

  test('a search wants every word, in any case and order', () => {
    const textOf = (row: (typeof rows)[number]) => row.name;
    expect(ids(matching(rows, 'north chi', textOf))).toBe('c');
    expect(ids(matching(rows, '  ', textOf))).toBe('bca');
    expect(matching(rows, 'paris', textOf)).toEqual([]);
  });
});
