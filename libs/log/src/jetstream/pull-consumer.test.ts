import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import type { Entry } from '@ticketrail/pipeline';
import { WHOLE } from './entry-headers.js';
import { JetStreamEventLog } from './jetstream-event-log.js';
import { NatsFixture } from './nats.fixture.js';
import { PullConsumer, type PartitionSource } from './pull-consumer.js';
import { Reconnects } from './reconnects.js';

const bodyBytes = 20_000;
const count = 3_000;

describe('PullConsumer', () => {
  let nats: NatsFixture;
  let source: PartitionSource<Entry>;

  beforeAll(async () => {
    nats = await NatsFixture.start();
    const connection = await nats.connect();
    const log = await JetStreamEventLog.create(connection, { partitions: 1 });
    const body = 'b'.repeat(bodyBytes);
    for (let n = 0; n < count; n++) await log.append('rows', 0, { id: `${n}`, body });
    const manager = await jetstreamManager(connection);
    source = {
      connection,
      manager,
      reconnects: new Reconnects(connection),
      prefix: '',
      stream: 'rows',
      partition: 0,
      form: WHOLE,
    };
  });
  afterAll(() => nats.end());

  test('holds a slow reader to what one request brings, however much there is, and gives it everything', async () => {
    const consumer = await PullConsumer.open(source, 0);
    const { signal } = new AbortController();
    const entries: Entry[] = [];
    let waitingBytesMax = 0;
    while (entries.length < count) {
      entries.push(...((await consumer.take(signal)) ?? []));
      await new Promise((resolve) => setTimeout(resolve, 30));
      waitingBytesMax = Math.max(waitingBytesMax, consumer.waitingBytes);
    }
    consumer.close();
    expect(entries.map((entry) => entry.id)).toEqual(Array.from({ length: count }, (_, n) => `${n}`));
    expect(waitingBytesMax).toBeGreaterThan(bodyBytes);
    expect(waitingBytesMax).toBeLessThanOrEqual(4 << 20);
  });

  test('is lost, and says so, when the server forgets it', async () => {
    const consumer = await PullConsumer.open(source, count);
    const taking = consumer.take(new AbortController().signal);
    const { manager } = source;
    for await (const info of manager.consumers.list('ROWS')) await manager.consumers.delete('ROWS', info.name);
    expect(await taking).toBeUndefined();
    consumer.close();
  });
});
