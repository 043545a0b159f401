import { expect, test } from '@jest/globals';
import type { Entry } from '@ticketrail/pipeline';
import { RecentEntries } from './recent-entries.js';

const entry = (seq: number, time = 0): Entry => ({ seq, time, id: `${seq}`, body: 'b' });
const seqs = (entries: readonly Entry[]): number[] => entries.map(({ seq }) => seq);

test('keeps the newest within its size, over many times its size', () => {
  const recent = new RecentEntries({ bodyCharactersMax: 100, ageMsMax: Infinity });
  for (let seq = 1; seq <= 10_000; seq += 1) recent.push(entry(seq));
  expect(recent.count).toBe(100);
  expect([recent.first()?.seq, recent.last()?.seq]).toEqual([9_901, 10_000]);
  expect(seqs(recent.after(9_997, 10))).toEqual([9_998, 9_999, 10_000]);
  expect(seqs(recent.after(0, 2))).toEqual([9_901, 9_902]);
  expect(recent.after(10_000, 10)).toEqual([]);
  expect([recent.at(9_900), recent.at(9_901)?.seq, recent.at(10_001)]).toEqual([undefined, 9_901, undefined]);
});

test('always keeps the newest entry, however large, but not however old', () => {
  const recent = new RecentEntries({ bodyCharactersMax: 0, ageMsMax: 10 });
  recent.push(entry(7, 100));
  expect(recent.count).toBe(1);
  recent.dropOld(110);
  expect(recent.count).toBe(1);
  recent.dropOld(111);
  expect(recent.count).toBe(0);
  expect(recent.bodyCharacters).toBe(0);
});

test('lets go what was trimmed, and refuses a hole', () => {
  const recent = new RecentEntries({ bodyCharactersMax: 100, ageMsMax: Infinity });
  for (const seq of [5, 6, 7]) recent.push(entry(seq));
  recent.dropThrough(6);
  expect(seqs(recent.after(0, 10))).toEqual([7]);
  expect(() => recent.push(entry(9))).toThrow('does not follow');
});
