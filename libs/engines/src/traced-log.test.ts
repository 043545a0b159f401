import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectNats, JetStreamEventLog } from '@ticketrail/log';
import { AggregateLoop, Batcher, EnrichLoop, openEpoch, Reference, Tracer, type Span } from '@ticketrail/pipeline';
import { SystemClock } from '@ticketrail/runtime';
import { LmdbTables } from '@ticketrail/tables';
import { startNats, type NatsServer } from '../../../tools/setup/engines/nats.mjs';

const REQUEST = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** Keeps what a process traced, in order, and goes on with the first cause's trace. */
class RecordingTracer extends Tracer {
  readonly spans: { name: string; cause: string | undefined; traceparent: string }[] = [];

  constructor(private readonly process: number) {
    super();
  }

  override span(name: string, { causes }: { causes: readonly string[] }): Span {
    const spanId = (this.process * 1_000 + this.spans.length + 1).toString(16).padStart(16, '0');
    const traceparent = `00-${causes[0]!.split('-')[1]}-${spanId}-01`;
    this.spans.push({ name, cause: causes[0], traceparent });
    return { traceparent, end: () => undefined };
  }
}

class NoReference extends Reference {
  override location(): undefined {
    return undefined;
  }
}

let directory: string;
let server: NatsServer;
const connections: NatsConnection[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ticketrail-traced-'));
  server = await startNats({ directory: join(directory, 'nats') });
});
afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await server.stop();
  await rm(directory, { recursive: true });
});

const connect = async (): Promise<NatsConnection> => {
  const connection = await connectNats({ servers: server.url, name: 'test' });
  connections.push(connection);
  return connection;
};

test('a trace goes through NATS from the process that takes an event to the ones that settle and fold it', async () => {
  const clock = new SystemClock();
  const taking = await JetStreamEventLog.create(await connect(), { partitions: 1 });
  const settling = await JetStreamEventLog.open(await connect(), { partitions: 1 });
  const folding = await JetStreamEventLog.open(await connect(), { partitions: 1 });
  const tables = await LmdbTables.open({ directory: join(directory, 'tables'), now: () => clock.now() });
  const epoch = await openEpoch(taking, tables, clock, 1);
  const [collector, enricher, aggregator] = [1, 2, 3].map((process) => new RecordingTracer(process)) as [
    RecordingTracer,
    RecordingTracer,
    RecordingTracer,
  ];
  const batcher = new Batcher(
    taking,
    clock,
    {
      collector: 'c',
      boot: 'b',
      partitions: 1,
      lingerMinMs: 1,
      lingerMaxMs: 1,
      batchEventsMax: 10,
      batchBytesMax: 1_000,
      pendingBytesMax: 1_000,
    },
    collector,
  );
  const enrich = new EnrichLoop(
    { log: settling, tables, reference: new NoReference(), clock, tracer: enricher },
    epoch,
    0,
    {
      horizonMs: 86_400_000,
      skewMs: 600_000,
      windowMs: 60_000,
      windowIdentitiesMax: 100,
      oldMarksBytesMax: 10_000,
      oldMarksRowsPerRead: 100,
      togetherEventsMax: 10,
      togetherCharactersMax: 10_000,
      rebuildEntriesMax: 10,
      idleMs: 500,
      defaultTimeZone: 'UTC',
      latenessMs: 300_000,
    },
  );
  const aggregate = new AggregateLoop({ log: folding, tables, clock, tracer: aggregator }, epoch, 0, {
    skewMs: 600_000,
    publishMs: 10,
    eventsPerTurn: 500,
    flushMs: 20,
    sourcesMsMax: 20,
    busySourceRowsPerSecond: 100,
    flushMsMax: 20,
    busyRowsPerSecond: 100,
    checkpointMs: 50,
    checkpointMsMax: 50,
    replayEventsMax: 1_000,
    rowsPerWriteMin: 100,
    waitingRowsMax: 100,
    ordersMax: 10,
    orderFilterBytes: 1_024,
    periodsMax: 10,
    cellsMax: 100,
    retentionMs: () => 86_400_000,
  });
  const stop = new AbortController();
  const running = Promise.all([enrich.run(stop.signal), aggregate.run(stop.signal)]);
  try {
    const event = { text: '{}', value: {} };
    await batcher.take('tenant', [{ partition: 0, events: [event] }]);
    await batcher.take('tenant', [{ partition: 0, events: [event] }], REQUEST);
    for (let tries = 0; aggregator.spans.length < 2 && tries < 500; tries++) await sleep(20);
  } finally {
    stop.abort();
    await running;
    await tables.close();
  }
  const spans = [...collector.spans, ...enricher.spans, ...aggregator.spans];
  expect(spans.map(({ name }) => name)).toEqual(['append ingest', 'settle', 'fold', 'flush']);
  const expected = [REQUEST, ...spans.map(({ traceparent }) => traceparent)];
  for (const [index, { cause }] of spans.entries()) expect(cause).toBe(expected[index]);
  expect(new Set(expected.map((traceparent) => traceparent.split('-')[1])).size).toBe(1);
});
