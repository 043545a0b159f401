import { describe, expect, test } from '@jest/globals';
import type { IngestBatch } from '@ticketrail/core';
import { Batcher, decodeIngest, LogFull, Overloaded, type TakenEvent } from '@ticketrail/pipeline';
import { ManualClock } from './manual-clock.js';
import { MemoryDisk } from './memory-disk.js';
import { MemoryEventLog } from './memory-event-log.js';

const event = (id: number): TakenEvent => ({ text: `{"id":${id}}`, value: { id } });

function open(options: Partial<ConstructorParameters<typeof Batcher>[2]> = {}) {
  const clock = new ManualClock(1_000_000);
  const disk = new MemoryDisk(clock, 'log-1');
  const log = MemoryEventLog.on(disk);
  const batcher = new Batcher(log, clock, {
    collector: 'c',
    boot: 'b',
    partitions: 2,
    lingerMinMs: 2,
    lingerMaxMs: 15,
    batchEventsMax: 10,
    batchBytesMax: 1_000,
    pendingBytesMax: 2_000,
    ...options,
  });
  const messages = (partition: number): IngestBatch[] =>
    disk.partition('ingest', partition).entries.map((entry) => decodeIngest({ ...entry, value: undefined }));
  return { clock, disk, batcher, messages };
}

