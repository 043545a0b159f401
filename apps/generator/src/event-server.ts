import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { EventStore } from './event-store.js';

/**
 * A source of events for whoever prefers to fetch them:
 *
 * - `GET /events?offset=0&limit=1000` answers `{"events": [{"offset": 0, "event": {…}}], "next_offset": 1, "oldest_offset": 0}`. A reader
 *   asks again from `next_offset`. Events older than `oldest_offset` are gone.
 * - `GET /stream` is a stream of server-sent events whose ids are the offsets. It starts with the next event, after the
 *   `Last-Event-ID` of a client that comes back, or at `?offset=`.
 * - `GET /health` answers `{"status": "ok", …}`.
 */
const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 5_000;
const STREAM_READ = 200;
const BEAT_MS = 10_000;

export function createEventServer(store: EventStore, profile: string, beatMs: number = BEAT_MS): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method !== 'GET') return answerProblem(response, 405, 'Only GET is answered here.');
    switch (url.pathname) {
      case '/events':
        return answerEvents(store, url.searchParams, response);
      case '/stream':
        return answerStream({ store, query: url.searchParams, request, response, beatMs });
      case '/health':
        return answerJson(response, 200, healthOf(store, profile));
      default:
        return answerProblem(response, 404, 'There are /events, /stream and /health.');
    }
  });
}

function healthOf(store: EventStore, profile: string): string {
  const kept = store.next - store.oldest;
  return JSON.stringify({
    status: 'ok',
    profile,
    events_kept: kept,
    oldest_offset: store.oldest,
    next_offset: store.next,
  });
}

function answerEvents(store: EventStore, query: URLSearchParams, response: ServerResponse): void {
  const offset = wholeNumber(query.get('offset'), 0);
  const limit = wholeNumber(query.get('limit'), LIMIT_DEFAULT);
  if (offset === undefined || limit === undefined || limit < 1) {
    return answerProblem(response, 400, 'offset is a whole number from 0 on, limit one from 1 on.');
  }
  const events = store.read(offset, Math.min(limit, LIMIT_MAX));
  const last = events.at(-1);
  const next = last ? last.offset + 1 : Math.max(store.oldest, Math.min(offset, store.next));
  const rows = events.map(({ offset: at, line }) => `{"offset":${at},"event":${line}}`).join(',');
  answerJson(response, 200, `{"events":[${rows}],"next_offset":${next},"oldest_offset":${store.oldest}}`);
}

function answerStream(options: {
  store: EventStore;
  query: URLSearchParams;
  request: IncomingMessage;
  response: ServerResponse;
  beatMs: number;
}): void {
  const { store, query, request, response, beatMs } = options;
  const header = request.headers['last-event-id'];
  const lastSeen = wholeNumber(typeof header === 'string' ? header : null, -1);
  const asked = wholeNumber(query.get('offset'), store.next);
  if (lastSeen === undefined || asked === undefined) {
    return answerProblem(response, 400, 'Last-Event-ID and offset are whole numbers from 0 on.');
  }
  let next = lastSeen >= 0 ? lastSeen + 1 : asked;
  let isFull = false;

  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 1000\n\n');
  // The store is the buffer: a reader that is slow only has its place in it, and no queue of its own.
  const send = () => {
    while (!isFull && next < store.next) {
      if (next < store.oldest) response.write(`: events ${next} to ${store.oldest - 1} are no longer kept\n\n`);
      const events = store.read(next, STREAM_READ);
      next = (events.at(-1)?.offset ?? next) + 1;
      isFull = !response.write(events.map(({ offset, line }) => `id: ${offset}\ndata: ${line}\n\n`).join(''));
    }
  };
  const stopWatching = store.watch(send);
  const beat = setInterval(() => response.write(': beat\n\n'), beatMs);
  response.on('drain', () => {
    isFull = false;
    send();
  });
  response.on('close', () => {
    stopWatching();
    clearInterval(beat);
  });
  send();
}

/** The fallback for a missing text, undefined for one that is not a whole number from 0 on. */
function wholeNumber(text: string | null, fallback: number): number | undefined {
  if (text === null || text === '') return fallback;
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function answerJson(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body);
}

function answerProblem(response: ServerResponse, status: number, detail: string): void {
  response
    .writeHead(status, { 'content-type': 'application/problem+json' })
    .end(JSON.stringify({ type: 'about:blank', title: 'The request cannot be answered', status, detail }));
}
