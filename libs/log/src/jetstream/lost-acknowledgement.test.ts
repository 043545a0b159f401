import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Entry } from '@ticketrail/pipeline';
import { JetStreamEventLog } from './jetstream-event-log.js';
import { NatsFixture } from './nats.fixture.js';
import { Proxy } from './proxy.fixture.js';
import { until } from './until.fixture.js';

describe('an acknowledgement that is lost', () => {
  let nats: NatsFixture;
  let proxy: Proxy;
  /** Behind the proxy, and beside it. */
  let log: JetStreamEventLog;
  let rival: JetStreamEventLog;
  let partition = -1;

  beforeAll(async () => {
    nats = await NatsFixture.start();
    proxy = await Proxy.start(nats.port);
    rival = await JetStreamEventLog.create(await nats.connect(), { partitions: 16 });
    log = await JetStreamEventLog.open(await nats.connect({ servers: proxy.url }), { ackMsMax: 400 });
  });
  afterAll(async () => {
    await nats.disconnect();
    await proxy.close();
    await nats.end();
  });

  const stored = async (stream: 'ingest' | 'events' | 'rows'): Promise<Entry[]> => {
    const last = await rival.append(stream, partition, { id: 'end', body: '' });
    const entries: Entry[] = [];
    for await (const group of rival.read(stream, partition, 0, new AbortController().signal)) {
      entries.push(...group);
      if (entries.at(-1)?.seq === last) break;
    }
    return entries;
  };

  for (const stream of ['ingest', 'events', 'rows'] as const) {
    for (const how of ['swallow', 'cut'] as const) {
      test.each([
        ['without an expectation', undefined],
        ['with one', 0],
      ])(`on ${stream}, by ${how}, does not store a message twice, %s`, async (_, expected) => {
        partition += 1;
        const before = proxy.lost;
        proxy.loseNextAcknowledgement(how);
        const seq = await log.append(stream, partition, { id: 'once', body: 'only' }, expected);
        expect(proxy.lost).toBe(before + 1);
        expect((await stored(stream)).map((entry) => [entry.seq, entry.id])).toEqual([
          [seq, 'once'],
          [expect.any(Number), 'end'],
        ]);
      });
    }
  }

  test('is no success when somebody else has written since, and the expectation is refused', async () => {
    partition += 1;
    const before = proxy.lost;
    proxy.loseNextAcknowledgement('swallow');
    const appending = log.append('events', partition, { id: 'mine', body: '' }, 0);
    const refused = expect(appending).rejects.toMatchObject({ code: 'UNEXPECTED_LAST_ENTRY' });
    await until(() => proxy.lost > before);
    await rival.append('events', partition, { id: 'theirs', body: '' });
    await refused;
    expect((await stored('events')).map((entry) => entry.id)).toEqual(['mine', 'theirs', 'end']);
  });

  test('ends with the log: whoever waits for it hears that the outcome is open', async () => {
    partition += 1;
    const closing = await JetStreamEventLog.open(await nats.connect({ servers: proxy.url }), { ackMsMax: 60_000 });
    const before = proxy.lost;
    proxy.loseNextAcknowledgement('swallow');
    const appending = expect(closing.append('ingest', partition, { id: 'late', body: '' })).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
    });
    await until(() => proxy.lost > before);
    closing.close();
    await appending;
  });

  test('does not let a later message of the partition overtake', async () => {
    partition += 1;
    proxy.loseNextAcknowledgement('swallow');
    const seqs = await Promise.all(
      ['a', 'b', 'c'].map((id) => log.append('ingest', partition, { id, body: id.repeat(3) })),
    );
    expect(seqs).toEqual([...seqs].sort((one, other) => one - other));
    expect((await stored('ingest')).map((entry) => entry.id)).toEqual(['a', 'b', 'c', 'end']);
  });
});
