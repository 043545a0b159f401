/**
 * Serves the built page with made-up figures, for working on the page without the product.
 *
 *     node dev/mock-server.mjs [port] [evening|empty|alarm]      then open http://127.0.0.1:8099/#key=demo
 *
 * POST /mock/{live|silent|broken} changes how the stream behaves from then on: as it should, open but mute, or refused. In the
 * scenario `alarm` receipts do not agree, and those of items fail.
 */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeReports } from './mock-data.mjs';
import { makeDevices, makeReceipt, makeRestatements, receiptCsv } from './mock-receipts.mjs';

const web = fileURLToPath(new URL('../dist/web/', import.meta.url));
const KEY = 'demo';
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const FAST = ['revenue', 'series', 'funnel', 'items', 'ledger'];
const SLOW = ['wait-times', 'payments', 'feedback'];
/** What the product should send with the page: nothing from elsewhere, nothing inline, nothing evaluated. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function startMock({ port = 0, scenario = 'evening' } = {}) {
  const reports = makeReports({ empty: scenario === 'empty', difference: scenario === 'alarm' ? 7 : 0 });
  const streams = new Set();
  let mode = 'live';

  const send = (response, topics) => {
    for (const topic of topics)
      response.write(`event: ${topic}\ndata: ${JSON.stringify(reports[topic](Date.now()))}\n\n`);
  };
  const fast = setInterval(() => mode === 'live' && streams.forEach((response) => send(response, FAST)), 500);
  const slow = setInterval(() => mode === 'live' && streams.forEach((response) => send(response, SLOW)), 2000);
  const beat = setInterval(
    () => mode === 'live' && streams.forEach((response) => response.write(': beat\n\n')),
    10_000,
  );

  const json = (response, status, body) => {
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(JSON.stringify(body));
  };

  function api(request, response, url) {
    if (request.headers.authorization !== `Bearer ${KEY}`) {
      return json(response, 401, { title: 'Unauthorized', status: 401, detail: 'The key is missing or not known.' });
    }
    if (mode === 'broken') return json(response, 503, { title: 'Unavailable', status: 503 });
    const now = Date.now();
    const location = /^\/v1\/locations\/([^/]+)\/revenue$/.exec(url.pathname);
    if (location)
      return json(
        response,
        200,
        reports.location(now, decodeURIComponent(location[1]), url.searchParams.get('window')),
      );
    if (url.pathname === '/v1/revenue/live') {
      const at = Date.parse(url.searchParams.get('at') ?? '');
      return json(response, 200, reports.revenue(Number.isNaN(at) ? now : at + 59_999));
    }
    if (url.pathname === '/v1/kitchen') return json(response, 200, reports.kitchen(now));
    if (url.pathname === '/v1/rejections') return json(response, 200, reports.rejections(now));
    if (url.pathname === '/v1/restatements')
      return json(response, 200, makeRestatements(now, reports.rejections(now), scenario === 'empty'));
    const devices = /^\/v1\/devices\/(missing|silent)$/.exec(url.pathname);
    if (devices) return json(response, 200, makeDevices(now, devices[1], scenario === 'empty'));
    const receipt = /^\/v1\/receipts\/(revenue|funnel|items)$/.exec(url.pathname);
    if (receipt) {
      if (scenario === 'alarm' && receipt[1] === 'items') {
        return json(response, 503, { title: 'Unavailable', status: 503, detail: 'The tables do not answer.' });
      }
      const answer = makeReceipt(now, receipt[1], url.searchParams, { difference: scenario === 'alarm' ? 0.01 : 0 });
      if (url.searchParams.get('format') !== 'csv') return json(response, 200, answer);
      return void response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' }).end(receiptCsv(answer));
    }
    if (url.pathname === '/v1/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return send(response, [...FAST, ...SLOW]);
    }
    return json(response, 404, { title: 'Not found', status: 404 });
  }

  async function file(response, pathname) {
    const path = normalize(join(web, pathname === '/' ? 'index.html' : pathname));
    const body = path.startsWith(web) ? await readFile(path).catch(() => undefined) : undefined;
    if (!body) return json(response, 404, { title: 'Not found', status: 404 });
    response.writeHead(200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    response.end(body);
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://mock');
    if (request.method === 'POST' && url.pathname.startsWith('/mock/')) {
      mode = url.pathname.slice('/mock/'.length);
      if (mode === 'broken') streams.forEach((stream) => stream.destroy());
      return json(response, 200, { mode });
    }
    return url.pathname.startsWith('/v1/') ? api(request, response, url) : void file(response, url.pathname);
  });
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      resolve({
        address: `http://127.0.0.1:${server.address().port}/`,
        setMode: (next) => {
          mode = next;
          if (next === 'broken') streams.forEach((stream) => stream.destroy());
        },
        close: () => {
          for (const timer of [fast, slow, beat]) clearInterval(timer);
          server.closeAllConnections();
          server.close();
        },
      });
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = await startMock({ port: Number(process.argv[2] ?? 8099), scenario: process.argv[3] ?? 'evening' });
  console.log(`${mock.address}#key=${KEY}`);
}
