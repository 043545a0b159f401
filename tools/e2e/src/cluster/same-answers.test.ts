/** One file, two ways to run the product: the answers are the same text, byte by byte, and stay so over restarts. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Client } from '../client.js';
import { expectEveryAnswer, settledBooks } from '../expect-books.js';
import { importLines } from '../import-lines.js';
import { makeMixedFile } from '../make-mixed-file.js';
import { Product } from '../product.js';
import { readLines } from '../read-lines.js';
import { eventually } from '../wait-for.js';
import { Cluster } from './cluster.js';
import { differencesOf, everyAnswer } from './every-answer.js';

// Long ago enough that nothing is provisional any more when it is asked about.
const endsAt = Date.now() - 10 * 60_000;
const lines = makeMixedFile({ endsAt, lines: 20_000, places: 80, seed: 11 });
const file = readLines(lines, endsAt);
const patience = 120_000;

let standalone: Product;
let cluster: Cluster;
let expected: Map<string, string>;
beforeAll(async () => {
  standalone = await Product.start();
  cluster = await Cluster.start({ partitions: 8 });
}, patience);
afterAll(async () => {
  await standalone?.dispose();
  await cluster?.dispose();
}, patience);

async function expectSameAnswers(client: Client): Promise<void> {
  // Slow tables may follow the quick ones by some seconds.
  await eventually(async () => expect(differencesOf(await everyAnswer(client, file, endsAt), expected)).toEqual([]), {
    withinMs: 20_000,
    everyMs: 500,
  });
}

test(
  'a file gives the same books and byte-equal answers standalone and clustered, and they are the recount',
  () =>
    cluster.explain(async () => {
      for (const client of [standalone.client, cluster.api]) {
        const collector = client === cluster.api ? cluster.collectors[0] : client;
        if (collector === undefined) throw new Error('there is no collector');
        await importLines(collector, lines);
        const books = await settledBooks(client, lines.length, 60_000);
        expect(books).toMatchObject({
          accepted: lines.length,
          applied: file.events.length,
          duplicates: file.duplicates,
          rejected: file.rejected.length,
        });
      }
      await expectEveryAnswer(standalone.client, file, endsAt);
      expected = await everyAnswer(standalone.client, file, endsAt);
      await expectSameAnswers(cluster.api);
    }),
  patience,
);

test(
  'and again after every service was ended in order and started anew',
  () =>
    cluster.explain(async () => {
      await cluster.restartServices();
      await expectSameAnswers(cluster.api);
    }),
  patience,
);

test(
  'and again after every service was killed, also for an api that reads nothing but the tables',
  () =>
    cluster.explain(async () => {
      await Promise.all(cluster.services.map((service) => service.end('SIGKILL')));
      for (const service of cluster.services) service.start();
      await cluster.untilReady();
      await expectSameAnswers(cluster.api);
    }),
  patience,
);
