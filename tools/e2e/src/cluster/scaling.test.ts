/** Services come and go while events flow, and one of them sleeps through its own replacement. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, sleep } from '../wait-for.js';
import { Cluster } from './cluster.js';
import { expectBooksClose, expectCounted, expectEverythingCounted } from './expect-counted.js';
import { OutsideLedger } from './outside-ledger.js';
import { seedOfRun } from './schedule.js';

const pace = { linesPerSecond: 300 };
const patience = 120_000;
/** Longer than a member may be silent before the others take its partitions. */
const sleepsMs = 10_000;

let cluster: Cluster;
let ledger: OutsideLedger;
beforeAll(async () => {
  cluster = await Cluster.start({ partitions: 6 });
  ledger = new OutsideLedger(() => cluster.collectors, {
    seed: seedOfRun(),
    lines: 25_000,
    endsAt: Date.now() - 60_000,
  });
}, patience);
afterAll(() => cluster?.dispose(), patience);

test(
  'from one to three to two enrichers and aggregators while events flow: everything is counted once',
  () =>
    cluster.explain(async () => {
      const scaling = async (): Promise<void> => {
        for (const count of [3, 2]) {
          await sleep(1_000);
          await Promise.all([cluster.scale('enricher', count), cluster.scale('aggregator', count)]);
          await sleep(2_000);
        }
      };
      await Promise.all([ledger.post(3_000, pace), scaling()]);
      await expectCounted(cluster, ledger);
    }),
  patience,
);

test(
  'collectors and apis are doubled and halved: tills turn to who is there, and each api gives the same figures',
  () =>
    cluster.explain(async () => {
      const posting = ledger.post(1_500, pace);
      await Promise.all([cluster.scale('collector', 2), cluster.scale('api', 2)]);
      await posting;
      await expectCounted(cluster, ledger);
      const lastPosting = ledger.post(900, pace);
      await Promise.all([cluster.scale('collector', 1), cluster.scale('api', 1)]);
      await lastPosting;
      await expectCounted(cluster, ledger);
    }),
  patience,
);

test(
  'an enricher that was stopped until others took over publishes nothing stale when it wakes',
  () =>
    cluster.explain(async () => {
      await cluster.scale('enricher', 2);
      const zombie = cluster.service('enricher-1');
      const posting = ledger.post(2_400, pace);
      await sleep(1_000);
      const said = zombie.output.length;
      zombie.pause();
      await sleep(sleepsMs);
      await posting;
      // Nobody waits for the one that sleeps: all of it is settled and counted without it.
      await expectBooksClose(cluster.api, ledger);
      const before = await cluster.api.get<{ applied: number }>('/v1/ledger', { window: '24h' });
      zombie.wake();
      await eventually(async () => expect(zombie.output.length).toBeGreaterThan(said));
      await ledger.post(900, pace);
      await expectCounted(cluster, ledger);
      const after = await cluster.api.get<{ applied: number }>('/v1/ledger', { window: '24h' });
      expect(after.applied).toBeGreaterThan(before.applied);
    }),
  patience,
);

test(
  'an aggregator that was stopped with rows in its hands writes them late, and they lose',
  () =>
    cluster.explain(async () => {
      await cluster.scale('aggregator', 2);
      const zombie = cluster.service('aggregator-1');
      const posting = ledger.post(3_600, pace);
      await sleep(2_000);
      zombie.pause();
      await sleep(sleepsMs);
      await posting;
      await expectBooksClose(cluster.api, ledger);
      zombie.wake();
      await sleep(2_000);
      // What an api has in memory does not tell what is in the tables: one that has just started reads them.
      await cluster.service('api-1').end('SIGTERM');
      cluster.service('api-1').start();
      await expectEverythingCounted(cluster, ledger);
    }),
  patience,
);
