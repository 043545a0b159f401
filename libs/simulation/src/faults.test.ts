import { describe, expect, test } from '@jest/globals';
import type { TableSpec } from '@ticketrail/core';
import { ManualClock } from './manual-clock.js';
import { MemoryDisk } from './memory-disk.js';
import { MemoryEventLog } from './memory-event-log.js';
import { MemoryTables } from './memory-tables.js';

const counts: TableSpec = {
  name: 'counts',
  answers: 'nothing: it tests the simulation',
  partition: ['shard'],
  clustering: [],
  columns: { shard: 'int', count: 'int' },
};

const write = (count: number) => ({ table: counts, row: { shard: 1, count }, clock: count });
const message = (n: number) => ({ id: `message-${n}`, body: `${n}` });

function newDisk(): { disk: MemoryDisk; clock: ManualClock } {
  const clock = new ManualClock(1_000);
  return { clock, disk: new MemoryDisk(clock, 'disk') };
}

describe('faults of a disk', () => {
  test('a write may fail before it was stored, or after', async () => {
    const { disk } = newDisk();
    const tables = MemoryTables.on(disk);
    disk.failWrite(2, 'before');
    disk.failWrite(3, 'after');
    await tables.write([write(1)]);
    await expect(tables.write([write(2)])).rejects.toThrow('injected');
    expect(await tables.read(counts, [{ shard: 1 }])).toEqual([{ shard: 1, count: 1 }]);
    await expect(tables.write([write(3)])).rejects.toThrow('injected');
    expect(await tables.read(counts, [{ shard: 1 }])).toEqual([{ shard: 1, count: 3 }]);
  });

  test('a lost answer leaves the entry in the log, and the writer finds it there', async () => {
    const { disk } = newDisk();
    const log = MemoryEventLog.on(disk);
    disk.failWrite(1, 'after');
    await expect(log.append('events', 0, message(1), 0)).rejects.toThrow('injected');
    await expect(log.append('events', 0, message(1), 0)).rejects.toMatchObject({ code: 'UNEXPECTED_LAST_ENTRY' });
    expect((await log.last('events', 0))?.id).toBe('message-1');
  });

  test('a delayed append keeps its place', async () => {
    const { disk, clock } = newDisk();
    const log = MemoryEventLog.on(disk);
    disk.onWrite = ({ number }) => (number === 1 ? { delayMs: 50 } : undefined);
    const both = Promise.all([log.append('ingest', 0, message(1)), log.append('ingest', 0, message(2))]);
    await clock.advance(49);
    expect(await log.last('ingest', 0)).toBeUndefined();
    await clock.advance(1);
    expect(await both).toEqual([1, 2]);
    expect((await log.first('ingest', 0))?.id).toBe('message-1');
  });

  test('a crash keeps what was stored and loses what was on its way', async () => {
    const { disk, clock } = newDisk();
    const log = MemoryEventLog.on(disk);
    await log.append('ingest', 0, message(1));
    disk.onWrite = () => ({ delayMs: 50 });
    const lost = expect(log.append('ingest', 0, message(2))).rejects.toMatchObject({ code: 'CRASHED' });
    log.crash();
    await clock.advance(50);
    await lost;
    const after = MemoryEventLog.on(disk);
    expect((await after.last('ingest', 0))?.id).toBe('message-1');
    await expect(log.last('ingest', 0)).rejects.toMatchObject({ code: 'CRASHED' });
  });
});

describe('a manual clock', () => {
  test('wakes sleepers in order of their times, each with all that follows from it', async () => {
    const clock = new ManualClock(0);
    const woken: string[] = [];
    const sleep = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      woken.push(`${name} ${clock.now()}`);
      if (name === 'first') await sleep('again', 5);
    };
    const all = [sleep('last', 30), sleep('first', 10), sleep('second', 10), sleep('never', 31)];
    await clock.advance(30);
    expect(woken).toEqual(['first 10', 'second 10', 'again 15', 'last 30']);
    expect(clock.now()).toBe(30);
    expect(await clock.step()).toBe(true);
    await Promise.all(all);
    expect(clock.now()).toBe(31);
    expect(await clock.step()).toBe(false);
  });

  test('a sleeper wakes at once when its signal aborts', async () => {
    const clock = new ManualClock(0);
    const abort = new AbortController();
    const sleeping = clock.sleep(1_000, abort.signal);
    abort.abort();
    await sleeping;
    await clock.sleep(1_000, abort.signal);
    expect(clock.now()).toBe(0);
  });
});
