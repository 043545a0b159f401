import { describe, expect, test } from '@jest/globals';
import { ORDERS, REVENUE } from '@ticketrail/core';
import type { DiskFault } from './memory-disk.js';
import { OnePartition, payment, START } from './one-partition.fixture.js';

/** Cents of event i: powers would overflow, primes tell sums apart well enough. */
const cents = (id: number): number => 101 + id * 7;

/** Six messages of five payments; each message repeats one event of the message before, and one has a broken event. */
async function takeAll(system: OnePartition, from = 0, to = 6): Promise<void> {
  for (let message = from; message < to; message++) {
    const ids = Array.from({ length: 5 }, (_, i) => message * 5 + i);
    const events: unknown[] = ids.map((id) => payment(id, cents(id), START - id * 1_000));
    if (message > 0) events.push(payment(message * 5 - 1, cents(message * 5 - 1), START - (message * 5 - 1) * 1_000));
    if (message === 3) events.push({ event_id: 'broken' });
    await system.take(events);
    await system.clock.advance(37);
  }
}

const TOTAL = Array.from({ length: 30 }, (_, id) => cents(id)).reduce((sum, each) => sum + each, 0);

function expectCountedOnce(system: OnePartition): void {
  expect(system.revenueMinor()).toBe(TOTAL);
  expect(system.ledger()).toEqual({
    events_accepted: 36,
    events_applied: 30,
    events_duplicate: 5,
    events_rejected: 1,
  });
  const orders = system.rows(REVENUE.spec).reduce((sum, row) => sum + (row['order_count'] as number), 0);
  expect(orders).toBe(7);
  expect(system.rows(ORDERS)).toHaveLength(30);
  expect(new Set(system.rows(ORDERS).map((row) => row['order_id'])).size).toBe(7);
}

/** Lets the given write of the loops go wrong, counted from 1: what comes in and what is only published does not count. */
function faultAt(system: OnePartition, write: number, fault: () => DiskFault): void {
  let seen = 0;
  system.disk.onWrite = ({ target }) => {
    if (target.startsWith('ingest') || target.startsWith('rows')) return undefined;
    return ++seen === write ? fault() : undefined;
  };
}

describe('settling and folding one partition', () => {
  test('counts every event exactly once when nothing goes wrong', async () => {
    const system = new OnePartition();
    await system.start();
    await takeAll(system);
    await system.untilCounted();
    expectCountedOnce(system);
    await system.end();
  });

  test('counts every event exactly once whichever write the process crashes at', async () => {
    for (let write = 1; write <= 60; write++) {
      const system = new OnePartition();
      await system.start();
      faultAt(system, write, () => {
        system.crash();
        return { error: new Error('crashed'), stored: false };
      });
      await takeAll(system, 0, 4);
      await system.clock.advance(500);
      await takeAll(system, 4, 6);
      await system.untilCounted();
      expectCountedOnce(system);
      await system.end();
    }
  });

  test('counts every event exactly once when a write was stored and its answer lost', async () => {
    for (let write = 1; write <= 40; write++) {
      const system = new OnePartition();
      await system.start();
      faultAt(system, write, () => ({ error: new Error('no answer'), stored: true }));
      await takeAll(system);
      await system.untilCounted();
      expectCountedOnce(system);
      await system.end();
    }
  });

  test('counts every event exactly once when two processes run the partition at a time', async () => {
    const system = new OnePartition();
    await system.start();
    const first = system.life;
    await takeAll(system, 0, 2);
    await system.start();
    await takeAll(system, 2, 4);
    await system.clock.advance(200);
    first?.crash();
    await takeAll(system, 4, 6);
    await system.untilCounted();
    expectCountedOnce(system);
    await system.end();
  });

  test('finds duplicates of events that left memory long ago', async () => {
    const system = new OnePartition();
    await system.start();
    await takeAll(system);
    await system.untilCounted();
    // Ten minutes of idle batches: the window of one minute has forgotten everything.
    await system.clock.advance(600_000);
    await system.end();
    await system.start();
    await system.take(Array.from({ length: 30 }, (_, id) => payment(id, cents(id), START - id * 1_000)));
    await system.untilCounted();
    expect(system.revenueMinor()).toBe(TOTAL);
    expect(system.ledger()['events_duplicate']).toBe(35);
    await system.end();
  });

  test('moves log time on while nothing happens', async () => {
    const system = new OnePartition();
    await system.start();
    await system.clock.advance(10_000);
    const last = await system.life?.log.last('events', 0);
    expect(JSON.parse(last?.body ?? '{}').log_time).toBeGreaterThanOrEqual(START + 7_000);
    await system.end();
  });

  test('halts when the log is not the one the rows were made from', async () => {
    const system = new OnePartition();
    await system.start();
    await takeAll(system);
    await system.untilCounted();
    await system.end();
    // The log loses its end, as after a loss of power, and gives the positions out again.
    for (const name of ['events.0', 'ingest.0']) {
      const stored = system.disk.partitions.get(name)!;
      stored.entries = stored.entries.slice(0, 2);
      stored.lastSeq = stored.entries.at(-1)!.seq;
    }
    await system.start();
    await system.clock.advance(1_000);
    expect(system.life?.statuses.map(({ state }) => state)).toContain('halted');
    system.crash();
  });
});
