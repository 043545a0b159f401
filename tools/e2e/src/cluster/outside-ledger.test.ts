/** The ledger against a collector of a few lines, so that what it remembers can be checked without any product. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { Client } from '../client.js';
import { OutsideLedger } from './outside-ledger.js';

type Answering = (request: number, lines: readonly string[], response: ServerResponse) => void;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function collector(answering: Answering): Promise<Client> {
  let requests = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => answering(++requests, body.split('\n'), response));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'some-key', 500);
}

function accept(response: ServerResponse, lines: readonly string[]): void {
  response.writeHead(202, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ accepted: lines.length, rejected: [] }));
}
const options = { seed: 3, lines: 200, endsAt: 1_790_000_000_000 };

test('it posts what it has at the pace that was asked for, and knows what the lines mean', async () => {
  const heard: string[] = [];
  const client = await collector((_, lines, response) => {
    heard.push(...lines);
    accept(response, lines);
  });
  const ledger = new OutsideLedger(() => [client], options);
  const started = Date.now();
  await ledger.post(100, { linesPerSecond: 250, batchLines: 10 });
  expect(Date.now() - started).toBeGreaterThanOrEqual(390);
  expect([ledger.postedLines, ledger.acknowledgedLines, ledger.resentLines]).toEqual([100, 100, 0]);
  expect(heard).toHaveLength(100);
  const read = ledger.read();
  expect(read.events.length + read.duplicates + read.rejected.length).toBe(100);
  await expect(ledger.post(101, { linesPerSecond: 1_000 })).rejects.toThrow('only 100 lines are left');
});

test('what was refused or never answered is sent again as it was, and counted as what it is', async () => {
  const taken: string[][] = [];
  const client = await collector((request, lines, response) => {
    if (request === 1) {
      response.writeHead(503, { 'content-type': 'application/problem+json' });
      response.end('{}');
    } else if (request === 2) {
      taken.push([...lines]);
      response.destroy();
    } else {
      taken.push([...lines]);
      accept(response, lines);
    }
  });
  const ledger = new OutsideLedger(() => [client], options);
  await ledger.post(20, { linesPerSecond: 1_000, batchLines: 20 });
  expect([ledger.refusedLines, ledger.unansweredLines, ledger.acknowledgedLines]).toEqual([20, 20, 20]);
  expect(taken[1]).toEqual(taken[0]);
});

test('a collector that answers nothing costs a time-out, and the next one is asked', async () => {
  const silent = await collector(() => undefined);
  const good = await collector((_, lines, response) => accept(response, lines));
  const ledger = new OutsideLedger(() => [silent, good], options);
  await ledger.post(20, { linesPerSecond: 1_000, batchLines: 20 });
  expect([ledger.unansweredLines, ledger.acknowledgedLines]).toEqual([20, 20]);
});

test('an answer that is no refusal fails the load with what was said', async () => {
  const client = await collector((_, __, response) => {
    response.writeHead(500, { 'content-type': 'application/json' });
    response.end('{"title":"broken"}');
  });
  const ledger = new OutsideLedger(() => [client], options);
  await expect(ledger.post(20, { linesPerSecond: 1_000 })).rejects.toThrow('answered with 500: {"title":"broken"}');
});

test('an answer that does not account for every line fails the load', async () => {
  const client = await collector((_, lines, response) => accept(response, lines.slice(1)));
  const ledger = new OutsideLedger(() => [client], options);
  await expect(ledger.post(20, { linesPerSecond: 1_000 })).rejects.toThrow('of 20 lines 19 were accepted');
});
