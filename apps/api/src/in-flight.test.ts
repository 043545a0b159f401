import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openEmbedded, type Engines } from '@ticketrail/engines';
import { encodeIngest, EventLog, type Head, type Replica } from '@ticketrail/pipeline';
import { readConfig, Shutdown, SystemClock } from '@ticketrail/runtime';
import { InFlight } from './in-flight.js';

/** So much of a replica as is asked: where it stands. */
class Stands {
  ready = true;
  readonly partitions = [0, 1].map(() => ({ seq: 0, logTime: 0, ingest: 0 }));
}

let dataDir: string;
let engines: Engines;
let stands: Stands;
let shutdown: Shutdown;
/** Positions at which reading began. */
let begun: number[];
let inFlight: InFlight;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'ticketrail-in-flight-'));
  engines = await openEmbedded(readConfig({ DATA_DIR: dataDir, PARTITIONS: '2' }));
  stands = new Stands();
  shutdown = new Shutdown();
  begun = [];
  const { log } = engines;
  const watched = Object.assign(Object.create(log) as EventLog, {
    readHeads(...[stream, partition, after, signal]: Parameters<EventLog['readHeads']>): AsyncIterable<Head[]> {
      begun.push(after);
      return log.readHeads(stream, partition, after, signal);
    },
  });
  inFlight = new InFlight(watched, stands as unknown as Replica, new SystemClock(), shutdown);
});

afterEach(async () => {
  await shutdown.onApplicationShutdown();
  await engines.close();
  rmSync(dataDir, { recursive: true });
});

let messages = 0;

/** Answers the message's position. */
function take(partition: number, counts: Record<string, number>): Promise<number> {
  const parts = Object.entries(counts).map(([tenant, events]) => ({
    tenant,
    receivedAt: 1,
    events: Array.from({ length: events }, () => ({ text: '{}', value: {} })),
  }));
  return engines.log.append('ingest', partition, encodeIngest('collector', 'boot', ++messages, parts));
}

async function expectCount(tenant: string, count: number): Promise<void> {
  for (let tries = 0; tries < 100 && inFlight.count(tenant) !== count; tries++) await sleep(20);
  expect(inFlight.count(tenant)).toBe(count);
}

test('events are in flight from when they are taken until the figures have them, each tenant for itself', async () => {
  await take(0, { a: 2 });
  inFlight.onApplicationBootstrap();
  const first = await take(0, { a: 3, b: 1 });
  const other = await take(1, { a: 4 });
  await expectCount('a', 9);
  expect(inFlight.count('b')).toBe(1);
  stands.partitions[0]!.ingest = first;
  expect(inFlight.count('a')).toBe(4);
  expect(inFlight.count('b')).toBe(0);
  stands.partitions[1]!.ingest = other;
  expect(inFlight.count('a')).toBe(0);
  await take(1, { b: 7 });
  await expectCount('b', 7);
  expect(begun).toEqual([0, 0]);
});

test('messages of an old log that are long settled are not read', async () => {
  stands.ready = false;
  for (let n = 0; n < 10; n++) await take(0, { a: 1 });
  inFlight.onApplicationBootstrap();
  await sleep(150);
  expect(begun).toEqual([]);
  stands.partitions[0]!.ingest = 8;
  stands.ready = true;
  await expectCount('a', 2);
  expect(begun.toSorted()).toEqual([0, 8]);
});

test('one that is late passes over what is settled', async () => {
  const taken = await Promise.all(Array.from({ length: 2_000 }, () => take(0, { a: 1 })));
  inFlight.onApplicationBootstrap();
  stands.partitions[0]!.ingest = taken.at(-6)!;
  await expectCount('a', 5);
  expect(begun).toEqual([0, 0, taken.at(-6)]);
});

test('of too many messages the first ones are counted, and the others when these are settled', async () => {
  const all = 10_400;
  const taken = await Promise.all(Array.from({ length: all }, () => take(0, { a: 1 })));
  inFlight.onApplicationBootstrap();
  const counted = async (): Promise<number> => {
    for (let last = -1; last !== inFlight.count('a') || last === 0;) {
      last = inFlight.count('a');
      await sleep(250);
    }
    return inFlight.count('a');
  };
  const first = await counted();
  expect(first).toBeGreaterThanOrEqual(10_000);
  expect(first).toBeLessThan(all);
  stands.partitions[0]!.ingest = taken[all - 11]!;
  await expectCount('a', 10);
});
