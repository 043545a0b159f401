import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ColumnList, type Field } from './column-list.js';
import { JsonBytes } from './json-bytes.js';
import { KeptList, KeptLists, ListWriting } from './kept-lists.js';

/** Enough for a list to be kept. */
const INDEXES = 1_100;
const MEMBERS = 40;

/** What may change between two lists. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('count' as const), at: fc.nat(INDEXES - 1), value: fc.integer() }),
  fc.record({
    kind: fc.constant('rate' as const),
    at: fc.nat(INDEXES - 1),
    value: fc.constantFrom(Number.NaN, 0, -0, 0.25, 1 / 3),
  }),
  fc.record({
    kind: fc.constant('name' as const),
    at: fc.nat(MEMBERS - 1),
    value: fc.constantFrom('', 'Süd "x"', 'b'),
  }),
  fc.record({ kind: fc.constant('member' as const), at: fc.nat(INDEXES - 1), value: fc.nat(MEMBERS - 1) }),
  // Rows come and go, and are moved about, singly and all of them.
  fc.record({ kind: fc.constant('swap' as const), at: fc.nat(INDEXES - 1), value: fc.nat(INDEXES - 1) }),
  fc.record({
    kind: fc.constant('length' as const),
    at: fc.constant(0),
    value: fc.integer({ min: 990, max: INDEXES }),
  }),
  fc.record({ kind: fc.constant('turn' as const), at: fc.constant(0), value: fc.constant(0) }),
);

const rounds = fc.array(fc.array(change, { maxLength: 12 }), { minLength: 1, maxLength: 5 });

class Made {
  readonly counts = Float64Array.from({ length: INDEXES }, (_, index) => index * 7);
  readonly rates = Float64Array.from({ length: INDEXES }, (_, index) => index / 3);
  readonly names = Array.from({ length: MEMBERS }, (_, member) => `name ${member}`);
  readonly members = Int32Array.from({ length: INDEXES }, (_, index) => index % MEMBERS);
  private readonly order = Int32Array.from({ length: INDEXES }, (_, place) => place);
  private length = INDEXES;

  change({ kind, at, value }: { kind: string; at: number; value: number | string }): void {
    if (kind === 'count') this.counts[at] = value as number;
    else if (kind === 'rate') this.rates[at] = value as number;
    else if (kind === 'name') this.names[at] = value as string;
    else if (kind === 'member') this.members[at] = value as number;
    else if (kind === 'length') this.length = value as number;
    else if (kind === 'turn') this.order.reverse();
    else [this.order[at], this.order[value as number]] = [this.order[value as number]!, this.order[at]!];
  }

  list(kept?: KeptList, rows = this.length): ColumnList<object> {
    const fields: Field[] = [
      { name: 'name', textOf: (member) => this.names[member]!, members: this.members },
      { name: 'count', numbers: this.counts, per: 100 },
      { name: 'rate', numbers: (index) => this.rates[index]!, per: 1 },
    ];
    return new ColumnList(this.order.slice(0, rows), fields, kept);
  }
}

/** Writes lists by turns, a slice of each. */
function written(lists: readonly ColumnList<object>[], slice: number, room = 8): string[] {
  const writings = lists.map((list) => {
    const bytes = new JsonBytes(room);
    return { bytes, writing: new ListWriting(list, bytes), isDone: false };
  });
  for (const { bytes } of writings) bytes.raw('[');
  while (writings.some(({ isDone }) => !isDone)) {
    for (const one of writings) if (!one.isDone) one.isDone = one.writing.write(slice);
  }
  return writings.map(({ bytes, writing }) => {
    bytes.raw(']');
    const answer = bytes.written;
    writing.keep(answer);
    return Buffer.from(answer).toString('utf8');
  });
}

test('a list of which rows are copied is written as one of which none are, whatever changed since the one before', () => {
  fc.assert(
    fc.property(rounds, fc.constantFrom(1, 13, 5_000), (all, slice) => {
      const made = new Made();
      const kept = new KeptList(new KeptLists(), 0);
      written([made.list(kept)], slice);
      for (const changes of all) {
        for (const one of changes) made.change(one);
        expect(written([made.list(kept)], slice)).toEqual([JSON.stringify(made.list().rows())]);
      }
    }),
    { numRuns: 60 },
  );
});

test('columns that change while a list is being written, and another list meanwhile, do not change it', () => {
  const made = new Made();
  const kept = new KeptList(new KeptLists(), 0);
  written([made.list(kept)], 5_000);
  const before = JSON.stringify(made.list().rows());
  const first = made.list(kept);
  made.change({ kind: 'count', at: 5, value: -1 });
  made.change({ kind: 'name', at: 3, value: 'other' });
  made.change({ kind: 'member', at: 9, value: 1 });
  const after = JSON.stringify(made.list().rows());
  expect(written([first, made.list(kept)], 3)).toEqual([before, after]);
  expect(written([made.list(kept)], 3)).toEqual([after]);
});

test('lists of other fields, and short ones, take nothing from what is kept', () => {
  const made = new Made();
  const all = new KeptLists();
  const kept = new KeptList(all, 0);
  written([made.list(kept)], 5_000);
  const size = all.size;
  expect(written([made.list(kept, 50)], 5_000)).toEqual([JSON.stringify(made.list(undefined, 50).rows())]);
  expect(all.size).toBe(size);
  const order = Int32Array.from({ length: INDEXES }, (_, index) => index);
  const other = (): ColumnList<object> =>
    new ColumnList(order, [{ name: 'count', numbers: made.counts, per: 10 }], kept);
  expect(written([other()], 5_000)).toEqual([JSON.stringify(other().rows())]);
});

test('what is kept stays within its bound, what was asked for last the longest', () => {
  const made = new Made();
  const one = new KeptLists();
  written([made.list(new KeptList(one, 0))], 5_000, 100_000);
  const all = new KeptLists(one.size * 2);
  const kept = [0, 1, 2].map((table) => new KeptList(all, table));
  for (const turn of [0, 1, 0, 2]) written([made.list(kept[turn])], 5_000, 100_000);
  expect(kept.map((list) => list.written !== undefined)).toEqual([true, false, true]);
  expect(all.size).toBe(one.size * 2);
});

test('a list that nobody asks for any more is let go of', () => {
  const made = new Made();
  const all = new KeptLists();
  const [asked, left] = [new KeptList(all, 0), new KeptList(all, 0)];
  for (const list of [asked, left]) written([made.list(list)], 5_000);
  for (let second = 0; second < 60; second++) {
    all.tend(0);
    all.tend(1);
    if (second % 30 === 0) written([made.list(asked)], 5_000);
  }
  expect([asked.written === undefined, left.written === undefined]).toEqual([false, true]);
});
