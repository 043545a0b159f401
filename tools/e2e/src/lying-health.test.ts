/** Health must not be green while the figures stand still: here the log loses its end, and the rows know better. */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newStory, payment } from './events.js';
import { Product } from './product.js';
import { revenueOf } from './revenue-of.js';
import { eventually } from './wait-for.js';

let product: Product;
beforeAll(async () => {
  product = await Product.start();
}, 60_000);
afterAll(() => product.dispose());

interface Health {
  readonly status: string;
  readonly error: Readonly<Record<string, { readonly status: string; readonly problem: string }>>;
}

const count = async (amount: number): Promise<void> => {
  const story = newStory();
  expect((await product.client.postJson(payment(story, 0, amount))).status).toBe(202);
  await eventually(async () => expect(await revenueOf(product.client, story.place)).toBe(amount));
};

test('a log that lost its end halts the partitions, and health says so for as long as it lasts', async () => {
  const log = join(product.dataDirectory, 'log');
  const older = `${log}-older`;
  await count(1);
  await product.interrupt();
  await cp(log, older, { recursive: true });
  await product.startAgain();
  await count(2);
  await product.interrupt();
  const newer = `${log}-newer`;
  await cp(log, newer, { recursive: true });
  await rm(log, { recursive: true });
  await cp(older, log, { recursive: true });

  // It does not become ready, so nobody waits for that.
  const starting = product.startAgain().catch(() => undefined);
  const health = await eventually(
    async () => {
      const answer = await product.client.send<Health>('GET', '/health/ready');
      expect(answer.status).toBe(503);
      expect(JSON.stringify(answer.body.error)).toMatch(/rolled back|another log/);
      return answer.body;
    },
    { withinMs: 20_000 },
  );
  expect(health.status).toBe('error');
  expect(health.error['aggregator']?.status).toBe('down');
  // The process is alive all the same: restarting it would not help.
  expect((await product.client.send('GET', '/health/live')).status).toBe(200);
  await product.killHard();
  await starting;

  await rm(log, { recursive: true });
  await cp(newer, log, { recursive: true });
  await product.startAgain();
  await count(3);
  expect((await product.client.send('GET', '/health/ready')).status).toBe(200);
}, 90_000);
