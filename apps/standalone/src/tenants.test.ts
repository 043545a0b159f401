import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readConfig, readKeys } from '@ticketrail/runtime';
import { COMPOSITIONS, startStandalone } from './standalone.fixture.js';

const KEYS = { harbour: 'key-of-the-harbour', hill: 'key-of-the-hill', demo: 'key-of-the-environment' };
type TenantName = keyof typeof KEYS;

const payment = (id: string, amount: number): object => ({
  event_type: 'payment',
  event_id: id,
  timestamp: new Date().toISOString(),
  location_id: 'same-place',
  order_id: id,
  subtotal: amount,
  tax: 0,
  tip: 0,
  total_amount: amount,
  payment_method: 'cash',
});

describe.each(COMPOSITIONS)('a process of %s that has the keys of several tenants', (composition) => {
  let directory: string;
  let app: NestFastifyApplication;
  let url: string;

  const post = (key: string | undefined, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...headers,
      },
      body: body instanceof Uint8Array ? Buffer.from(body) : typeof body === 'string' ? body : JSON.stringify(body),
    });
  const revenueOf = async (tenant: TenantName): Promise<number[]> => {
    const headers = { 'x-api-key': KEYS[tenant] };
    const answer = (await (await fetch(`${url}/v1/revenue/live`, { headers })).json()) as {
      rows: { revenue: number }[];
    };
    return answer.rows.map(({ revenue }) => revenue);
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'ticketrail-tenants-'));
    const file = join(directory, 'keys.json');
    const digest = (key: string): string => createHash('sha256').update(key).digest('hex');
    writeFileSync(file, JSON.stringify({ [digest(KEYS.harbour)]: 'harbour', [digest(KEYS.hill)]: 'hill' }));
    const config = readConfig({ DATA_DIR: directory, LOG_LEVEL: 'error', API_KEYS_FILE: file });
    app = await startStandalone(composition, config, readKeys(config, KEYS.demo));
    url = await app.getUrl();
  }, 40_000);
  afterAll(async () => {
    await app.close();
    rmSync(directory, { recursive: true });
  });

  test('counts the same ids at the same place for each of them alone', async () => {
    expect((await post(KEYS.harbour, [payment('one', 10), payment('two', 20)])).status).toBe(202);
    expect((await post(KEYS.hill, payment('one', 5))).status).toBe(202);
    const deadline = Date.now() + 20_000;
    for (;;) {
      const found = [await revenueOf('harbour'), await revenueOf('hill'), await revenueOf('demo')];
      if (found[0]![0] === 30 && found[1]![0] === 5) {
        expect(found).toEqual([[30], [5], []]);
        return;
      }
      if (Date.now() > deadline) throw new Error(`not counted in time: ${JSON.stringify(found)}`);
      await sleep(50);
    }
  }, 30_000);

  test('answers 202 with what was taken and what will be refused, under the request id of the sender', async () => {
    const answer = await post(KEYS.hill, [payment('three', 1), { event_type: 'nothing' }], {
      'x-request-id': 'till-9',
    });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('x-request-id')).toBe('till-9');
    expect(await answer.json()).toEqual({
      accepted: 1,
      rejected: [{ index: 1, reason: 'unknown_event_type', message: expect.any(String) }],
    });
  });

  test('takes a body that comes packed', async () => {
    const body = gzipSync(JSON.stringify([payment('four', 1), payment('five', 1)]));
    const answer = await post(KEYS.hill, body, { 'content-encoding': 'gzip' });
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: 2, rejected: [] }]);
  });

  test.each([
    ['without a key', undefined, payment('x', 1), {}, 401, 'unauthorized'],
    ['with a key of nobody', 'key-of-nobody', payment('x', 1), {}, 401, 'unauthorized'],
    ['with the digest of a key', createHash('sha256').update(KEYS.hill).digest('hex'), [], {}, 401, 'unauthorized'],
    ['that is not JSON', KEYS.hill, '{', {}, 400, 'bad_request'],
    ['of another type', KEYS.hill, 'a,b', { 'content-type': 'text/csv' }, 415, 'unsupported_media_type'],
    ['packed otherwise', KEYS.hill, 'abc', { 'content-encoding': 'br' }, 415, 'unsupported_media_type'],
    ['that says it is packed and is not', KEYS.hill, 'abc', { 'content-encoding': 'gzip' }, 400, 'bad_request'],
    ['that is too large', KEYS.hill, ' '.repeat(8 * 2 ** 20 + 1), {}, 413, 'too_large'],
  ])('answers a request %s with a problem', async (_, key, body, headers, status, code) => {
    const answer = await post(key, body, { ...headers, 'x-request-id': 'till-10' });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await answer.json()).toMatchObject({
      type: `urn:ticketrail:problem:${code}`,
      status,
      instance: '/v1/events',
      request_id: 'till-10',
    });
  });

  test('lets nobody validate without a key', async () => {
    const ask = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${url}/v1/events:validate`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(payment('x', 1)),
      });
    expect((await ask({})).status).toBe(401);
    const answer = await ask({ 'x-api-key': KEYS.harbour });
    expect([answer.status, await answer.json()]).toEqual([200, { accepted: 1, rejected: [] }]);
  });
});
