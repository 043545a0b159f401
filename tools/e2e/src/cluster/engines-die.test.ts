/** The log and the database end, are killed, or are away for a while, under load. Collectors refuse or hold, and never lie. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { eventually, sleep } from '../wait-for.js';
import { Cluster } from './cluster.js';
import { engineNames } from './engine-set.js';
import { expectCounted, expectEverythingCounted } from './expect-counted.js';
import { OutsideLedger } from './outside-ledger.js';
import { seedOfRun } from './schedule.js';

const pace = { linesPerSecond: 300 };
const patience = 150_000;
/** How long the database is away. An outage of a minute is `CLUSTER_OUTAGE_SECONDS=60`. */
const outageSeconds = Number(process.env['CLUSTER_OUTAGE_SECONDS'] ?? 20);

let cluster: Cluster;
let ledger: OutsideLedger;
beforeAll(async () => {
  cluster = await Cluster.start();
  const lines = 20_000 + outageSeconds * pace.linesPerSecond;
  ledger = new OutsideLedger(() => cluster.collectors, { seed: seedOfRun(), lines, endsAt: Date.now() - 60_000 });
}, patience);
/** A test that failed half-way must not fail those after it. */
afterEach(async () => {
  for (const engine of engineNames) {
    if (!cluster.engines.isRunning(engine)) await cluster.engines.startAgain(engine);
  }
}, patience);
afterAll(() => cluster?.dispose(), patience);

/** Would be rejected, so that it changes no figure should it be stored all the same. */
const incomplete = { event_type: 'table_seated' };

test.each(['term', 'kill'] as const)(
  'nats-server ends by %s under load: while it is away nothing is acknowledged, and afterwards everything is counted',
  (how) =>
    cluster.explain(async () => {
      const posting = ledger.post(1_500, pace);
      await sleep(1_000);
      await cluster.engines.end('nats', how);
      const acknowledged = ledger.acknowledgedLines;
      // A request may be held at first, in case the log comes back; then the door is closed, and says for how long.
      await eventually(
        async () => {
          const refused = await cluster.collectors[0]?.postJson(incomplete);
          expect(refused?.status).toBe(503);
          expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
        },
        { withinMs: 40_000 },
      );
      // Answers that were on their way when it ended may still have been counted.
      expect(ledger.acknowledgedLines - acknowledged).toBeLessThanOrEqual(400);
      await cluster.engines.startAgain('nats');
      await posting;
      await expectCounted(cluster, ledger);
    }),
  patience,
);

test(
  'Cassandra killed with -9 under load: the log goes on taking, and afterwards everything is counted',
  () =>
    cluster.explain(async () => {
      const posting = ledger.post(2_400, pace);
      await sleep(1_500);
      await cluster.engines.end('cassandra', 'kill');
      await cluster.engines.startAgain('cassandra');
      await posting;
      await expectCounted(cluster, ledger);
    }),
  patience,
);

test(
  `a database that is away for ${outageSeconds} s: every event is taken, readiness is red and says why, and then it heals by itself`,
  () =>
    cluster.explain(async () => {
      await cluster.engines.end('cassandra', 'term');
      const refusedBefore = ledger.refusedLines;
      await ledger.post((outageSeconds / 2) * pace.linesPerSecond, pace);
      const aggregator = cluster.service('aggregator-1');
      await eventually(
        async () => {
          const readiness = await aggregator.readiness();
          expect(readiness?.status).toBe(503);
          expect(JSON.stringify(readiness?.body)).toMatch(/problem/);
        },
        { withinMs: 30_000 },
      );
      await ledger.post((outageSeconds / 2) * pace.linesPerSecond, pace);
      // The log has room: nobody was turned away.
      expect(ledger.refusedLines).toBe(refusedBefore);
      await cluster.engines.startAgain('cassandra');
      await expectCounted(cluster, ledger);
    }),
  patience + outageSeconds * 1_000,
);

test(
  'in the end every answer is the recount, read from the tables by an api that has just started',
  () =>
    cluster.explain(async () => {
      await cluster.restartServices();
      await expectEverythingCounted(cluster, ledger);
    }),
  patience,
);
