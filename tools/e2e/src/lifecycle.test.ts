/** Starting and ending as a user does it, and saying plainly what is wrong. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { newStory, payment } from './events.js';
import { Product, productKey, runToEnd } from './product.js';
import { revenueOf } from './revenue-of.js';
import { eventually } from './wait-for.js';

/** A user's mistake is answered in words. */
const stackTrace = /^\s+at .*:\d+:\d+\)?$/m;

let product: Product;
beforeAll(async () => {
  product = await Product.start();
}, 60_000);
/** A test that failed half-way must not fail those after it. */
beforeEach(async () => {
  if (!product.isRunning) await product.startAgain();
}, 60_000);
afterAll(() => product.dispose());

test('Ctrl-C ends it within five seconds, with code 0, and what it counted is there after the next start', async () => {
  const story = newStory();
  expect((await product.client.postJson(payment(story, 0, 12.34))).status).toBe(202);
  await eventually(async () => expect(await revenueOf(product.client, story.place)).toBe(12.34));
  const ended = await product.interrupt();
  expect({ code: ended.code, signal: ended.signal }).toEqual({ code: 0, signal: null });
  expect(ended.afterMs).toBeLessThan(5_000);
  await product.startAgain();
  await eventually(async () => expect(await revenueOf(product.client, story.place)).toBe(12.34));
}, 60_000);

test('Ctrl-C while requests and a stream are open still ends it in time, and what was answered is kept', async () => {
  const aborted = new AbortController();
  const headers = { authorization: `Bearer ${productKey}` };
  const stream = await fetch(`${product.client.url}/v1/stream`, { headers, signal: aborted.signal });
  expect(stream.status).toBe(200);
  const story = newStory();
  const posts = Array.from({ length: 200 }, (_, number) =>
    product.client.postJson(payment({ ...story, order: `${story.order}_${number}` }, 0, 1)).then(
      (answer) => (answer.status === 202 ? 1 : 0),
      () => 0,
    ),
  );
  const ended = await product.interrupt();
  aborted.abort();
  const answered = (await Promise.all(posts)).reduce<number>((sum, one) => sum + one, 0);
  expect(ended.code).toBe(0);
  expect(ended.afterMs).toBeLessThan(5_000);
  await product.startAgain();
  await eventually(async () =>
    expect((await revenueOf(product.client, story.place)) ?? 0).toBeGreaterThanOrEqual(answered),
  );
}, 60_000);

test('a second program on the same data directory says so and ends, and the first goes on', async () => {
  const second = await runToEnd({ ...product.environment, PORT: '0' });
  expect(second.code).not.toBe(0);
  expect(second.output).toMatch(/in use|locked|another|already/i);
  expect(second.output).toContain(product.dataDirectory);
  expect(await product.client.isReady()).toBe(true);
}, 30_000);

test('a port that is taken is named in the error', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ticketrail-e2e-'));
  try {
    const second = await runToEnd({ ...product.environment, DATA_DIR: directory });
    expect(second.code).not.toBe(0);
    expect(second.output).toContain(String(product.port));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 30_000);

test.each([
  ['PORT', 'abc'],
  ['PORT', '70000'],
])(
  '%s=%s is refused with an error that names it, without a stack trace',
  async (name, value) => {
    const ended = await runToEnd({ ...product.environment, [name]: value });
    expect(ended.code).not.toBe(0);
    expect(ended.output).toContain(name);
    expect(ended.output).not.toMatch(stackTrace);
  },
  30_000,
);

test('a data directory that cannot be one is named in the error, without a stack trace', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ticketrail-e2e-'));
  const file = join(directory, 'a-file');
  try {
    await writeFile(file, 'not a directory');
    const ended = await runToEnd({ ...product.environment, PORT: '0', DATA_DIR: join(file, 'data') });
    expect(ended.code).not.toBe(0);
    expect(ended.output).toContain(file);
    expect(ended.output).not.toMatch(stackTrace);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 30_000);
