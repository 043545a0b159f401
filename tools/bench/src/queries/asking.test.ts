import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Product } from '../product/product.js';
import { ask } from './asking.js';

async function answering(
  delayMs: number,
  status: number,
): Promise<{ product: Product; asked: string[]; close: () => void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    setTimeout(() => response.writeHead(status).end('x'.repeat(1_000)), delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const apiUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const product: Product = {
    collectorUrl: apiUrl,
    apiUrl,
    keys: ['key'],
    processes: [],
    metrics: [],
    directories: {},
    isFresh: true,
    stop: () => Promise.resolve(),
  };
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { product, asked, close };
}

const questions = [
  { name: 'first', path: '/first' },
  { name: 'second', path: '/second' },
];

test('questions are asked in turn when they are due, also while earlier ones wait for their answers', async () => {
  const { product, asked, close } = await answering(300, 200);
  const ending = new AbortController();
  const answers = ask(product, questions, 40, ending.signal);
  await sleep(500);
  ending.abort();
  const found = await answers;
  close();
  // One that waits for its answer before it asks again would have asked twice.
  expect(asked.length).toBeGreaterThan(8);
  expect(asked.slice(0, 4)).toEqual(['/first', '/second', '/first', '/second']);
  expect(found.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['first', 1_000],
    ['second', 1_000],
  ]);
  expect(found[0]?.times.p50).toBeGreaterThanOrEqual(299);
});

test('an answer that is none ends the asking with its status', async () => {
  const { product, close } = await answering(0, 503);
  await expect(ask(product, questions, 40, new AbortController().signal)).rejects.toThrow(/\/first .*503/);
  close();
});
