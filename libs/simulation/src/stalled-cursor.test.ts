import { describe, expect, test } from '@jest/globals';
import { StalledCursors } from '@ticketrail/pipeline';
import { ManualClock } from './manual-clock.js';
import { MemoryDisk } from './memory-disk.js';
import { MemoryEventLog } from './memory-event-log.js';

function open() {
  const clock = new ManualClock(1_000_000);
  const log = MemoryEventLog.on(new MemoryDisk(clock, 'log-1'));
  const cursors = new StalledCursors(log, 'ingest', clock, 10_000);
  let n = 0;
  const append = (partition: number): Promise<number> => log.append('ingest', partition, { id: `i${++n}`, body: '{}' });
  return { clock, log, cursors, append };
}

describe('StalledCursors', () => {
  test('a cursor that stands still while its log grows is a problem after ten seconds', async () => {
    const { clock, cursors, append } = open();
    const standing = [{ partition: 0, seq: 1, logTime: 1_000_000 }];
    await append(0);
    await cursors.look(standing);
    clock.set(1_005_000);
    await append(0);
    await cursors.look(standing);
    expect(cursors.problem()).toBeUndefined();
    expect(cursors.lags()).toEqual([{ partition: 0, entries: 1, seconds: 5 }]);
    clock.set(1_014_999);
    expect(cursors.problem()).toBeUndefined();
    clock.set(1_015_000);
    await cursors.look(standing);
    expect(cursors.problem()).toBe('partition 0 has stood at 1 of ingest for 10 seconds, 1 behind its end');
  });

  test('a cursor at the end of its log is well, however long nothing happens', async () => {
    const { clock, cursors, append } = open();
    await append(0);
    const level = [{ partition: 0, seq: 1, logTime: 1_000_000 }];
    await cursors.look(level);
    clock.set(2_000_000);
    await cursors.look(level);
    expect(cursors.problem()).toBeUndefined();
    expect(cursors.lags()).toEqual([{ partition: 0, entries: 0, seconds: 0 }]);
  });

  test('a cursor that moves is well, however far behind it is', async () => {
    const { clock, cursors, append } = open();
    for (let i = 0; i < 100; i++) await append(0);
    for (let round = 0; round < 10; round++) {
      await cursors.look([{ partition: 0, seq: round, logTime: 1_000_000 }]);
      clock.set(clock.now() + 9_000);
      expect(cursors.problem()).toBeUndefined();
    }
  });

  test('a partition that this process gave away is no longer its problem', async () => {
    const { clock, cursors, append } = open();
    await append(3);
    await cursors.look([{ partition: 3, seq: 0, logTime: 0 }]);
    clock.set(1_020_000);
    await cursors.look([{ partition: 3, seq: 0, logTime: 0 }]);
    expect(cursors.problem()).toContain('partition 3');
    await cursors.look([]);
    expect(cursors.problem()).toBeUndefined();
  });

  test('a log that has not answered for ten seconds is a problem by itself', async () => {
    const { clock, log, cursors } = open();
    log.crash();
    await cursors.look([{ partition: 0, seq: 0, logTime: 0 }]);
    expect(cursors.problem()).toBeUndefined();
    clock.set(1_012_000);
    await cursors.look([{ partition: 0, seq: 0, logTime: 0 }]);
    expect(cursors.problem()).toContain('the log has not answered for 12 seconds');
  });
});
