import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { jetstreamManager, StorageType, type StreamConfig } from '@nats-io/jetstream';
import type { Entry, EventLog, Head } from '@ticketrail/pipeline';
import { JetStreamEventLog } from './jetstream-event-log.js';
import { NatsFixture } from './nats.fixture.js';
import { until } from './until.fixture.js';

const partitions = 4;

describe('JetStreamEventLog', () => {
  let nats: NatsFixture;
  beforeEach(async () => {
    nats = await NatsFixture.start();
  });
  afterEach(() => nats.end());

  const create = async (options = {}): Promise<JetStreamEventLog> =>
    JetStreamEventLog.create(await nats.connect(), { partitions, ...options });
  const manager = async () => jetstreamManager(await nats.connect());

  test('opens what was created, knows its number of partitions, and creating again changes nothing', async () => {
    const log = await create();
    await log.append('ingest', 0, { id: 'kept', body: 'kept' });
    const opened = await JetStreamEventLog.open(await nats.connect());
    expect(opened.partitions).toBe(partitions);
    expect(await opened.identity()).toBe(await log.identity());
    const again = await create({ bytesMax: 2 ** 20 });
    expect(await again.identity()).toBe(await log.identity());
    expect((await again.last('ingest', 0))?.id).toBe('kept');
    expect((await (await manager()).streams.info('INGEST')).config.max_bytes).toBe(2 ** 20);
  });

  test('of many that create it at once, all get the same log', async () => {
    const logs = await Promise.all([create(), create(), create()]);
    expect(new Set(await Promise.all(logs.map((log) => log.identity()))).size).toBe(1);
  });

  test('two installations share one server under their prefixes', async () => {
    const [one, other] = [await create({ prefix: 'one' }), await create({ prefix: 'other' })];
    expect(await one.identity()).not.toBe(await other.identity());
    await one.append('ingest', 1, { id: 'of one', body: '' });
    expect(await other.last('ingest', 1)).toBeUndefined();
    expect((await one.last('ingest', 1))?.id).toBe('of one');
  });

  test('the trace of a message comes back with its entry, however it is read', async () => {
    const log = await create();
    const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await log.append('events', 1, { id: 'untraced', body: '' });
    const seq = await log.append('events', 1, { id: 'traced', body: '', trace });
    const read: Entry[] = [];
    for await (const entries of log.read('events', 1, 0, AbortSignal.timeout(5_000))) {
      read.push(...entries);
      if (read.length === 2) break;
    }
    expect(read.map((entry) => entry.trace)).toEqual([undefined, trace]);
    expect((await log.last('events', 1))?.trace).toBe(trace);
    expect((await log.at('events', 1, seq))?.trace).toBe(trace);
    expect(await log.first('events', 1)).not.toHaveProperty('trace');
  });

  test('a reader of heads is not brought the body where there is a summary, and asks for it where there is none', async () => {
    const log = await create();
    await log.append('ingest', 1, { id: 'new', body: 'of twenty events', summary: '20' });
    await log.append('ingest', 1, { id: 'old', body: 'of an older version' });
    const read: Head[] = [];
    for await (const heads of log.readHeads('ingest', 1, 0, AbortSignal.timeout(5_000))) {
      read.push(...heads);
      if (read.length === 2) break;
    }
    expect(read).toMatchObject([
      { id: 'new', summary: '20' },
      { id: 'old', body: 'of an older version' },
    ]);
    expect(read[0]).not.toHaveProperty('body');
  });

  test('a log that is not there is not opened, nor one with another number of partitions', async () => {
    const connection = await nats.connect();
    await expect(JetStreamEventLog.open(connection)).rejects.toMatchObject({ code: 'LOG_MISSING' });
    const log = await create();
    expect(() => log.append('ingest', partitions, { id: 'x', body: '' })).rejects.toThrow(RangeError);
    for (const opening of [JetStreamEventLog.open(connection, { partitions: 5 }), create({ partitions: 5 })]) {
      await expect(opening).rejects.toMatchObject({ code: 'LOG_SETTINGS_CONTRADICT' });
    }
  });

  test.each<[string, Partial<StreamConfig>]>([
    ['forgets by age', { max_age: 3_600_000_000_000 }],
    ['forgets the oldest when it is full', { discard: 'old' as StreamConfig['discard'] }],
    ['keeps a number of messages', { max_msgs: 1000 }],
    ['keeps a number of messages a subject', { max_msgs_per_subject: 10 }],
    ['does not allow direct reads', { allow_direct: false }],
  ])('a stream that %s is refused', async (_, settings) => {
    await create();
    await (await manager()).streams.update('EVENTS', settings);
    const opening = JetStreamEventLog.open(await nats.connect());
    await expect(opening).rejects.toMatchObject({ code: 'LOG_SETTINGS_CONTRADICT' });
  });

  test('a stream in memory is refused', async () => {
    const streams = (await manager()).streams;
    await create();
    const { config } = await streams.info('INGEST');
    await streams.delete('INGEST');
    await streams.add({ ...config, storage: StorageType.Memory });
    await expect(JetStreamEventLog.open(await nats.connect())).rejects.toMatchObject({
      code: 'LOG_SETTINGS_CONTRADICT',
    });
  });

  test.each(['INGEST', 'EVENTS'])(
    'with %s deleted and made anew it is another log, also for who runs',
    async (name) => {
      const log = await create();
      const stream = name === 'INGEST' ? 'ingest' : 'events';
      await log.append(stream, 0, { id: 'gone', body: '' });
      const broken = expect(drain(log, stream, 0)).rejects.toMatchObject({
        code: expect.stringMatching(/^LOG_(MISSING|REPLACED)$/),
      });
      const { streams } = await manager();
      const { config } = await streams.info(name);
      await streams.delete(name);
      await streams.add(config);
      await broken;
      const another = await JetStreamEventLog.open(await nats.connect());
      expect(await another.identity()).not.toBe(await log.identity());
      await expect(drain(log, stream, 0)).rejects.toMatchObject({ code: 'LOG_REPLACED' });
      await expect(log.append(stream, 0, { id: 'late', body: '' })).rejects.toMatchObject({ code: 'LOG_REPLACED' });
    },
  );

  test('a reader of a stream that is deleted ends with an error', async () => {
    const log = await create();
    await log.append('events', 0, { id: 'gone', body: '' });
    const broken = expect(drain(log, 'events', 0)).rejects.toMatchObject({ code: 'LOG_MISSING' });
    await (await manager()).streams.delete('EVENTS');
    await broken;
  });

  test('a full stream refuses and says that it is full until it was trimmed; the other one has room', async () => {
    const log = await create({ bytesMax: 100_000 });
    const body = 'x'.repeat(9_000);
    const seqs: number[] = [];
    const fill = async (): Promise<void> => {
      for (let n = 0; n < 100; n++) seqs.push(await log.append('ingest', 0, { id: `fill-${n}`, body }));
    };
    await expect(fill()).rejects.toMatchObject({ code: 'LOG_FULL' });
    expect(await log.fullness('ingest')).toBeGreaterThanOrEqual(1);
    expect(await log.fullness('events')).toBeLessThan(0.1);
    await log.append('events', 0, { id: 'settled', body }, 0);
    await log.trim('ingest', 0, seqs[4] ?? 0);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await log.fullness('ingest')).toBeLessThan(1);
    await log.append('ingest', 0, { id: 'again', body });
  });

  test('a message larger than the server takes is refused as such', async () => {
    const log = await create();
    const appending = log.append('rows', 0, { id: 'large', body: 'x'.repeat(9_000_000) });
    await expect(appending).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
  });

  test('messages larger than what is asked for at a time come too, in their place', async () => {
    const log = await create();
    const sizes = [10, 5_000_000, 10, 6_000_000, 3_000_000, 3_000_000, 10];
    for (const [n, size] of sizes.entries()) await log.append('rows', 0, { id: `${n}`, body: 'x'.repeat(size) });
    const entries = await take(log, 'rows', 0, sizes.length);
    expect(entries.map((entry) => entry.body.length)).toEqual(sizes);
  });

  test('a changelog that was made again under an old id is another message', async () => {
    const log = await create();
    const first = await log.append('rows', 0, { id: '7', body: 'before' });
    const second = await log.append('rows', 0, { id: '7', body: 'after' });
    expect(second).toBeGreaterThan(first);
    expect((await take(log, 'rows', 0, 2)).map((entry) => entry.body)).toEqual(['before', 'after']);
  });

  test('a reader that is ahead of the log says so instead of waiting for it', async () => {
    const log = await create();
    const seq = await log.append('ingest', 0, { id: 'only', body: '' });
    const reading = log.read('ingest', 0, seq + 5, new AbortController().signal).next();
    await expect(reading).rejects.toMatchObject({ code: 'LOG_WENT_BACK' });
  });

  test('after an outage longer than any request waits, readers and writers go on without waiting as long again', async () => {
    const log = await create();
    await log.append('ingest', 2, { id: 'before', body: '' });
    const reading = take(log, 'ingest', 2, 2);
    await nats.stop();
    const outageMs = 6_000;
    const writing = untilStored(log, 'after');
    await new Promise((resolve) => setTimeout(resolve, outageMs));
    await nats.restart();
    const backAt = performance.now();
    await writing;
    expect((await reading).map((entry) => entry.id)).toEqual(['before', 'after']);
    expect(performance.now() - backAt).toBeLessThan(outageMs / 2);
  });

  test('over restarts of the server, also when it was killed, what was appended is read once, in order', async () => {
    const log = await create();
    const count = 400;
    const reading = take(log, 'ingest', 2, count);
    const writing = (async () => {
      for (let n = 0; n < count; n++) await untilStored(log, `m-${n}`);
    })();
    for (let restart = 0; restart < 3; restart++) {
      await new Promise((resolve) => setTimeout(resolve, 80));
      if (restart > 0) await nats.kill();
      await nats.restart();
    }
    await writing;
    expect((await reading).map((entry) => entry.id)).toEqual(Array.from({ length: count }, (_, n) => `m-${n}`));
  });

  test('a reader notices that the log was put back to an older copy under it', async () => {
    const log = await create();
    const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `m-${from + n}`);
    for (const id of ids(1, 10)) await log.append('events', 1, { id, body: '' });
    const copy = await mkdtemp(join(tmpdir(), 'ticketrail-nats-copy-'));
    try {
      await nats.stop();
      await cp(join(nats.directory, 'jetstream'), copy, { recursive: true });
      await nats.restart();
      for (const id of ids(11, 20)) await untilStored(log, id, 'events', 1);
      let read = 0;
      const reading = (async () => {
        for await (const group of log.read('events', 1, 0, new AbortController().signal)) read += group.length;
      })();
      const broken = expect(reading).rejects.toMatchObject({ code: 'LOG_WENT_BACK' });
      await until(() => read === 20);
      await nats.stop();
      await rm(join(nats.directory, 'jetstream'), { recursive: true });
      await cp(copy, join(nats.directory, 'jetstream'), { recursive: true });
      await nats.restart();
      // The same sequences come a second time, for other entries.
      for (const id of ids(31, 45)) await untilStored(log, id, 'events', 1);
      await broken;
      expect(read).toBe(20);
    } finally {
      await rm(copy, { recursive: true });
    }
  });
});

