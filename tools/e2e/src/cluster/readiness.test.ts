/** Health that does not lie, and senders who are turned away before anything is taken: never earlier than they must be. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { eventually, sleep } from '../wait-for.js';
import { Cluster } from './cluster.js';
import { engineNames } from './engine-set.js';
import { expectCounted } from './expect-counted.js';
import { OutsideLedger } from './outside-ledger.js';
import { seedOfRun } from './schedule.js';

const pace = { linesPerSecond: 400 };
const patience = 120_000;
/** So much room is left in the log when it is to become full. Bytes. */
const roomBytes = 600_000;

let cluster: Cluster;
let ledger: OutsideLedger;
beforeAll(async () => {
  cluster = await Cluster.start();
  ledger = new OutsideLedger(() => cluster.collectors, {
    seed: seedOfRun(),
    lines: 30_000,
    endsAt: Date.now() - 60_000,
  });
}, patience);
/** A test that failed half-way must not fail those after it. */
afterEach(async () => {
  for (const engine of engineNames) {
    if (!cluster.engines.isRunning(engine)) await cluster.engines.startAgain(engine);
  }
}, patience);
afterAll(() => cluster?.dispose(), patience);

test(
  'a cursor that stands still while its log grows turns readiness red, though every connection is open',
  () =>
    cluster.explain(async () => {
      await ledger.post(400, pace);
      await expectCounted(cluster, ledger);
      const { enricher, network } = {
        enricher: cluster.service('enricher-1'),
        network: cluster.network('enricher', 'nats'),
      };
      const posting = ledger.post(8_000, pace);
      await network.fail({ kind: 'half-open' });
      await eventually(async () => expect((await enricher.readiness())?.status).toBe(503), { withinMs: 25_000 });
      // Only who is stuck says so: the collector goes on taking.
      expect((await cluster.service('collector-1').readiness())?.status).toBe(200);
      await network.heal();
      await posting;
      await expectCounted(cluster, ledger);
    }),
  patience,
);

test(
  'with the database away the log takes until it is full; then 503 before anything is taken, and with room again all is counted',
  () =>
    cluster.explain(async () => {
      await cluster.engines.end('cassandra', 'kill');
      const operator = await connect({ servers: `127.0.0.1:${cluster.engines.addresses.nats.port}` });
      try {
        const { streams } = await jetstreamManager(operator);
        const { config, state } = await streams.info('INGEST');
        await streams.update('INGEST', { max_bytes: state.bytes + roomBytes });
        const acknowledged = ledger.acknowledgedLines;
        const refused = ledger.refusedLines;
        const posting = ledger.post(6_000, pace);
        await eventually(async () => expect(ledger.refusedLines).toBeGreaterThan(refused), { withinMs: 30_000 });
        // The database was away from the first of them on, and yet many were taken.
        expect(ledger.acknowledgedLines - acknowledged).toBeGreaterThan(500);

        await sleep(2_000);
        const full = await streams.info('INGEST');
        const answer = await cluster.collectors[0]?.postLines(['{"event_type":"table_seated"}']);
        expect(answer?.status).toBe(503);
        expect(Number(answer?.headers.get('retry-after'))).toBeGreaterThan(0);
        await sleep(2_000);
        expect((await streams.info('INGEST')).state.last_seq).toBe(full.state.last_seq);

        await streams.update('INGEST', { max_bytes: config.max_bytes });
        await cluster.engines.startAgain('cassandra');
        await posting;
        await expectCounted(cluster, ledger);
      } finally {
        await operator.close();
      }
    }),
  patience,
);

test(
  'in the end everything stands in the tables, and every process says that it is ready',
  () =>
    cluster.explain(async () => {
      await cluster.restartServices();
      await expectCounted(cluster, ledger);
      for (const service of cluster.services) expect((await service.readiness())?.status).toBe(200);
    }),
  patience,
);
