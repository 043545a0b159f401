import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectNats } from '@ticketrail/log';
import type { ServiceStatus } from '@ticketrail/runtime';
import { inboxPrefixOf, type NatsService } from '../../../tools/setup/engines/nats-permissions.mjs';
import { startNats, type NatsServer } from '../../../tools/setup/engines/nats.mjs';
import { makeNkeys } from '../../../tools/setup/make-nkeys.mjs';
import { NatsControl } from './control.js';

const SERVICES = ['aggregator', 'api', 'collector', 'enricher'] as const;

describe.each(['', 'shop'])('the question who is there, under users of NATS and the prefix "%s"', (prefix) => {
  let directory: string;
  let server: NatsServer;
  const connections: NatsConnection[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ticketrail-control-'));
    const config = makeNkeys(join(directory, 'keys'), prefix);
    server = await startNats({ config, directory: join(directory, 'data') });
  });
  afterAll(async () => {
    await Promise.all(connections.map((connection) => connection.close()));
    await server.stop();
    await rm(directory, { recursive: true });
  });

  const connect = async (service: NatsService): Promise<NatsConnection> => {
    const connection = await connectNats({
      servers: server.url,
      name: service,
      nkeySeedFile: join(directory, 'keys', `${service}.seed`),
      inboxPrefix: inboxPrefixOf(service),
    });
    connections.push(connection);
    return connection;
  };
  const statusOf = (role: string): ServiceStatus => ({ role, member: 'one', since: '', problems: {}, partitions: [] });

  test('every service answers the api', async () => {
    for (const role of SERVICES) {
      const connection = await connect(role);
      new NatsControl(connection, prefix, inboxPrefixOf(role)).serve(() => [statusOf(role)]);
      await connection.flush();
    }
    const control = new NatsControl(await connect('api'), prefix, inboxPrefixOf('api'));
    const roles = (await control.ask()).map(({ role }) => role);
    expect(roles.toSorted()).toEqual(SERVICES);
  });

  test('a collector may neither ask it nor answer another request of the api', async () => {
    const collector = await connect('collector');
    const refused: string[] = [];
    void (async () => {
      for await (const { type, ...status } of collector.status()) {
        if (type === 'error') refused.push(String((status as { error?: unknown }).error));
      }
    })();
    const subject = prefix === '' ? 'ticketrail.control.status' : `${prefix}.ticketrail.control.status`;
    const answers = new NatsControl(collector, prefix, inboxPrefixOf('collector')).ask();
    collector.publish(`${inboxPrefixOf('api')}.guessed`, 'forged');
    expect(await answers).toEqual([]);
    expect(refused).toHaveLength(2);
    for (const what of [subject, `${inboxPrefixOf('api')}.guessed`]) {
      expect(refused.some((refusal) => refusal.includes(what))).toBe(true);
    }
  });
});
