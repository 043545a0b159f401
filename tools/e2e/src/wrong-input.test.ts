/** Input that is wrong: a clear answer, the neighbours taken, nothing lost, and the program goes on. */
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Answer, Posted } from './client.js';
import { settledBooks } from './expect-books.js';
import { newStory, payment } from './events.js';
import { malformedKinds, type Fields, type MalformedKind } from './malformed-kinds.js';
import { Product } from './product.js';
import { Random } from './random.js';
import { revenueOf } from './revenue-of.js';
import { eventually } from './wait-for.js';
import { makeVisit } from './visits.js';

interface Rejected {
  readonly reason: string;
  readonly message: string;
  readonly payload: unknown;
}

let product: Product;
const accepted = { lines: 0 };
beforeAll(async () => {
  product = await Product.start();
}, 60_000);
afterAll(() => product.dispose());
afterEach(async () => {
  expect(await product.client.isReady()).toBe(true);
});

const json = { 'content-type': 'application/json' };
const ndjson = { 'content-type': 'application/x-ndjson' };
const post = (headers: Record<string, string>, body: string | Uint8Array): Promise<Answer<Posted>> =>
  product.client.send('POST', '/v1/events', headers, body);
const rejections = async (): Promise<readonly Rejected[]> =>
  (await product.client.get<{ rows: Rejected[] }>('/v1/rejections', { limit: 10_000 })).rows;

/** RFC 9457: a machine can tell what happened, and a person too. */
function expectProblem(answer: Answer<unknown>, status: number): void {
  expect([answer.status, answer.contentType.split(';')[0]]).toEqual([status, 'application/problem+json']);
  expect(answer.body).toMatchObject({ status });
  const { title, detail } = answer.body as { title?: string; detail?: string };
  expect(`${title ?? ''}${detail ?? ''}`.length).toBeGreaterThan(5);
  expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.js:\d+/);
}

/** A good event of each type, of a few seconds ago, to be spoilt. */
function goodFields(kind: MalformedKind, serial: string): Fields {
  const place = {
    fields: { location_id: '"loc_spoilt"', location_name: '"Spoilt"' },
    countsItsOwn: false,
    given: 0,
    freeAt: [],
  };
  for (let attempt = 0; ; attempt++) {
    const visit = makeVisit(new Random(attempt), place, 1, Date.now() - 3_600_000, serial);
    const found = visit.find((event) => event.type === kind.type);
    if (found !== undefined) return found.fields;
  }
}

test.each(Object.entries<readonly MalformedKind[]>(malformedKinds))(
  '%s: refused with a reason, between neighbours that are taken, and kept to be read back',
  async (group, kinds) => {
    const story = newStory();
    const lines: string[] = [JSON.stringify(payment(story, 0, 1.01))];
    kinds.forEach((kind, index) => {
      lines.push(kind.spoil(goodFields(kind, `${group.replaceAll(' ', '')}_${index}`)));
      lines.push(JSON.stringify(payment({ ...story, order: `${story.order}_${index}` }, index + 1, 1.01)));
    });
    await settledBooks(product.client, accepted.lines, 5_000);
    const before = (await rejections()).length;
    const answer = await product.client.postLines(lines);
    expect(answer.status).toBe(202);
    // What only the log's own time can refuse may be refused later, and is then among the accepted here.
    expect(answer.body.accepted + answer.body.rejected.length).toBe(lines.length);
    for (const { index, reason, message } of answer.body.rejected) {
      expect([index % 2, typeof reason, message.length > 5]).toEqual([1, 'string', true]);
    }
    if (group !== 'times outside the horizon') {
      expect(answer.body.rejected.map(({ index }) => index)).toEqual(kinds.map((_, index) => index * 2 + 1));
    }
    accepted.lines += lines.length;

    await eventually(async () =>
      expect(await revenueOf(product.client, story.place)).toBe(Math.round((kinds.length + 1) * 101) / 100),
    );
    await eventually(async () => expect((await rejections()).length).toBe(before + kinds.length));
    const newest = (await rejections()).filter(({ message, reason }) => message.length > 5 && /^[a-z_]+$/.test(reason));
    expect(newest).toHaveLength(before + kinds.length);
    const payloads = newest.map(({ payload }) => (typeof payload === 'string' ? payload : JSON.stringify(payload)));
    for (const kind of kinds.filter(({ name }) => name === 'plain text')) {
      expect(payloads).toContain(kind.spoil({}));
    }
  },
);

test('a spoilt event in a JSON array does not harm its neighbours either', async () => {
  const story = newStory();
  const good = (order: string): object => payment({ ...story, order }, 0, 2);
  const answer = await product.client.postJson([good('a'), { ...good('b'), total_amount: -1 }, 7, null, good('c')]);
  expect([answer.status, answer.body.accepted, answer.body.rejected.map(({ index }) => index)]).toEqual([
    202,
    2,
    [1, 2, 3],
  ]);
  accepted.lines += 5;
  await eventually(async () => expect(await revenueOf(product.client, story.place)).toBe(4));
});

test.each([
  ['nothing at all', json, '', 400],
  ['nothing but line ends', ndjson, '\n\n\n', 400],
  ['half an object', json, '{"event_id":"evt_1",', 400],
  ['a bomb of brackets that never close', json, '['.repeat(200_000), 400],
  ['a content type that is no event', { 'content-type': 'text/html' }, '<p>hello</p>', 415],
  ['an image', { 'content-type': 'image/png' }, '\u0089PNG', 415],
])('%s is answered with a problem', async (_name, headers, body, status) => {
  expectProblem(await post(headers, body), status);
});

