/** A bad network between services and engines: slow, deaf, dead, and cut. What is lost is sent again, and counts once. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Random } from '../random.js';
import { sleep } from '../wait-for.js';
import { Cluster } from './cluster.js';
import { engineNames, type EngineName } from './engine-set.js';
import { expectCounted } from './expect-counted.js';
import { OutsideLedger } from './outside-ledger.js';
import { seedOfRun } from './schedule.js';
import { roles, type Role } from './service-process.js';
import type { NetworkFault } from './tcp-proxy.js';

const seed = seedOfRun();
const pace = { linesPerSecond: 300 };
const patience = 120_000;
/** The collector needs no tables. */
const links = roles
  .flatMap((role) => engineNames.map((engine): readonly [Role, EngineName] => [role, engine]))
  .filter(([role, engine]) => role !== 'collector' || engine !== 'cassandra');

let cluster: Cluster;
let ledger: OutsideLedger;
beforeAll(async () => {
  process.stderr.write(`seed ${seed} (repeat it with CLUSTER_SEED=${seed})\n`);
  cluster = await Cluster.start();
  ledger = new OutsideLedger(() => cluster.collectors, { seed, lines: 20_000, endsAt: Date.now() - 60_000 });
}, patience);
/** A test that failed half-way must not fail those after it. */
afterEach(() => Promise.all(links.map(([role, engine]) => cluster.network(role, engine).heal())));
afterAll(() => cluster?.dispose(), patience);

async function suffer(role: Role, engine: EngineName, fault: NetworkFault, lastsMs: number): Promise<void> {
  await cluster.network(role, engine).fail(fault);
  await sleep(lastsMs);
  await cluster.network(role, engine).heal();
}

test(
  'every link slower by 100 ms: everything is counted',
  () =>
    cluster.explain(async () => {
      const slow = links.map(([role, engine]) => suffer(role, engine, { kind: 'delay', ms: 100 }, 4_000));
      await Promise.all([ledger.post(1_200, pace), ...slow]);
      await expectCounted(cluster, ledger);
    }),
  patience,
);

test.each(['collector', 'enricher', 'aggregator'] as const)(
  'the log stores what the %s publishes and its answers are lost: sent again, it counts once',
  (role) =>
    cluster.explain(async () => {
      const losses = async (): Promise<void> => {
        for (const lastsMs of [700, 2_500]) {
          await sleep(500);
          await suffer(role, 'nats', { kind: 'drop-answers', afterBytes: 0 }, lastsMs);
        }
      };
      await Promise.all([ledger.post(1_500, pace), losses()]);
      await expectCounted(cluster, ledger);
    }),
  patience,
);

test(
  'the database stores what the aggregator writes and its answers are lost: written again, it is the same',
  () =>
    cluster.explain(async () => {
      const lost = suffer('aggregator', 'cassandra', { kind: 'drop-answers', afterBytes: 0 }, 3_000);
      await Promise.all([ledger.post(1_500, pace), lost]);
      await expectCounted(cluster, ledger);
    }),
  patience,
);

test(
  'half-open connections, one link after the other: whoever waits goes on when it heals, or asks anew',
  () =>
    cluster.explain(async () => {
      const deaf = async (): Promise<void> => {
        for (const [role, engine] of new Random(seed).shuffled(links)) {
          await suffer(role, engine, { kind: 'half-open' }, 1_200);
        }
      };
      await Promise.all([ledger.post(2_400, pace), deaf()]);
      await expectCounted(cluster, ledger);
    }),
  patience,
);

test(
  'connections cut at random, dozens of times: everything is counted, and stands in the tables',
  () =>
    cluster.explain(async () => {
      const random = new Random(seed);
      const cuts = async (): Promise<number> => {
        const endsAt = Date.now() + 5_000;
        let count = 0;
        for (; Date.now() < endsAt; count++) {
          cluster.network(...random.pick(links)).cut();
          await sleep(random.between(50, 250));
        }
        return count;
      };
      const [, count] = await Promise.all([ledger.post(1_800, pace), cuts()]);
      expect(count).toBeGreaterThan(12);
      await cluster.restartServices();
      await expectCounted(cluster, ledger);
    }),
  patience,
);
