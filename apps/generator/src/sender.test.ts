import { afterEach, describe, expect, test } from '@jest/globals';
import { problem, startFakeCollector, type Answer, type FakeCollector } from './fake-collector.js';
import { parseRetryAfter } from './post.js';
import { Sender, type SenderOptions } from './sender.js';

const LINES = Array.from({ length: 25 }, (_, index) => JSON.stringify({ event_id: `evt_${index}` }));
let collector: FakeCollector | undefined;
let sender: Sender | undefined;

async function start(
  answer?: Answer,
  options: Partial<SenderOptions> = {},
): Promise<{ to: FakeCollector; from: Sender }> {
  const to = await startFakeCollector(answer);
  const from = new Sender({
    url: to.url,
    key: 'secret',
    linesPerRequestMax: 10,
    retryWaitMs: { least: 1, most: 1_500 },
    ...options,
  });
  collector = to;
  sender = from;
  return { to, from };
}

afterEach(async () => {
  await sender?.stop();
  await collector?.close();
});

describe('the sender', () => {
  test('posts lines as NDJSON in batches, with the key', async () => {
    const { to, from } = await start();
    from.offer([...LINES, 'not json']);
    await from.below(0);
    expect(to.taken().toSorted()).toEqual([...LINES, 'not json'].toSorted());
    expect(to.received.map(({ lines }) => lines.length)).toEqual([10, 10, 6]);
    expect(to.received[0]?.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      authorization: 'Bearer secret',
    });
    expect(to.received[0]?.path).toBe('/v1/events');
    expect(from.stats()).toMatchObject({
      offered: 26,
      accepted: 25,
      rejected: 1,
      requests: 3,
      retries: 0,
      waiting: 0,
      inFlight: 0,
    });
    expect(from.latenciesMs()).toHaveLength(3);
    expect(from.stats().lastProblem).toBeNull();
  });

  test('comes back when the server asks it to, after the time it asks for', async () => {
    const { to, from } = await start(
      (_, response, number) => number === 1 && problem(response, 429, { 'retry-after': '1' }),
    );
    const startedMs = performance.now();
    from.offer(LINES.slice(0, 5));
    await from.below(0);
    expect(performance.now() - startedMs).toBeGreaterThan(990);
    expect(to.taken()).toEqual(LINES.slice(0, 5));
    expect(from.stats()).toMatchObject({ accepted: 5, retries: 1, requests: 2 });
  });

  test('sends again what a lost connection may have swallowed', async () => {
    const { to, from } = await start((_, response, number) => number <= 2 && Boolean(response.socket?.destroy()));
    from.offer(LINES.slice(0, 5));
    await from.below(0);
    expect(to.taken()).toEqual(LINES.slice(0, 5));
    expect(from.stats()).toMatchObject({ accepted: 5, retries: 2 });
    expect(from.stats().lastProblem).not.toBeNull();
  });

  test('gives up after its attempts, and counts what it gave up', async () => {
    const { from } = await start((_, response) => problem(response, 503), { attemptsMax: 3 });
    from.offer(LINES.slice(0, 5));
    await from.below(0);
    expect(from.stats()).toMatchObject({ accepted: 0, abandoned: 5, requests: 3, retries: 2 });
  });

  test('does not repeat what the server will never take', async () => {
    const { from } = await start((_, response) => problem(response, 401));
    from.offer(LINES);
    await from.below(0);
    expect(from.stats()).toMatchObject({ refused: 25, requests: 3, retries: 0 });
    expect(from.stats().lastProblem).toContain('401');
  });

  test('drops what does not fit, rather than growing without end', async () => {
    const { from } = await start(() => true, { linesWaitingMax: 20, requestsInFlightMax: 1 });
    from.offer(LINES);
    from.offer(LINES);
    const { dropped, waiting, inFlight, offered } = from.stats();
    expect(dropped).toBe(20);
    expect(dropped + waiting + inFlight).toBe(offered);
    await from.stop();
  });

  test('ends while a request hangs, and says what became of each line', async () => {
    const { from } = await start(() => true);
    from.offer(LINES);
    const startedMs = performance.now();
    await from.stop();
    expect(performance.now() - startedMs).toBeLessThan(8_000);
    from.offer(LINES);
    expect(from.stats()).toMatchObject({ offered: 50, abandoned: 25, dropped: 25, waiting: 0, inFlight: 0 });
  });

  test('ends at once while it waits to come back', async () => {
    const { from } = await start((_, response) => problem(response, 503, { 'retry-after': '60' }), {
      retryWaitMs: { least: 1, most: 60_000 },
    });
    from.offer(LINES.slice(0, 5));
    while (from.stats().lastProblem === null) await new Promise((resolve) => setTimeout(resolve, 5));
    const startedMs = performance.now();
    await from.stop();
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(from.stats().abandoned).toBe(5);
  });

  test('rejects nothing when no server is there', async () => {
    const lonely = new Sender({
      url: 'http://127.0.0.1:9',
      key: 'secret',
      attemptsMax: 2,
      retryWaitMs: { least: 1, most: 5 },
    });
    lonely.offer(LINES);
    await lonely.below(0);
    expect(lonely.stats()).toMatchObject({ abandoned: 25 });
    await lonely.stop();
  });
});

test('Retry-After is seconds, or a date by the clock of the server', () => {
  const date = 'Wed, 29 Oct 2025 18:00:00 GMT';
  expect(parseRetryAfter('3', date)).toBe(3_000);
  expect(parseRetryAfter('Wed, 29 Oct 2025 18:00:05 GMT', date)).toBe(5_000);
  expect(parseRetryAfter('Wed, 29 Oct 2025 17:00:05 GMT', date)).toBe(0);
  expect(parseRetryAfter('soon', date)).toBeNull();
  expect(parseRetryAfter(undefined, date)).toBeNull();
});
