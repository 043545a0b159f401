import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Entry, Message } from '@ticketrail/pipeline';
import { LmdbEventLog, type LmdbEventLogOptions } from './lmdb-event-log.js';

let directory: string;
let log: LmdbEventLog;
let time: number;

const message = (n: number, body = `{"n":${n}}`): Message => ({ id: `message-${n}`, body });
const open = (options: Partial<LmdbEventLogOptions> = {}): Promise<LmdbEventLog> =>
  LmdbEventLog.open({ directory, now: () => time, ...options });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ticketrail-log-'));
  time = 1_800_000_000_000;
  log = await open();
});
afterEach(async () => {
  await log.close();
  await rm(directory, { recursive: true });
});

async function reopen(options: Partial<LmdbEventLogOptions> = {}): Promise<void> {
  await log.close();
  log = await open(options);
}

async function nextGroup(groups: AsyncGenerator<Entry[]>): Promise<Entry[]> {
  return (await groups.next()).value as Entry[];
}

test('sequences run from 1 without holes, in each partition of each stream', async () => {
  for (const stream of ['ingest', 'events'] as const) {
    for (const partition of [0, 1]) {
      expect(await log.append(stream, partition, message(1))).toBe(1);
      expect(await log.append(stream, partition, message(2))).toBe(2);
    }
  }
});

test('appends issued together share a sync', async () => {
  const before = log.stats().commits;
  await Promise.all(Array.from({ length: 500 }, (_, n) => log.append('ingest', n % 8, message(n))));
  expect(log.stats().commits - before).toBe(1);
});

test('appends issued while a sync is on its way share the next one', async () => {
  const before = log.stats().commits;
  const appends = [log.append('ingest', 0, message(0))];
  await Promise.resolve().then(() => undefined);
  for (let n = 1; n <= 100; n += 1) appends.push(log.append('ingest', 0, message(n)));
  await Promise.all(appends);
  expect(log.stats().commits - before).toBe(2);
});

test('a reader that follows gets the very value that was appended, and one that catches up from disk gets none', async () => {
  const value = { n: 1 };
  const abort = new AbortController();
  const following = nextGroup(log.read('ingest', 0, 0, abort.signal));
  await log.append('ingest', 0, { ...message(1), value });
  const [entry] = await following;
  expect(entry?.value).toBe(value);
  expect(entry?.body).toBe(message(1).body);
  await reopen();
  const [fromDisk] = await nextGroup(log.read('ingest', 0, 0, abort.signal));
  expect(fromDisk).toEqual({ seq: 1, time, ...message(1) });
});

test('memory for readers is bounded, whatever was appended', async () => {
  await reopen({ recentCharactersMax: 10_000 });
  for (let n = 1; n <= 50; n += 1) await log.append('ingest', 0, message(n, 'x'.repeat(1_000)));
  expect(log.stats().recentCharacters).toBe(10_000);
  expect((await log.first('ingest', 0))?.seq).toBe(1);
});

