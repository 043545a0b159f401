/** Two of each service under load, and each role hurt in turn: nothing is lost, nothing counts twice, nobody lags behind. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sleep } from '../wait-for.js';
import { Cluster } from './cluster.js';
import { expectCounted, expectEverythingCounted } from './expect-counted.js';
import { OutsideLedger } from './outside-ledger.js';
import { describeSchedule, makeSchedule, seedOfRun, type Step } from './schedule.js';

const seed = seedOfRun();
const schedule = makeSchedule({
  seed,
  targets: ['collector-1', 'enricher-2', 'aggregator-1', 'api-2'],
  faults: ['kill -9', 'stop'] as const,
  afterMs: [100, 800],
  // Some are back before anybody missed them, some only after others took over.
  lastsMs: [500, 8_000],
});
const pace = { linesPerSecond: 300 };
const patience = 120_000;

let cluster: Cluster;
let ledger: OutsideLedger;
beforeAll(async () => {
  process.stderr.write(`${describeSchedule(seed, schedule)}\n`);
  cluster = await Cluster.start({ each: 2 });
  ledger = new OutsideLedger(() => cluster.collectors, { seed, lines: 30_000, endsAt: Date.now() - 60_000 });
}, patience);
afterAll(() => cluster?.dispose(), patience);

async function strike({ afterMs, fault, target, lastsMs }: Step<'kill -9' | 'stop'>): Promise<void> {
  const service = cluster.service(target);
  await sleep(afterMs);
  if (fault === 'kill -9') {
    await service.end('SIGKILL');
    await sleep(lastsMs);
    service.start();
    await service.untilReady();
  } else {
    service.pause();
    await sleep(lastsMs);
    service.wake();
  }
}

test.each(schedule)(
  '$fault of $target for $lastsMs ms: the books close and the rows are the recount',
  (step) =>
    cluster.explain(async () => {
      const lines = Math.round(((step.afterMs + step.lastsMs + 1_500) / 1_000) * pace.linesPerSecond);
      await Promise.all([ledger.post(lines, pace), strike(step)]);
      await expectCounted(cluster, ledger);
    }),
  patience,
);

test(
  'in the end every answer is the recount, also after all of them were killed at once',
  () =>
    cluster.explain(async () => {
      const posting = ledger.post(600, pace);
      await sleep(500);
      await Promise.all(cluster.services.map((service) => service.end('SIGKILL')));
      for (const service of cluster.services) service.start();
      await posting;
      await expectEverythingCounted(cluster, ledger);
      expect(ledger.acknowledgedLines).toBe(ledger.postedLines);
    }),
  patience,
);