async function take(log: EventLog, stream: 'ingest' | 'rows', partition: number, count: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const group of log.read(stream, partition, 0, new AbortController().signal)) {
    entries.push(...group);
    if (entries.length >= count) break;
  }
  return entries;
}

async function drain(log: EventLog, stream: 'ingest' | 'events', partition: number): Promise<void> {
  for await (const group of log.read(stream, partition, 0, new AbortController().signal)) {
    expect(group.length).toBeGreaterThan(0);
  }
}

/** Sends again under the same id, as the batcher does, for as long as it is open whether the message was stored. */
async function untilStored(
  log: EventLog,
  id: string,
  stream: 'ingest' | 'events' = 'ingest',
  partition = 2,
): Promise<void> {
  for (;;) {
    try {
      await log.append(stream, partition, { id, body: 'x'.repeat(2_000) });
      return;
    } catch (error) {
      expect(error).toMatchObject({ code: 'LOG_UNAVAILABLE' });
    }
  }
}

test('a server without room for the streams is told of with what to do, and when there is room they are made', async () => {
  const nats = await NatsFixture.start({ maxFileStore: '8MB' });
  try {
    const connection = await nats.connect();
    const sizes = { bytesMax: 2 ** 20, eventsBytesMax: 2 ** 20, rowsBytesMax: 2 ** 20 };
    const create = (larger: Partial<typeof sizes> = {}): Promise<JetStreamEventLog> =>
      JetStreamEventLog.create(connection, { partitions, ...sizes, ...larger });
    await expect(create({ bytesMax: 2 ** 30 })).rejects.toMatchObject({
      code: 'LOG_WITHOUT_ROOM',
      message: expect.stringMatching(/no room for the stream INGEST of up to 1 GiB .+free disk.+LOG_GIGABYTES_MAX/),
    });
    const small = await create();
    await expect(create({ eventsBytesMax: 2 ** 30 })).rejects.toThrow('no room for the stream EVENTS');
    expect(await small.append('ingest', 0, { id: 'one', body: '' })).toBe(1);
    // All of them share one room.
    const rowsBytesMax = 3 * 2 ** 20;
    const crowded = create({ bytesMax: 5 * 2 ** 20, rowsBytesMax });
    await expect(crowded).rejects.toThrow(/no room for the stream ROWS of up to 0.1 GiB .+LOG_GIGABYTES_MAX/);
    await create({ rowsBytesMax });
  } finally {
    await nats.end();
  }
});
