import { afterEach, describe, expect, test } from '@jest/globals';
import { openStream, type LiveStream, type StreamState } from './stream.js';

type Answer = () => Response | Promise<Response>;

/** A server that gives these answers in turn, and then none. */
function script(...answers: Answer[]) {
  const asked: string[] = [];
  const fetch = (async (_url: unknown, init?: { headers?: Record<string, string>; signal?: AbortSignal }) => {
    asked.push(init?.headers?.['authorization'] ?? '');
    const answer = answers[asked.length - 1];
    if (answer) return answer();
    return new Promise<Response>((_, reject) =>
      init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
    );
  }) as typeof globalThis.fetch;
  return { asked, fetch };
}

const streaming = (...chunks: string[]): Answer => {
  const bytes = new TextEncoder();
  return () =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(bytes.encode(chunk));
          controller.close();
        },
      }),
      { headers: { 'content-type': 'text/event-stream' } },
    );
};

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
}

let stream: LiveStream | undefined;
afterEach(() => stream?.close());

function open(server: ReturnType<typeof script>, silenceMsMax?: number) {
  const states: StreamState[] = [];
  const messages: string[] = [];
  stream = openStream({
    url: 'v1/stream',
    key: 'k',
    onMessage: (event, data) => messages.push(`${event} ${data}`),
    onNews: () => undefined,
    onState: (state) => states.push(state),
    fetch: server.fetch,
    random: () => 0,
    ...(silenceMsMax === undefined ? {} : { silenceMsMax }),
  });
  return { states, messages, kinds: () => states.map((state) => state.kind) };
}

describe('the live stream', () => {
  test('sends the key and gives out what it reads', async () => {
    const server = script(streaming('event: ledger\nda', 'ta: 1\n\n: beat\n\n'));
    const seen = open(server);
    await until(() => seen.messages.length === 1);
    expect(server.asked).toEqual(['Bearer k']);
    expect(seen.messages).toEqual(['ledger 1']);
  });

  test('connects again after the server ends the stream, and after a failure', async () => {
    const server = script(
      streaming(': beat\n\n'),
      () => Promise.reject(new TypeError('network')),
      streaming('data: 2\n\n'),
    );
    const seen = open(server);
    await until(() => seen.messages.length === 1);
    expect(seen.kinds().slice(0, 7)).toEqual([
      'connecting',
      'open',
      'waiting',
      'connecting',
      'waiting',
      'connecting',
      'open',
    ]);
  });

  test('does not ask again with a key that was refused', async () => {
    const server = script(() => new Response(null, { status: 401 }));
    const seen = open(server);
    await until(() => seen.kinds().includes('refused'));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(server.asked).toHaveLength(1);
  });

  test('waits as long as an overloaded server asks', async () => {
    const server = script(() => new Response(null, { status: 503, headers: { 'retry-after': '9' } }));
    const seen = open(server);
    await until(() => seen.kinds().includes('waiting'));
    const waiting = seen.states.at(-1);
    expect(waiting?.kind === 'waiting' && waiting.retryAtMs - Date.now()).toBeGreaterThan(8000);
  });

  test('gives up a connection on which nothing is heard, and tries at once when told to', async () => {
    const server = script();
    const seen = open(server, 30);
    await until(() => seen.kinds().includes('waiting'));
    stream?.retryNow();
    expect(server.asked).toHaveLength(2);
  });
});
