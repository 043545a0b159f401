import { expect, test } from '@jest/globals';
import type { SettledBatch } from '@ticketrail/core';
import { EntriesAtHand } from './entries-at-hand.js';
import type { Entry } from './ports.js';

/** Entries of so many events each; `decoded` counts how often one of them was. */
function entriesOf(...sizes: readonly number[]) {
  let decoded = 0;
  const entries = sizes.map((size, seq) => ({
    seq,
    get value() {
      decoded++;
      return {
        parts: [{ tenant: 'acme', events: Array.from({ length: size }, () => ({})) }],
      } as unknown as SettledBatch;
    },
  })) as unknown as Entry[];
  return { entries, decoded: () => decoded };
}

test('it is looked ahead over two thousand events and not much further', () => {
  const { entries } = entriesOf(...Array.from({ length: 10 }, () => 600));
  const seen = [...new EntriesAtHand().ahead(entries, 2)].map(([{ seq }]) => seq);
  expect(seen).toEqual([2, 3, 4, 5]);
});

test('behind the last entry nothing is at hand', () => {
  expect([...new EntriesAtHand().ahead(entriesOf(1, 1).entries, 2)]).toEqual([]);
});

test('an entry is decoded once, however often it is looked at', () => {
  const { entries, decoded } = entriesOf(1, 1, 1);
  const atHand = new EntriesAtHand();
  for (let index = 0; index < entries.length; index++) {
    const [own] = atHand.ahead(entries, index);
    expect(own![1]).toBe(atHand.batchOf(entries[index]!));
  }
  expect(decoded()).toBe(3);
});
