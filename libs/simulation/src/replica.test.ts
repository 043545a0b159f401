import { describe, expect, test } from '@jest/globals';
import { groupRows, REVENUE } from '@ticketrail/core';
import { Replica } from '@ticketrail/pipeline';
import { MemoryEventLog } from './memory-event-log.js';
import { MemoryTables } from './memory-tables.js';
import { OnePartition, payment, START } from './one-partition.fixture.js';

const EPOCH = { epoch: 1, base: START * 1_000, partitions: 1, generation: 1 };
const WINDOW = { from: START - 600_000, to: START + 600_000 };

function follow(system: OnePartition): { replica: Replica; stop: AbortController; revenue: () => Promise<number> } {
  const log = MemoryEventLog.on(system.disk);
  const tables = MemoryTables.on(system.disk);
  const options = { tenants: ['demo'], liveMinutes: 75, liveDays: 2 };
  const replica = new Replica({ log, tables, clock: system.clock }, EPOCH, options);
  const stop = new AbortController();
  void replica.run(stop.signal);
  const revenue = async (): Promise<number> => {
    const { rows } = await replica.rows(REVENUE, 'demo', WINDOW, 'minutes');
    return groupRows(REVENUE, rows, ['location_id']).reduce((sum, group) => sum + group.sum('revenue_minor'), 0);
  };
  return { replica, stop, revenue };
}

describe('Replica', () => {
  test('has an event long before it is in the tables', async () => {
    const system = new OnePartition();
    await system.start();
    const { replica, revenue } = follow(system);
    await system.clock.advance(1_000);
    expect(replica.ready).toBe(true);
    await system.take([payment(1, 1_250)]);
    await system.clock.advance(30);
    expect(await revenue()).toBe(1_250);
    system.crash();
  });

  test('finds in the tables what was there before it began', async () => {
    const system = new OnePartition();
    await system.start();
    await system.take([payment(1, 1_250)]);
    await system.untilCounted();
    system.disk.partition('rows', 0).entries = [];
    const { replica, revenue, stop } = follow(system);
    await system.clock.advance(100);
    expect(replica.ready).toBe(true);
    expect(await revenue()).toBe(1_250);
    stop.abort();
    system.crash();
  });

  test('takes a change in an older form for one that it missed, and fills it from the tables', async () => {
    const system = new OnePartition();
    await system.start();
    const { replica, revenue } = follow(system);
    await system.clock.advance(1_500);
    const stored = system.disk.partition('rows', 0);
    const append = stored.entries.push.bind(stored.entries);
    let old = 0;
    stored.entries.push = (...entries) =>
      append(...entries.map((entry) => (old++ === 0 ? { ...entry, body: '{"rows":[]}', value: undefined } : entry)));
    await system.take([payment(1, 1_250)]);
    await system.clock.advance(60);
    await system.take([payment(2, 2_000)]);
    await system.clock.advance(60);
    expect(old).toBeGreaterThan(1);
    expect(replica.ready).toBe(false);
    await system.clock.advance(15_000);
    expect(replica.ready).toBe(true);
    expect(await revenue()).toBe(3_250);
    system.crash();
  });

  test('claims nothing over a hole in the changelog, and closes it from the tables', async () => {
    const system = new OnePartition();
    await system.start();
    const { replica, revenue } = follow(system);
    await system.clock.advance(1_500);
    const before = replica.partitions[0]!.seq;
    // The change that follows is lost, as a reader that was too slow loses it.
    const stored = system.disk.partition('rows', 0);
    const append = stored.entries.push.bind(stored.entries);
    let lost = 0;
    stored.entries.push = (...entries) => (lost++ === 0 ? stored.entries.length : append(...entries));
    await system.take([payment(1, 1_250)]);
    await system.clock.advance(60);
    await system.take([payment(2, 2_000)]);
    await system.clock.advance(60);
    expect(lost).toBeGreaterThan(1);
    expect(replica.ready).toBe(false);
    expect(replica.partitions[0]!.seq).toBe(before);
    await system.clock.advance(3_000);
    expect(replica.ready).toBe(true);
    expect(await revenue()).toBe(3_250);
    expect(replica.partitions[0]!.seq).toBeGreaterThan(before);
    system.crash();
  });
});