test('an array nested without end is refused as one event, or as a request, and forgotten', async () => {
  const answer = await post(json, `${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  if (answer.status === 202) accepted.lines += answer.body.accepted + answer.body.rejected.length;
  expect([202, 400]).toContain(answer.status);
  if (answer.status === 202) expect(answer.body.accepted).toBe(0);
});

test('a body of 10 MB is refused as soon as its length is announced', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { ...ndjson, authorization: `Bearer ${product.client.key}`, 'content-length': 10 * 1024 * 1024 };
    const sending = request(`${product.client.url}/v1/events`, { method: 'POST', headers });
    sending.once('response', (response) => {
      resolve(response.statusCode);
      sending.destroy();
    });
    sending.once('error', reject);
    sending.flushHeaders();
  });
  expect(status).toBe(413);
});

test('a sender that goes on talking for 10 MB gets a problem, or a closed connection', async () => {
  const line = JSON.stringify({ ...payment(newStory(), 0, 1), note: 'x'.repeat(1_000) });
  const lines = Array.from({ length: Math.ceil((10 * 1024 * 1024) / line.length) }, () => line);
  for (const [headers, body] of [
    [ndjson, lines.join('\n')],
    [json, `[${lines.join(',')}]`],
  ] as const) {
    const answer = await post(headers, body).catch(() => undefined);
    if (answer !== undefined) expectProblem(answer, 413);
  }
});

test('100,000 lines in one request are refused as too many, or all taken: never a part without a word', async () => {
  const story = newStory();
  const line = JSON.stringify({ event_id: 'e', event_type: 'x' });
  const lines = Array.from({ length: 99_999 }, () => line);
  const answer = await product.client.postLines([JSON.stringify(payment(story, 0, 5)), ...lines]);
  if (answer.status === 413) {
    expectProblem(answer, 413);
    expect(await revenueOf(product.client, story.place)).toBeUndefined();
  } else {
    expect([answer.status, answer.body.accepted + answer.body.rejected.length]).toEqual([202, 100_000]);
    accepted.lines += 100_000;
    await eventually(async () => expect(await revenueOf(product.client, story.place)).toBe(5));
  }
});

test('a compressed body is understood, or refused as one that is not', async () => {
  const story = newStory();
  const answer = await post({ ...json, 'content-encoding': 'gzip' }, gzipSync(JSON.stringify(payment(story, 0, 6))));
  if (answer.status === 202) {
    accepted.lines += 1;
    await eventually(async () => expect(await revenueOf(product.client, story.place)).toBe(6));
    const bomb = await post({ ...ndjson, 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(50 * 1024 * 1024, 32)));
    expectProblem(bomb, 413);
  } else expectProblem(answer, 415);
});

test.each([
  ['no key', {}],
  ['a wrong key', { authorization: 'Bearer wrong' }],
  ['a key of the wrong kind', { authorization: 'Basic a2V5Om9m' }],
  ['an empty key', { 'x-api-key': '' }],
])('%s: neither posted nor read', async (_name, headers) => {
  const story = newStory();
  for (const [method, path] of [
    ['POST', '/v1/events'],
    ['GET', '/v1/revenue/live'],
    ['GET', '/v1/rejections'],
    ['GET', '/v1/ledger'],
  ]) {
    const response = await fetch(`${product.client.url}${path}`, {
      method: method as string,
      headers: { ...json, ...headers } as Record<string, string>,
      ...(method === 'POST' ? { body: JSON.stringify(payment(story, 0, 7)) } : {}),
    });
    const contentType = response.headers.get('content-type') ?? '';
    expectProblem(
      { status: response.status, contentType, headers: response.headers, body: await response.json() },
      401,
    );
  }
  expect(await revenueOf(product.client, story.place)).toBeUndefined();
});

test('the key may also come as X-Api-Key', async () => {
  const response = await fetch(`${product.client.url}/v1/ledger`, { headers: { 'x-api-key': product.client.key } });
  expect(response.status).toBe(200);
});

test.each([
  '/v1/revenue/live?window=abc',
  '/v1/revenue/live?at=yesterday',
  '/v1/funnel?limit=-1',
  '/v1/items/trending?limit=many',
  '/v1/revenue/live?window=9999999d',
])('a question that makes no sense is answered with a problem: %s', async (path) => {
  expectProblem(await product.client.send('GET', path), 400);
});

test('an address that is not there is a problem, too', async () => {
  expectProblem(await product.client.send('GET', '/v1/no/such/thing'), 404);
});

test('validation says what would happen and keeps nothing', async () => {
  const story = newStory();
  const body = JSON.stringify([payment(story, 0, 8), { ...payment(story, 0, 8), total_amount: 'a lot' }]);
  const before = (await rejections()).length;
  const answer = await product.client.send<Posted>('POST', '/v1/events:validate', json, body);
  expect([answer.status, answer.body.accepted, answer.body.rejected.map(({ index }) => index)]).toEqual([200, 1, [1]]);
  await settledBooks(product.client, accepted.lines);
  expect(await revenueOf(product.client, story.place)).toBeUndefined();
  expect((await rejections()).length).toBe(before);
});

test('after all this the books close over exactly what was taken, and no prototype was touched', async () => {
  const books = await settledBooks(product.client, accepted.lines);
  expect(books.accepted).toBe(accepted.lines);
  const answer = await product.client.send<Record<string, unknown>>('GET', '/v1/ledger');
  expect('polluted' in answer.body).toBe(false);
});
