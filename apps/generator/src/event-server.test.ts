import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEventServer } from './event-server.js';
import { EventStore } from './event-store.js';

interface Page {
  events: { offset: number; event: { n: number } }[];
  next_offset: number;
  oldest_offset: number;
}

let store: EventStore;
let server: Server;
let url = '';
let added = 0;

/** Adds events that carry their own offset. */
const add = (count: number) => store.append(Array.from({ length: count }, () => JSON.stringify({ n: added++ })));
const page = async (query: string) => (await (await fetch(`${url}/events${query}`)).json()) as Page;
const numbers = ({ events }: Page) => events.map(({ event }) => event.n);

/** Reads a stream until it has so many events, then leaves. */
async function listen(count: number, options: { query?: string; lastEventId?: number } = {}) {
  const leaving = new AbortController();
  const headers: Record<string, string> =
    options.lastEventId === undefined ? {} : { 'last-event-id': `${options.lastEventId}` };
  const response = await fetch(`${url}/stream${options.query ?? ''}`, { headers, signal: leaving.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  let text = '';
  const decoder = new TextDecoder();
  const seen = () =>
    [...text.matchAll(/^id: (\d+)\ndata: (.+)\n\n/gm)].map((match) => [Number(match[1]), match[2]] as const);
  for await (const part of response.body ?? []) {
    text += decoder.decode(part as Uint8Array, { stream: true });
    if (seen().length >= count) break;
  }
  leaving.abort();
  return { ids: seen().map(([id]) => id), data: seen().map(([, data]) => data), text };
}

beforeEach(async () => {
  store = new EventStore(100);
  added = 0;
  server = createEventServer(store, 'ontario', 20).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

describe('GET /events', () => {
  test('pages through everything from 0 on without a gap or a repetition', async () => {
    add(25);
    const seen: number[] = [];
    let offset = 0;
    for (let turn = 0; turn < 4; turn++) {
      const answer = await page(`?offset=${offset}&limit=10`);
      expect(answer.events.map((event) => event.offset)).toEqual(numbers(answer));
      seen.push(...numbers(answer));
      offset = answer.next_offset;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => index));
    expect(offset).toBe(25);
  });

  test('answers the same next_offset when there is nothing new, and goes on from there', async () => {
    add(3);
    expect(await page('?offset=3')).toEqual({ events: [], next_offset: 3, oldest_offset: 0 });
    add(1);
    expect(numbers(await page('?offset=3'))).toEqual([3]);
    expect(await page('?offset=900')).toMatchObject({ events: [], next_offset: 4 });
  });

  test('goes on with the oldest event that is kept, and says which it is', async () => {
    add(250);
    const answer = await page('?offset=10&limit=1000');
    expect(answer.oldest_offset).toBe(150);
    expect(numbers(answer)).toEqual(Array.from({ length: 100 }, (_, index) => 150 + index));
    expect(answer.next_offset).toBe(250);
  });

  test.each(['?offset=-1', '?offset=x', '?limit=0', '?limit=1.5'])('refuses %s', async (query) => {
    const response = await fetch(`${url}/events${query}`);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('GET /stream', () => {
  test('sends what comes from now on, with offsets as ids', async () => {
    add(5);
    const listening = listen(3);
    await new Promise((resolve) => setTimeout(resolve, 100));
    add(3);
    expect(await listening).toMatchObject({ ids: [5, 6, 7], data: ['{"n":5}', '{"n":6}', '{"n":7}'] });
  });

  test('resumes after the Last-Event-ID, or at an offset', async () => {
    add(50);
    const first = await listen(10, { query: '?offset=0' });
    expect(first.ids.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, index) => index));
    const second = await listen(40, { query: '?offset=0', lastEventId: 9 });
    expect(second.ids).toEqual(Array.from({ length: 40 }, (_, index) => 10 + index));
  });

  test('tells a reader who was away too long what it missed', async () => {
    add(250);
    const { ids, text } = await listen(100, { lastEventId: 9 });
    expect(text).toContain(': events 10 to 149 are no longer kept');
    expect(ids[0]).toBe(150);
  });

  test('beats while nothing happens', async () => {
    const listening = listen(1);
    await new Promise((resolve) => setTimeout(resolve, 150));
    add(1);
    expect((await listening).text).toContain(': beat');
  });

  test('refuses an id that is none', async () => {
    const response = await fetch(`${url}/stream`, { headers: { 'last-event-id': 'abc' } });
    expect(response.status).toBe(400);
  });
});

test('GET /health says what there is, and other paths and methods are refused', async () => {
  add(120);
  expect(await (await fetch(`${url}/health`)).json()).toEqual({
    status: 'ok',
    profile: 'ontario',
    events_kept: 100,
    oldest_offset: 20,
    next_offset: 120,
  });
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
  expect((await fetch(`${url}/events`, { method: 'POST' })).status).toBe(405);
});