describe('Batcher', () => {
  test('puts what arrives within the linger into one message and answers when it is stored', async () => {
    const { clock, batcher, messages } = open();
    const answered: string[] = [];
    void batcher.take('demo', [{ partition: 0, events: [event(1)] }]).then(() => answered.push('first'));
    void batcher.take('other', [{ partition: 0, events: [event(2)] }]).then(() => answered.push('second'));
    await clock.advance(1);
    expect(answered).toEqual([]);
    await clock.advance(2);
    expect(answered).toEqual(['first', 'second']);
    expect(messages(0)).toHaveLength(1);
    expect(messages(0)[0]!.parts.map(({ tenant, events }) => [tenant, events])).toEqual([
      ['demo', [{ id: 1 }]],
      ['other', [{ id: 2 }]],
    ]);
  });

  test('numbers its messages by partition without holes', async () => {
    const { clock, batcher, messages } = open();
    for (let i = 0; i < 5; i++) {
      void batcher.take('demo', [{ partition: i % 2, events: [event(i)] }]);
      await clock.advance(20);
    }
    expect(messages(0).map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(messages(1).map(({ n }) => n)).toEqual([1, 2]);
  });

  test('a request over several partitions is answered when all of them are stored', async () => {
    const { clock, disk, batcher } = open();
    disk.onWrite = ({ target }) => (target === 'ingest.1' ? { delayMs: 100 } : undefined);
    let isAnswered = false;
    const shares = [0, 1].map((partition) => ({ partition, events: [event(partition)] }));
    void batcher.take('demo', shares).then(() => (isAnswered = true));
    await clock.advance(50);
    expect(isAnswered).toBe(false);
    await clock.advance(100);
    expect(isAnswered).toBe(true);
  });

  test('does not wait once a message is full, and never makes one larger than it may be', async () => {
    const { clock, batcher, messages } = open({ lingerMinMs: 1_000, lingerMaxMs: 1_000 });
    for (let i = 0; i < 5; i++) {
      void batcher.take('demo', [{ partition: 0, events: [event(1), event(2), event(3)] }]);
    }
    await clock.advance(1);
    expect(messages(0)[0]!.parts[0]!.events).toHaveLength(9);
    await clock.advance(1_000);
    expect(messages(0)[1]!.parts[0]!.events).toHaveLength(6);
  });

  test('splits what is more than a message may hold, in events or in bytes', async () => {
    const { clock, batcher, messages } = open({ pendingBytesMax: 100_000 });
    const many = Array.from({ length: 25 }, (_, id) => event(id));
    const long = Array.from({ length: 3 }, () => ({ text: `"${'x'.repeat(600)}"`, value: '' }));
    let isAnswered = false;
    const shares = [
      { partition: 0, events: many },
      { partition: 1, events: long },
    ];
    void batcher.take('demo', shares).then(() => (isAnswered = true));
    await clock.advance(100);
    expect(isAnswered).toBe(true);
    expect(messages(0).map(({ parts }) => parts[0]!.events.length)).toEqual([10, 10, 5]);
    expect(messages(0).flatMap(({ parts }) => parts[0]!.events)).toEqual(many.map(({ value }) => value));
    expect(messages(1)).toHaveLength(3);
  });

  test('refuses before taking anything when too much is waiting', async () => {
    const { clock, batcher, messages } = open({ pendingBytesMax: 20 });
    void batcher.take('demo', [{ partition: 0, events: [event(1), event(2)] }]);
    await expect(batcher.take('demo', [{ partition: 0, events: [event(3)] }])).rejects.toThrow(Overloaded);
    await clock.advance(20);
    expect(messages(0).flatMap(({ parts }) => parts.flatMap(({ events }) => events))).toEqual([{ id: 1 }, { id: 2 }]);
    expect(batcher.backlogBytes).toBe(0);
  });

  test('sends again under the same id when the log does not answer', async () => {
    const { clock, disk, batcher } = open();
    disk.failWrite(1, 'before');
    let isAnswered = false;
    void batcher.take('demo', [{ partition: 0, events: [event(1)] }]).then(() => (isAnswered = true));
    await clock.advance(1_000);
    expect(isAnswered).toBe(true);
    expect(disk.partition('ingest', 0).entries.map(({ id }) => id)).toEqual(['c.b.1']);
  });

  test('tells its senders when the log is full', async () => {
    const { clock, disk, batcher } = open();
    disk.failWrite(1, 'before', new LogFull('full'));
    const taken = batcher.take('demo', [{ partition: 0, events: [event(1)] }]);
    const refused = expect(taken).rejects.toThrow(Overloaded);
    await clock.advance(100);
    await refused;
  });

  test('partitions depart together: a request over several waits no longer than its first', async () => {
    const { clock, disk, batcher } = open({ lingerMinMs: 10, lingerMaxMs: 10 });
    const storedAt: number[] = [];
    disk.onWrite = () => void storedAt.push(clock.now());
    void batcher.take('demo', [{ partition: 0, events: [event(1)] }]);
    await clock.advance(7);
    void batcher.take('demo', [{ partition: 1, events: [event(2)] }]);
    await clock.advance(20);
    expect(storedAt).toEqual([1_000_010, 1_000_010]);
  });

  test('lingers longer while many messages leave, and briefly again after a silence', async () => {
    const { clock, disk, batcher, messages } = open();
    const send = (): void => void batcher.take('demo', [{ partition: 0, events: [event(1)] }]);
    // One lone event: how long it waits for company.
    const waitOfOne = async (): Promise<number> => {
      const from = clock.now();
      let at = 0;
      disk.onWrite = () => void (at = clock.now());
      send();
      await clock.advance(30);
      return at - from;
    };
    expect(await waitOfOne()).toBe(2);
    for (let i = 0; i < 1_000; i++) {
      for (const partition of [0, 1]) void batcher.take('demo', [{ partition, events: [event(i)] }]);
      await clock.advance(1);
    }
    // Two partitions that left every two milliseconds would have made a thousand messages.
    const busy = messages(0).length + messages(1).length;
    expect(busy).toBeGreaterThan(200);
    expect(busy).toBeLessThan(600);
    await clock.advance(5_000);
    expect(await waitOfOne()).toBe(2);
  });

  test('drains what is waiting at once', async () => {
    const { clock, batcher, messages } = open({ lingerMinMs: 1_000, lingerMaxMs: 1_000 });
    void batcher.take('demo', [{ partition: 0, events: [event(1)] }]);
    await batcher.drain();
    expect(messages(0)).toHaveLength(1);
    expect(clock.now()).toBe(1_000_000);
  });
});
