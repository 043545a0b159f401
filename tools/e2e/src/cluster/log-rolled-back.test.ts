/** The log is not the one that the rows were made from. Going on would write wrong rows: whoever sees it stops, and says so. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { Client } from '../client.js';
import { newStory, payment } from '../events.js';
import { eventually, sleep } from '../wait-for.js';
import { Cluster } from './cluster.js';
import { expectCounted, expectEverythingCounted } from './expect-counted.js';
import { OutsideLedger } from './outside-ledger.js';
import { seedOfRun } from './schedule.js';
import type { ServiceProcess } from './service-process.js';

const pace = { linesPerSecond: 600 };
const patience = 150_000;
/** The aggregator vouches for its rows every two seconds. */
const checkpointMs = 6_000;
const partitions = 4;

let cluster: Cluster;
let ledger: OutsideLedger;
beforeAll(async () => {
  cluster = await Cluster.start({ partitions });
  ledger = new OutsideLedger(() => cluster.collectors, {
    seed: seedOfRun(),
    lines: 10_000,
    endsAt: Date.now() - 60_000,
  });
}, patience);
afterAll(() => cluster?.dispose(), patience);

/**
 * Events which only a wrong log ever held, in the middle of the windows that are compared with the recount. Every partition gets
 * some of them.
 */
async function postForeignEvents(collector: Client): Promise<void> {
  for (let place = 0; place < 24; place++) {
    const story = { ...newStory(), startsAt: ledger.endsAt - 10 * 60_000 };
    await eventually(async () => expect((await collector.postJson(payment(story, 0, 10))).status).toBe(202));
  }
}

async function expectRed(service: ServiceProcess, reason: RegExp): Promise<void> {
  await eventually(
    async () => {
      const readiness = await service.readiness();
      expect({ status: readiness?.status, body: JSON.stringify(readiness?.body) }).toEqual({
        status: 503,
        body: expect.stringMatching(reason),
      });
    },
    { withinMs: 45_000, everyMs: 250 },
  );
}

/** Leaves the newest entry of each partition, as a stream that makes room for new messages would. */
async function purgeSettledEntries(): Promise<void> {
  const operator = await connect({ servers: `127.0.0.1:${cluster.engines.addresses.nats.port}` });
  try {
    const { streams } = await jetstreamManager(operator);
    for (let partition = 0; partition < partitions; partition++) {
      await streams.purge('EVENTS', { filter: `events.${partition}`, keep: 1 });
    }
  } finally {
    await operator.close();
  }
}

/** Everybody starts again on the log that the rows were made from. */
async function putTrueLogBack(): Promise<void> {
  await endServices();
  await cluster.engines.end('nats', 'kill');
  await cluster.engines.putBack('nats', 'true');
  await cluster.engines.startAgain('nats');
  for (const service of cluster.services) service.start();
  await cluster.untilReady();
}

async function endServices(): Promise<void> {
  await Promise.all(cluster.services.filter(({ isRunning }) => isRunning).map((service) => service.end('SIGKILL')));
}

test(
  'an older copy of the log put back: the partitions halt, readiness is red, and nothing of the fork is folded',
  () =>
    cluster.explain(async () => {
      await ledger.post(1_200, pace);
      await expectCounted(cluster, ledger);
      await cluster.engines.end('nats', 'term');
      await cluster.engines.copyData('nats', 'older');
      await cluster.engines.startAgain('nats');
      await ledger.post(1_200, pace);
      await expectCounted(cluster, ledger);
      await sleep(checkpointMs);
      await endServices();
      await cluster.engines.end('nats', 'kill');
      await cluster.engines.copyData('nats', 'true');

      await cluster.engines.putBack('nats', 'older');
      await cluster.engines.startAgain('nats');
      for (const service of cluster.services) service.start();
      await expectRed(cluster.service('aggregator-1'), /halted.*log/);
      // Who posts now is answered, but what the fork holds must not reach any row.
      await cluster.service('collector-1').untilReady();
      await postForeignEvents(cluster.service('collector-1').client);
      await sleep(checkpointMs);
      await expectRed(cluster.service('aggregator-1'), /halted.*log/);
    }),
  patience,
);

test(
  'the true log put back: everything goes on where it was, and everything is counted',
  () =>
    cluster.explain(async () => {
      await putTrueLogBack();
      await ledger.post(600, pace);
      await expectCounted(cluster, ledger);
    }),
  patience,
);

test(
  'the log rolled back under running services: the partitions halt before anything wrong is written',
  () =>
    cluster.explain(async () => {
      await sleep(checkpointMs);
      await cluster.engines.end('nats', 'kill');
      await cluster.engines.copyData('nats', 'true');
      await cluster.engines.putBack('nats', 'older');
      await cluster.engines.startAgain('nats');
      await postForeignEvents(cluster.service('collector-1').client);
      await expectRed(cluster.service('aggregator-1'), /halted|stand|behind|rolled/);

      await putTrueLogBack();
      await expectCounted(cluster, ledger);
    }),
  patience,
);

test(
  'entries that were taken out of the log before they were folded break the chain: the partitions halt and nothing is skipped',
  () =>
    cluster.explain(async () => {
      await cluster.service('aggregator-1').end('SIGKILL');
      await ledger.post(600, pace);
      await sleep(checkpointMs);
      await cluster.engines.end('nats', 'term');
      await cluster.engines.copyData('nats', 'true');
      await cluster.engines.startAgain('nats');
      await purgeSettledEntries();
      cluster.service('aggregator-1').start();
      await expectRed(cluster.service('aggregator-1'), /halted.*chain/);

      await putTrueLogBack();
      await expectEverythingCounted(cluster, ledger);
    }),
  patience,
);

test(
  'a log made anew is not taken for the old one: the migrator refuses it by name, and the services do not work on it',
  () =>
    cluster.explain(async () => {
      await endServices();
      await cluster.engines.end('nats', 'term');
      await cluster.engines.forgetData('nats');
      await cluster.engines.startAgain('nats');
      const { code, output } = await cluster.runMigrator();
      expect(code).not.toBe(0);
      expect(output).toMatch(/the tables were made from log/);
      for (const service of [...cluster.of('enricher'), ...cluster.of('aggregator'), ...cluster.of('api')]) {
        service.start();
      }
      await sleep(5_000);
      for (const service of [...cluster.of('enricher'), ...cluster.of('aggregator'), ...cluster.of('api')]) {
        const readiness = service.isRunning ? await service.readiness() : undefined;
        expect({ name: service.name, isReady: readiness?.status === 200 }).toEqual({
          name: service.name,
          isReady: false,
        });
        expect(service.output).toMatch(/log/);
      }
    }),
  patience,
);
