/** The commands that prove a day and the whole history, run as an operator runs them, while events come in. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newStory, payment } from './events.js';
import { Product } from './product.js';
import { eventually, sleep } from './wait-for.js';

let product: Product;
beforeAll(async () => {
  product = await Product.start();
}, 60_000);
afterAll(() => product.dispose());

interface Run {
  readonly code: number;
  readonly output: string;
}

function run(command: string, ...args: string[]): Promise<Run> {
  const file = fileURLToPath(new URL(`../../verify/${command}.mjs`, import.meta.url));
  const { url, key } = product.client;
  return new Promise((resolve) => {
    execFile(process.execPath, [file, '--url', url, '--key', key, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

test('a day and the history verify while events come in, and one job runs at a time', async () => {
  const ended = new AbortController();
  const load = async (): Promise<void> => {
    for (let round = 0; !ended.signal.aborted; round++) {
      const story = newStory();
      await product.client.postJson(Array.from({ length: 10 }, (_, i) => payment(story, i * 100, 1 + round)));
      await sleep(50);
    }
  };
  const loading = load();
  // Checkpoints come every two seconds and trail the sync by four; there is something to verify behind the first.
  await sleep(8_000);
  const day = new Date().toISOString().slice(0, 10);
  const verified = await run('verify', '--day', day);
  expect([verified.code, verified.output]).toEqual([0, expect.stringContaining('everything agrees')]);
  const recounted = await run('recount');
  expect([recounted.code, recounted.output]).toEqual([0, expect.stringContaining('everything agrees')]);
  ended.abort();
  await loading;
  const answers = await Promise.all(
    ['/v1/recounts', '/v1/recounts'].map((path) => product.client.send<{ id: string }>('POST', path)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 429]);
  const { id } = answers.find(({ status }) => status === 202)!.body;
  await product.client.send('DELETE', `/v1/recounts/${id}`);
  await eventually(async () => {
    const job = await product.client.get<{ state: string }>(`/v1/recounts/${id}`);
    expect(['stopped', 'done']).toContain(job.state);
  });
}, 60_000);

test('what is no day is refused, and what is no receipt is not found', async () => {
  const wrong = await run('verify', '--day', '2026-02-30');
  expect([wrong.code, wrong.output]).toEqual([1, expect.stringContaining('day must be a day')]);
  const answers = await Promise.all(
    [
      '/v1/receipts/nothing?location_id=x',
      '/v1/receipts/revenue',
      '/v1/receipts/items',
      '/v1/receipts/revenue?location_id=x&as_of=yesterday',
      '/v1/receipts/revenue?location_id=x&cursor=7',
      '/v1/receipts/revenue?location_id=x&window=60d',
      '/v1/verifications/unknown',
    ].map((path) => product.client.send<{ type: string }>('GET', path)),
  );
  expect(answers.map(({ status }) => status)).toEqual([404, 400, 400, 400, 400, 400, 404]);
  expect(answers.every(({ contentType }) => contentType.startsWith('application/problem+json'))).toBe(true);
}, 30_000);
