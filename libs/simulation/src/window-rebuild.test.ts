/** An enricher that begins while the log is trimmed under it. */
import { expect, test } from '@jest/globals';
import { EVENT_PAGES, type SettledBatch } from '@ticketrail/core';
import { EnrichLoop, type Entry, type EventLog, openEpoch, readCheckpoint } from '@ticketrail/pipeline';
import { MemoryEventLog } from './memory-event-log.js';
import { MemoryTables } from './memory-tables.js';
import { ENRICHING, LIMITS, NoReference, OnePartition, payment } from './one-partition.fixture.js';

/** Hands over the first entry of `events.0`, lets what follows it be trimmed up to `through`, and then the rest. */
function trimmedWhileRead(log: EventLog, through: number): EventLog {
  async function* read(
    stream: 'ingest' | 'events' | 'rows',
    partition: number,
    after: number,
    signal: AbortSignal,
  ): AsyncIterable<Entry[]> {
    if (stream !== 'events') return yield* log.read(stream, partition, after, signal);
    const first = (await log.first('events', 0))!;
    yield [first];
    await log.trim('events', 0, through);
    yield* log.read('events', partition, first.seq, signal);
  }
  return new Proxy(log, {
    get: (target, name) => {
      if (name === 'read') return read;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
}

test('a duplicate of what was trimmed in the middle of the rebuild is still a duplicate', async () => {
  const world = new OnePartition();
  await world.start();
  for (let id = 1; id <= 4; id++) {
    await world.take([payment(id, 100)]);
    await world.clock.advance(500);
  }
  await world.untilCounted();
  await world.end();

  const tables = MemoryTables.on(world.disk);
  const log = MemoryEventLog.on(world.disk);
  const epoch = await openEpoch(log, tables, world.clock, 1);
  const checkpoint = await readCheckpoint(tables, epoch, 0);
  const second = world.rows(EVENT_PAGES)[1]!;
  await world.take([payment(2, 100)]);
  const loop = new EnrichLoop(
    {
      log: trimmedWhileRead(log, Math.max(second['seq'] as number, 3)),
      tables,
      reference: new NoReference(),
      clock: world.clock,
    },
    epoch,
    0,
    { ...ENRICHING, ...LIMITS, rebuildEntriesMax: 1_000 },
  );
  const stop = new AbortController();
  const running = loop.run(stop.signal);
  await world.clock.advance(1_000);
  stop.abort();
  await world.clock.advance(5_000);
  await running;

  const settled: SettledBatch[] = [];
  for (let seq = checkpoint.seq + 1; ; seq++) {
    const entry = await log.at('events', 0, seq);
    if (entry === undefined) break;
    settled.push(JSON.parse(entry.body) as SettledBatch);
  }
  const parts = settled.flatMap((batch) => batch.parts);
  expect(parts.flatMap((part) => part.events)).toEqual([]);
  expect(parts.flatMap((part) => part.duplicates.map(({ event_id }) => event_id))).toEqual(['evt-2']);
});