test('what all who read have read leaves memory, and is on disk for who comes later', async () => {
  const ending = new AbortController();
  const reader = (): AsyncIterator<Entry[]> => log.read('ingest', 0, 0, ending.signal)[Symbol.asyncIterator]();
  const [quick, slow] = [reader(), reader()];
  await Promise.all([1, 2].map((n) => log.append('ingest', 0, message(n))));
  await Promise.all([quick.next(), slow.next()]);
  const ofTwo = log.stats().recentCharacters;
  expect(ofTwo).toBe(2 * message(1).body.length);
  // Who asks for more is done with what was handed over; the slow one is not yet.
  await Promise.all([quick.next(), log.append('ingest', 0, message(3))]);
  expect(log.stats().recentCharacters).toBeGreaterThan(ofTwo);
  await slow.next();
  expect(log.stats().recentCharacters).toBeLessThan(ofTwo);
  const late = await reader().next();
  expect((late.value as Entry[]).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  ending.abort();
});

test('a log that is full refuses, still takes what settles it, and takes more after a trim', async () => {
  await reopen({ bytesMax: 1_000_000 });
  const body = 'x'.repeat(40_000);
  let stored = 0;
  await expect(
    (async () => {
      for (;;) {
        await log.append('ingest', 0, message(stored + 1, body));
        stored += 1;
      }
    })(),
  ).rejects.toMatchObject({ code: 'LOG_FULL' });
  expect(stored).toBeGreaterThan(14);
  expect(await log.fullness('ingest')).toBeGreaterThan(0.9);
  expect((await log.last('ingest', 0))?.seq).toBe(stored);
  expect(await log.append('events', 0, message(1, body))).toBe(1);

  await log.trim('ingest', 0, stored - 2);
  expect(await log.append('ingest', 0, message(stored + 1, body))).toBe(stored + 1);
  expect(log.stats().bytesUsed).toBeLessThan(300_000);
  expect(await log.fullness('ingest')).toBeLessThan(0.5);
});

test('a full log refuses only what has no room of a group', async () => {
  await reopen({ bytesMax: 1_000_000 });
  const sizes = [300_000, 900_000, 300_000];
  const group = sizes.map((size, n) => log.append('ingest', 0, message(n, 'x'.repeat(size))));
  const settled = await Promise.allSettled(group);
  expect(settled.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((await log.last('ingest', 0))?.seq).toBe(2);
});

test('a large trim is done in steps, and appends go on in between', async () => {
  await Promise.all(Array.from({ length: 5_000 }, (_, n) => log.append('ingest', 0, message(n))));
  const trimmed = log.trim('ingest', 0, 4_000);
  const appended = log.append('ingest', 0, message(5_001));
  expect(await appended).toBe(5_001);
  expect((await log.first('ingest', 0))?.seq).toBeLessThan(4_001);
  await trimmed;
  expect((await log.first('ingest', 0))?.seq).toBe(4_001);
});

test('an entry being trimmed counts as gone, even where the disk shows it before this thread has heard', async () => {
  await reopen({ recentCharactersMax: 0 });
  await Promise.all(Array.from({ length: 100 }, (_, n) => log.append('ingest', 0, message(n))));
  const trimmed = log.trim('ingest', 0, 50);
  await Promise.resolve().then(() => undefined);
  // Nothing else runs on this thread while the other one commits.
  for (const end = Date.now() + 100; Date.now() < end;);
  expect(await log.at('ingest', 0, 10)).toBeUndefined();
  expect((await log.first('ingest', 0))?.seq).toBe(51);
  await trimmed;
});

test('the last sequence is expected even after everything was trimmed and the log opened again', async () => {
  for (const n of [1, 2, 3]) await log.append('events', 0, message(n));
  await log.trim('events', 0, 3);
  await reopen();
  await expect(log.append('events', 0, message(4), 0)).rejects.toMatchObject({ code: 'UNEXPECTED_LAST_ENTRY' });
  expect(await log.append('events', 0, message(4), 3)).toBe(4);
});

test('closing waits for appends on their way; afterwards nothing is taken and readers are told', async () => {
  const abort = new AbortController();
  const reading = log.read('events', 0, 0, abort.signal).next();
  const appends = [1, 2, 3].map((n) => log.append('ingest', 0, message(n)));
  const closing = log.close();
  expect(await Promise.all(appends)).toEqual([1, 2, 3]);
  await closing;
  await expect(reading).rejects.toMatchObject({ code: 'LOG_CLOSED' });
  await expect(log.append('ingest', 0, message(4))).rejects.toMatchObject({ code: 'LOG_CLOSED' });
  log = await open();
  expect((await log.last('ingest', 0))?.seq).toBe(3);
});

test('a second writer of the directory is refused by name and process', async () => {
  await expect(open()).rejects.toMatchObject({ code: 'DIRECTORY_IN_USE', directory, pid: process.pid });
});

test('rows are let go by age and by size, and their sequences rise over a restart', async () => {
  await reopen({ rowsAgeMsMax: 1_000, rowsCharactersMax: 3_000 });
  const seqs = [];
  for (let n = 1; n <= 5; n += 1) seqs.push(await log.append('rows', 0, message(n, 'x'.repeat(1_000))));
  expect((await log.first('rows', 0))?.id).toBe('message-3');
  time += 600;
  seqs.push(await log.append('rows', 0, message(6, 'y')));
  time += 600;
  expect((await log.first('rows', 0))?.id).toBe('message-6');
  expect(log.stats()).toMatchObject({ rowsEntries: 1, rowsCharacters: 1 });
  await reopen();
  expect(await log.last('rows', 0)).toBeUndefined();
  expect(await log.append('rows', 0, message(7), 0)).toBeGreaterThan(seqs.at(-1) ?? Infinity);
});

test('what is no partition is refused', async () => {
  for (const partition of [-1, 1.5, 2 ** 32]) {
    await expect(log.append('ingest', partition, message(1))).rejects.toThrow(RangeError);
    await expect(log.append('rows', partition, message(1))).rejects.toThrow(RangeError);
  }
});
