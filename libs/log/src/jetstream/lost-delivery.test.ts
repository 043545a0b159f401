import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { JetStreamEventLog } from './jetstream-event-log.js';
import { NatsFixture } from './nats.fixture.js';
import { Proxy } from './proxy.fixture.js';
import { until } from './until.fixture.js';

describe('a delivery to a reader that is lost', () => {
  let nats: NatsFixture;
  let proxy: Proxy;
  let writer: JetStreamEventLog;
  let read: string[];
  let reading: Promise<void>;
  let stopped: AbortController;

  beforeEach(async () => {
    nats = await NatsFixture.start();
    proxy = await Proxy.start(nats.port);
    writer = await JetStreamEventLog.create(await nats.connect(), { partitions: 1 });
    const log = await JetStreamEventLog.open(await nats.connect({ servers: proxy.url }));
    read = [];
    stopped = new AbortController();
    reading = (async () => {
      for await (const group of log.read('events', 0, 0, stopped.signal)) read.push(...group.map((entry) => entry.id));
    })();
    await append('a');
    await until(() => read.length === 1);
  });
  afterEach(async () => {
    stopped.abort();
    await reading;
    await nats.disconnect();
    await proxy.close();
    await nats.end();
  });

  const append = (id: string): Promise<number> => writer.append('events', 0, { id, body: id });

  test('is noticed by the next one, and made good', async () => {
    proxy.loseNextDelivery();
    await append('b');
    await until(() => proxy.lost === 1);
    await append('c');
    await until(() => read.length >= 3, 900);
    expect(read).toEqual(['a', 'b', 'c']);
  });

  test('is noticed without a next one, within seconds', async () => {
    proxy.loseNextDelivery();
    await append('b');
    await until(() => read.length >= 2, 5_000);
    expect(proxy.lost).toBe(1);
    expect(read).toEqual(['a', 'b']);
  });
});
