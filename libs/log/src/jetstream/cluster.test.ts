import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { startNats, type NatsServer } from '../../../../tools/setup/engines/nats.mjs';
import { connectNats } from './connect-nats.js';
import { JetStreamEventLog } from './jetstream-event-log.js';

const count = 500;

describe('JetStreamEventLog on three servers', () => {
  let directory: string;
  let servers: NatsServer[];
  let connection: NatsConnection;
  let log: JetStreamEventLog;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ticketrail-nats-cluster-'));
    const routes = await freePorts(3);
    servers = await Promise.all(
      routes.map((port, index) => {
        const others = routes.filter((route) => route !== port).map((route) => `nats://127.0.0.1:${route}`);
        const config = `cluster { name: test, host: 127.0.0.1, port: ${port}, routes: [${others.join(', ')}] }`;
        return startNats({ directory: join(directory, String(index)), config });
      }),
    );
    connection = await connectNats({ servers: servers.map((server) => server.url), name: 'test' });
    log = await createOnceFormed();
  }, 60_000);
  afterAll(async () => {
    await connection.close();
    await Promise.all(servers.map((server) => server.stop()));
    await rm(directory, { recursive: true });
  });

  /** Servers that have not found each other yet answer nothing, or that they have no leader. */
  async function createOnceFormed(): Promise<JetStreamEventLog> {
    const deadline = Date.now() + 40_000;
    for (;;) {
      try {
        return await JetStreamEventLog.create(connection, { partitions: 4, replicas: 3, bytesMax: 2 ** 24 });
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  test.each([
    ['INGEST', { bytesMax: 2 ** 50 }, /free disk, raise its max_file_store, or lower LOG_GIGABYTES_MAX$/],
    ['ROWS', { rowsBytesMax: 2 ** 50 }, /: raise its max_memory_store$/],
  ])(
    'without room for %s it says what to do, when the streams are made and when they grow',
    async (_, sizes, remedy) => {
      for (const prefix of ['new', '']) {
        const creating = JetStreamEventLog.create(connection, {
          prefix,
          partitions: 4,
          replicas: 3,
          bytesMax: 2 ** 24,
          ...sizes,
        });
        await expect(creating).rejects.toMatchObject({
          code: 'LOG_WITHOUT_ROOM',
          message: expect.stringMatching(remedy),
        });
      }
    },
  );

  test('when the leader of a stream stops, writers and readers go on, and nothing is missed or doubled', async () => {
    const ids = Array.from({ length: count }, (_, n) => `m-${n}`);
    const read: string[] = [];
    const reading = (async () => {
      for await (const group of log.read('events', 3, 0, new AbortController().signal)) {
        read.push(...group.map((entry) => entry.id));
        if (read.length >= count) return;
      }
    })();
    let last = 0;
    for (const [n, id] of ids.entries()) {
      if (n === count / 2) await stopLeader('EVENTS');
      last = await log.append('events', 3, { id, body: 'x'.repeat(500) }, last);
    }
    await reading;
    expect(read).toEqual(ids);
    expect((await log.last('events', 3))?.seq).toBe(last);
  });

  async function stopLeader(stream: string): Promise<void> {
    const { cluster } = await (await jetstreamManager(connection)).streams.info(stream);
    const leader = await Promise.all(
      servers.map(async (server) => {
        const one = await connectNats({ servers: server.url, name: 'who' });
        const isLeader = one.info?.server_name === cluster?.leader;
        await one.close();
        return isLeader;
      }),
    );
    const index = leader.indexOf(true);
    expect(index).toBeGreaterThanOrEqual(0);
    await servers[index]!.stop();
  }
});

async function freePorts(number: number): Promise<number[]> {
  const listeners = Array.from({ length: number }, () => createServer());
  await Promise.all(listeners.map((one) => new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))));
  const ports = listeners.map((one) => (one.address() as AddressInfo).port);
  await Promise.all(listeners.map((one) => new Promise((resolve) => one.close(resolve))));
  return ports;
}
