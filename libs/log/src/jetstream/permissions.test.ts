import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NatsConnection } from '@nats-io/transport-node';
import { NATS_SERVICES, inboxPrefixOf, type NatsService } from '../../../../tools/setup/engines/nats-permissions.mjs';
import { provisionNats } from '../../../../tools/setup/engines/nats.mjs';
import { makeNkeys } from '../../../../tools/setup/make-nkeys.mjs';
import { JetStreamEventLog } from './jetstream-event-log.js';
import { createMembership, NatsMembership } from './nats-membership.js';
import { NatsFixture } from './nats.fixture.js';
import { until } from './until.fixture.js';

const message = { id: 'one', body: 'one' };

describe.each(['', 'shop'])('a user of NATS for each service, under the prefix "%s"', (prefix) => {
  let directory: string;
  let nats: NatsFixture;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ticketrail-nkeys-'));
    nats = await NatsFixture.start({ config: makeNkeys(directory, prefix) });
    const connection = await connect('migrator');
    await JetStreamEventLog.create(connection, { prefix, partitions: 2 });
    await JetStreamEventLog.create(connection, { prefix, partitions: 2, bytesMax: 2 ** 24 });
    await createMembership(connection, { prefix });
    await createMembership(connection, { prefix });
  });
  afterAll(async () => {
    await nats.end();
    await rm(directory, { recursive: true });
  });

  const connect = (service: NatsService): Promise<NatsConnection> =>
    nats.connect({
      name: service,
      nkeySeedFile: join(directory, `${service}.seed`),
      inboxPrefix: inboxPrefixOf(service),
    });
  const open = async (service: NatsService): Promise<JetStreamEventLog> =>
    JetStreamEventLog.open(await connect(service), { prefix, ackMsMax: 300 });
  const firstOf = async (log: JetStreamEventLog, stream: 'ingest' | 'events' | 'rows'): Promise<string | undefined> => {
    for await (const [entry] of log.read(stream, 0, 0, AbortSignal.timeout(5_000))) return entry?.id;
    return undefined;
  };

  test('only the owner may read a seed', async () => {
    for (const service of NATS_SERVICES) {
      expect((await stat(join(directory, `${service}.seed`))).mode & 0o777).toBe(0o600);
    }
    expect(() => makeNkeys(directory)).toThrow('EEXIST');
  });

  test('lets every service do its work', async () => {
    const collector = await open('collector');
    const seq = await collector.append('ingest', 0, message);
    expect(await collector.fullness('ingest')).toBeGreaterThan(0);

    const enricher = await open('enricher');
    expect(await firstOf(enricher, 'ingest')).toBe('one');
    expect(await enricher.last('events', 0)).toBeUndefined();
    expect(await enricher.first('events', 0)).toBeUndefined();
    const settled = await enricher.append('events', 0, message, 0);
    expect(await firstOf(enricher, 'events')).toBe('one');

    const aggregator = await open('aggregator');
    expect(await firstOf(aggregator, 'events')).toBe('one');
    expect((await aggregator.at('events', 0, settled))?.id).toBe('one');
    await aggregator.append('rows', 0, message);

    const api = await open('api');
    expect(await firstOf(api, 'rows')).toBe('one');
    expect((await api.last('ingest', 0))?.seq).toBe(seq);
    await aggregator.trim('ingest', 0, seq);
    expect(await api.last('ingest', 0)).toBeUndefined();
  });

  test('lets enrichers and aggregators share their partitions, and the api see them', async () => {
    const stopped = new AbortController();
    const owned = new Map<string, number>();
    const following = (['enricher', 'aggregator'] as const).map(async (role) => {
      const membership = await NatsMembership.open(await connect(role), {
        prefix,
        member: 'a',
        partitions: 2,
        beatMs: 100,
      });
      await membership.follow(role, stopped.signal, (partitions) => owned.set(role, partitions.length));
    });
    const viewer = await NatsMembership.open(await connect('api'), { prefix, member: 'viewer', partitions: 2 });
    const watch = await viewer.watchMembers();
    await until(() => owned.get('enricher') === 2 && owned.get('aggregator') === 2 && watch.members().length === 2);
    stopped.abort();
    await Promise.all(following);
    await until(() => watch.members().length === 0);
    watch.stop();
  });

  test('does not let a collector settle, nor read what was settled or taken', async () => {
    const collector = await open('collector');
    await expect(collector.append('events', 1, message)).rejects.toThrow();
    for (const stream of ['ingest', 'events'] as const) {
      await expect(firstOf(collector, stream)).rejects.toThrow();
      await expect(collector.last(stream, 0)).rejects.toThrow();
      await expect(collector.at(stream, 0, 1)).rejects.toThrow();
    }
    await expect(collector.trim('ingest', 0, 1)).rejects.toThrow();
    const witness = await open('api');
    expect(await witness.last('events', 1)).toBeUndefined();
  });

  test('does not let the api write, nor anybody listen to what another is answered', async () => {
    const api = await connect('api');
    const log = await JetStreamEventLog.open(api, { prefix, ackMsMax: 300 });
    for (const stream of ['ingest', 'events', 'rows'] as const) {
      await expect(log.append(stream, 1, message)).rejects.toThrow();
    }
    for (const subject of [
      prefix === '' ? 'events.*' : `${prefix}.events.*`,
      '_INBOX.>',
      `${inboxPrefixOf('enricher')}.>`,
      '>',
    ]) {
      const subscription = api.subscribe(subject);
      await expect(subscription.closed.then((error) => Promise.reject(error))).rejects.toThrow();
    }
  });

  test('stands in the configuration for production, which the server takes', async () => {
    const file = join(directory, 'nats-server.conf');
    await cp(fileURLToPath(new URL('../../../../infra/nats/nats-server.conf', import.meta.url)), file);
    const run = promisify(execFile)(await provisionNats(), ['-c', file, '-t'], {
      env: { ...process.env, NATS_SERVER_NAME: 'nats-0' },
    });
    expect((await run).stderr).toContain('configuration file');
  });

  test('lets nobody in without a key', async () => {
    await expect(nats.connect({ connectMsMax: 100 })).rejects.toMatchObject({ code: 'NATS_UNREACHABLE' });
  });
});
