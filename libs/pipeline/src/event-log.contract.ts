/**
 * What every EventLog must do, as tests. An adapter calls `eventLogContract` in a test file of its own.
 *
 * Each test uses a partition of its own, so that one log serves them all and a slow engine starts once.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Entry, EventLog, Message, StreamName } from './ports.js';
import { drain, idsAfter, take, takeHeads } from './read-log.contract.js';

export interface EventLogFixture {
  readonly log: EventLog;
  /** Closes the log and opens the same one again, as a restart of the process would. Only the newest is used from then on. */
  reopen(): Promise<EventLog>;
  close(): Promise<void>;
}

let partitions = 0;

/** @param open creates a new, empty log each time. */
export function eventLogContract(name: string, open: () => Promise<EventLogFixture>): void {
  describe(`${name} keeps the contract of an event log`, () => {
    let fixture: EventLogFixture;
    let log: EventLog;

    beforeAll(async () => {
      fixture = await open();
      log = fixture.log;
    });
    afterAll(() => fixture.close());

    const reopen = async (): Promise<void> => {
      log = await fixture.reopen();
    };
    const store = (stream: StreamName, partition: number, from: number, to: number): Promise<number[]> =>
      Promise.all(numbers(from, to).map((n) => log.append(stream, partition, message(n))));

    describe.each<StreamName>(['ingest', 'events', 'rows'])('on %s', (stream) => {
      test('sequences are positive and rise in the order of appending', async () => {
        const partition = nextPartition();
        const seqs = [];
        for (const n of numbers(1, 5)) seqs.push(await log.append(stream, partition, message(n)));
        expectRising(seqs);
      });

      test('appends issued together are stored in the order in which they were issued', async () => {
        const partition = nextPartition();
        const seqs = await store(stream, partition, 1, 200);
        expectRising(seqs);
        const entries = await take(log, stream, partition, 0, 200);
        expect(entries.map((entry) => entry.body)).toEqual(numbers(1, 200).map((n) => message(n).body));
        expect(entries.map((entry) => entry.seq)).toEqual(seqs);
      });

      test('an entry is handed back as it was stored, with a time', async () => {
        const partition = nextPartition();
        const seq = await log.append(stream, partition, message(1));
        const entry = await log.at(stream, partition, seq);
        expect(entry).toMatchObject({ seq, ...message(1) });
        expect(entry?.time).toBeGreaterThan(0);
      });

      test('a value given with the message is handed over as it is or not at all, and the body always', async () => {
        const partition = nextPartition();
        const value = { lines: [1, 2, 3] };
        const tail = take(log, stream, partition, 0, 1);
        await log.append(stream, partition, { id: 'with-value', body: JSON.stringify(value), value });
        const [entry] = await tail;
        expect(entry?.body).toBe(JSON.stringify(value));
        expect([undefined, value]).toContainEqual(entry?.value);
      });

      test('bodies of a megabyte and any text come back unchanged', async () => {
        const partition = nextPartition();
        const bodies = ['', 'crème brûlée 😀 日本語 \u0000 \uFFFD', 'x'.repeat(1_000_000), 'é'.repeat(500_000)];
        for (const [n, body] of bodies.entries()) await log.append(stream, partition, { id: `ïd-${n}`, body });
        const entries = await take(log, stream, partition, 0, bodies.length);
        expect(entries.map((entry) => entry.body === bodies[Number(entry.id.slice(3))])).toEqual([
          true,
          true,
          true,
          true,
        ]);
      });

      test('a reader of heads gets the summary or the body of every entry, and any other reader the body', async () => {
        const partition = nextPartition();
        const summaries = ['[["crème 😀",20]]', undefined, 's'.repeat(10_000), '[]'];
        const messages = summaries.map((summary, n) => ({
          ...message(n),
          ...(summary === undefined ? {} : { summary }),
        }));
        const following = takeHeads(log, stream, partition, 0, 4);
        for (const one of messages) await log.append(stream, partition, one);
        const entries = await take(log, stream, partition, 0, 4);
        expect(entries.map(({ body }) => body)).toEqual(messages.map(({ body }) => body));
        for (const heads of [await following, await takeHeads(log, stream, partition, 0, 4)]) {
          expect(heads.map(({ seq, time, id }) => ({ seq, time, id }))).toEqual(
            entries.map(({ seq, time, id }) => ({ seq, time, id })),
          );
          for (const [n, { summary, body }] of heads.entries()) {
            expect([summaries[n], undefined]).toContain(summary);
            expect(body ?? (summary === undefined ? undefined : messages[n]!.body)).toBe(messages[n]!.body);
          }
        }
        expect((await takeHeads(log, stream, partition, entries[2]!.seq, 1)).map(({ id }) => id)).toEqual([
          message(3).id,
        ]);
      });

      test('an append expecting the last entry is stored, and one expecting another is refused', async () => {
        const partition = nextPartition();
        const first = await log.append(stream, partition, message(1), 0);
        const second = await log.append(stream, partition, message(2), first);
        await expect(log.append(stream, partition, message(3), first)).rejects.toMatchObject(unexpected);
        await expect(log.append(stream, partition, message(3), 0)).rejects.toMatchObject(unexpected);
        await expect(log.append(stream, partition, message(3), second + 1000)).rejects.toMatchObject(unexpected);
        expect((await log.last(stream, partition))?.seq).toBe(second);
      });

      test('of two writers that expect the same last entry, one is refused', async () => {
        const partition = nextPartition();
        const last = await log.append(stream, partition, message(1));
        const both = await Promise.allSettled([
          log.append(stream, partition, message(2), last),
          log.append(stream, partition, message(3), last),
        ]);
        expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(await idsAfter(log, stream, partition, 0, 2)).toHaveLength(2);
      });

      test('partitions and streams are independent of one another', async () => {
        const [one, other] = [nextPartition(), nextPartition()];
        await log.append(stream, one, message(1), 0);
        await log.append(stream, other, message(2), 0);
        await log.append(stream === 'ingest' ? 'events' : 'ingest', one, message(3), 0);
        expect(await idsAfter(log, stream, one, 0, 1)).toEqual([message(1).id]);
        expect((await log.last(stream, one))?.id).toBe(message(1).id);
        expect((await log.last(stream, other))?.id).toBe(message(2).id);
      });

      test('an empty partition has no entries and waits for the first', async () => {
        const partition = nextPartition();
        expect(await log.last(stream, partition)).toBeUndefined();
        expect(await log.first(stream, partition)).toBeUndefined();
        expect(await log.at(stream, partition, 1)).toBeUndefined();
        const waiting = idsAfter(log, stream, partition, 0, 1);
        await log.append(stream, partition, message(1));
        expect(await waiting).toEqual([message(1).id]);
      });

      test('reading begins after the position and goes on with what is stored later', async () => {
        const partition = nextPartition();
        const seqs = await store(stream, partition, 1, 10);
        const reading = idsAfter(log, stream, partition, seqs[3] ?? 0, 12);
        await store(stream, partition, 11, 13);
        for (const n of numbers(14, 16)) await log.append(stream, partition, message(n));
        expect(await reading).toEqual(numbers(5, 16).map((n) => message(n).id));
      });

      test('nothing is missed or doubled between catching up and following', async () => {
        const partition = nextPartition();
        await store(stream, partition, 1, 100);
        const reading = idsAfter(log, stream, partition, 0, 600);
        for (let from = 101; from <= 600; from += 25) await store(stream, partition, from, from + 24);
        expect(await reading).toEqual(numbers(1, 600).map((n) => message(n).id));
      });

      test('several readers each get everything, wherever they begin', async () => {
        const partition = nextPartition();
        const seqs = await store(stream, partition, 1, 20);
        const readings = [0, 5, 10].map((skip) => idsAfter(log, stream, partition, seqs[skip - 1] ?? 0, 40 - skip));
        await store(stream, partition, 21, 40);
        const expected = [0, 5, 10].map((skip) => numbers(skip + 1, 40).map((n) => message(n).id));
        expect(await Promise.all(readings)).toEqual(expected);
      });

      test('an entry is readable once its append has answered', async () => {
        const partition = nextPartition();
        for (const n of numbers(1, 20)) {
          const seq = await log.append(stream, partition, message(n));
          expect((await log.at(stream, partition, seq))?.id).toBe(message(n).id);
          expect((await log.last(stream, partition))?.seq).toBe(seq);
        }
      });

      test('aborting ends a reader without an error: before it begins, while it waits, and between groups', async () => {
        const partition = nextPartition();
        expect(await drain(log.read(stream, partition, 0, AbortSignal.abort()))).toEqual([]);

        const waiting = new AbortController();
        const idle = drain(log.read(stream, partition, 0, waiting.signal));
        await pause(20);
        waiting.abort();
        expect(await idle).toEqual([]);

        await store(stream, partition, 1, 3);
        const between = new AbortController();
        const seen: Entry[] = [];
        for await (const group of log.read(stream, partition, 0, between.signal)) {
          seen.push(...group);
          if (seen.length === 3) between.abort();
        }
        expect(seen).toHaveLength(3);
      });

      test('first, last and at find the entries there are', async () => {
        const partition = nextPartition();
        const seqs = await store(stream, partition, 1, 5);
        expect((await log.first(stream, partition))?.id).toBe(message(1).id);
        expect((await log.last(stream, partition))?.id).toBe(message(5).id);
        expect((await log.at(stream, partition, seqs[2] ?? 0))?.id).toBe(message(3).id);
        expect(await log.at(stream, partition, (seqs[4] ?? 0) + 1)).toBeUndefined();
        expect(await log.at(stream, partition, 0)).toBeUndefined();
      });

      test('trimming forgets entries up to and including the position, and readers begin behind it', async () => {
        const partition = nextPartition();
        const seqs = await store(stream, partition, 1, 10);
        await log.trim(stream, partition, seqs[5] ?? 0);
        expect((await log.first(stream, partition))?.id).toBe(message(7).id);
        expect((await log.last(stream, partition))?.id).toBe(message(10).id);
        expect(await log.at(stream, partition, seqs[5] ?? 0)).toBeUndefined();
        expect(await idsAfter(log, stream, partition, 0, 4)).toEqual(numbers(7, 10).map((n) => message(n).id));
        await log.trim(stream, partition, seqs[2] ?? 0);
        expect((await log.first(stream, partition))?.id).toBe(message(7).id);
      });

      test('trimming takes from a reader nothing but what is trimmed', async () => {
        const partition = nextPartition();
        const seqs = await store(stream, partition, 1, 600);
        const seen: string[] = [];
        const abort = new AbortController();
        const reading = (async () => {
          for await (const group of log.read(stream, partition, 0, abort.signal)) {
            seen.push(...group.map((entry) => entry.id));
            if (seen.at(-1) === message(700).id) return;
            await pause(0);
          }
        })();
        for (let trimmed = 20; trimmed <= 500; trimmed += 20) {
          await log.trim(stream, partition, seqs[trimmed - 1] ?? 0);
          await log.first(stream, partition);
        }
        await store(stream, partition, 601, 700);
        await reading;
        expect(seen.slice(-200)).toEqual(numbers(501, 700).map((n) => message(n).id));
        expect(new Set(seen).size).toBe(seen.length);
      });

      test('after everything was trimmed the partition is empty, and sequences are not used again', async () => {
        const partition = nextPartition();
        const seqs = await store(stream, partition, 1, 3);
        const last = seqs[2] ?? 0;
        await log.trim(stream, partition, last + 1000);
        expect(await log.first(stream, partition)).toBeUndefined();
        expect(await log.last(stream, partition)).toBeUndefined();
        const reading = idsAfter(log, stream, partition, 0, 1);
        expect(await log.append(stream, partition, message(4))).toBeGreaterThan(last);
        expect(await reading).toEqual([message(4).id]);
      });
    });

    describe.each<StreamName>(['ingest', 'events'])('%s survives a restart', (stream) => {
      test('with its entries, their order, ids, times and sequences', async () => {
        const partition = nextPartition();
        await store(stream, partition, 1, 50);
        const before = await take(log, stream, partition, 0, 50);
        await reopen();
        const after = await take(log, stream, partition, 0, 50);
        expect(after.map(withoutValue)).toEqual(before.map(withoutValue));
        const next = await log.append(stream, partition, message(51), before[49]?.seq);
        expect(next).toBeGreaterThan(before[49]?.seq ?? Infinity);
      });

      test('with what was trimmed still gone and its sequences not used again', async () => {
        const [some, all] = [nextPartition(), nextPartition()];
        const kept = await store(stream, some, 1, 10);
        const gone = await store(stream, all, 1, 10);
        await log.trim(stream, some, kept[4] ?? 0);
        await log.trim(stream, all, gone[9] ?? 0);
        await reopen();
        expect((await log.first(stream, some))?.seq).toBe(kept[5]);
        expect((await log.last(stream, some))?.seq).toBe(kept[9]);
        expect(await log.last(stream, all)).toBeUndefined();
        expect(await log.append(stream, all, message(11))).toBeGreaterThan(gone[9] ?? Infinity);
      });
    });

    test('a reader slower than the log gets every entry', async () => {
      const partition = nextPartition();
      const abort = new AbortController();
      const seen: string[] = [];
      const body = 'b'.repeat(50_000);
      const reading = (async () => {
        for await (const group of log.read('ingest', partition, 0, abort.signal)) {
          seen.push(...group.map((entry) => entry.id));
          if (seen.length >= 300) return;
          await pause(5);
        }
      })();
      for (let from = 1; from <= 300; from += 20) {
        await Promise.all(
          numbers(from, from + 19).map((n) => log.append('ingest', partition, { ...message(n), body })),
        );
      }
      await reading;
      abort.abort();
      expect(seen).toEqual(numbers(1, 300).map((n) => message(n).id));
    });

    test('a log with room says how much of it is taken', async () => {
      for (const stream of ['ingest', 'events', 'rows'] as const) {
        const fullness = await log.fullness(stream);
        expect(fullness).toBeGreaterThanOrEqual(0);
        expect(fullness).toBeLessThan(1);
      }
    });

    test('the identity stays over a restart and differs from that of another log', async () => {
      const identity = await log.identity();
      expect(identity).not.toBe('');
      await reopen();
      expect(await log.identity()).toBe(identity);
      const other = await open();
      try {
        expect(await other.log.identity()).not.toBe(identity);
      } finally {
        await other.close();
      }
    });
  });
}

const unexpected = { code: 'UNEXPECTED_LAST_ENTRY' };

function nextPartition(): number {
  partitions += 1;
  return partitions;
}

function message(n: number): Message {
  return { id: `message-${n}`, body: JSON.stringify({ n }) };
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function withoutValue({ seq, time, id, body }: Entry): Entry {
  return { seq, time, id, body };
}

function expectRising(seqs: readonly number[]): void {
  expect(seqs[0]).toBeGreaterThan(0);
  for (const [index, seq] of seqs.entries()) expect(seq).toBeGreaterThan(seqs[index - 1] ?? 0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
