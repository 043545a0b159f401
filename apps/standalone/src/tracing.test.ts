import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Keys, readConfig, Tracing } from '@ticketrail/runtime';
import { COMPOSITIONS, startStandalone } from './standalone.fixture.js';

/** As in OTLP's JSON, https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding; what is read of it here. */
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: Pick<Span, 'attributes'>;
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

/** Takes spans as a collector of traces does. */
class Sink {
  readonly exports: Export[] = [];
  private readonly server: Server = createServer((request, response) => {
    void textOf(request).then((text) => {
      if (request.url === '/v1/traces') this.exports.push(JSON.parse(text) as Export);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  spans(): Span[] {
    return this.exports.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    );
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const KEY = 'key-of-the-tenant';
const SENT = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' };
const NOT_KEPT = '5bf92f3577b34da6a3ce929d0e0e4736';

const attribute = (of: Pick<Span, 'attributes'>, key: string): unknown =>
  Object.values(of.attributes.find((one) => one.key === key)?.value ?? {})[0];

describe.each(COMPOSITIONS)('traces of a process of %s that is given an endpoint', (composition) => {
  const sink = new Sink();
  let directory: string;
  let app: NestFastifyApplication;
  let spans: Span[];
  let url: string;

  const post = (id: string, headers: Record<string, string>): Promise<Response> =>
    fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({
        event_id: id,
        event_type: 'payment',
        timestamp: new Date().toISOString(),
        location_id: 'loc_1',
        order_id: id,
        subtotal: 10,
        tax: 0,
        tip: 0,
        total_amount: 10,
        payment_method: 'cash',
      }),
    });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ticketrail-tracing-'));
    const endpoint = await sink.listen();
    const config = readConfig({ DATA_DIR: directory, LOG_LEVEL: 'error', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    const tracing = await Tracing.start(config, 'standalone');
    const keys = new Keys([{ tenant: config.tenant, key: KEY }]);
    app = await startStandalone(composition, config, keys, tracing);
    url = await app.getUrl();
    const traced = await post('traced', { traceparent: `00-${SENT.trace}-${SENT.span}-01`, 'x-request-id': 'till-7' });
    expect(traced.status).toBe(202);
    expect((await post('not-kept', { traceparent: `00-${NOT_KEPT}-${SENT.span}-00` })).status).toBe(202);
    await fetch(`${url}/health/live`);
    const deadline = Date.now() + 20_000;
    for (let revenue = 0; revenue < 20; await sleep(50)) {
      if (Date.now() > deadline) throw new Error('the events were not counted in time');
      const headers = { authorization: `Bearer ${KEY}`, traceparent: `00-${SENT.trace}-${SENT.span}-01` };
      const answer = (await (await fetch(`${url}/v1/revenue/live`, { headers })).json()) as {
        rows: { revenue: number }[];
      };
      revenue = answer.rows[0]?.revenue ?? 0;
    }
    await app.close();
    spans = sink.spans();
  }, 40_000);
  afterAll(async () => {
    sink.close();
    await rm(directory, { recursive: true });
  });

  const named = (name: string): Span[] => spans.filter((span) => span.name === name);

  test('one trace leads from the request through both streams of the log to the tables', () => {
    const [request] = named('POST /v1/events');
    expect(request).toMatchObject({ traceId: SENT.trace, parentSpanId: SENT.span });
    let parent = request!;
    for (const name of ['append ingest', 'settle', 'fold', 'flush']) {
      const found = named(name);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ traceId: SENT.trace, parentSpanId: parent.spanId });
      parent = found[0]!;
    }
  });

  test("the request's id and answer stand on its span, and its report is a span below it", () => {
    const [request] = named('POST /v1/events');
    expect(attribute(request!, 'ticketrail.request_id')).toBe('till-7');
    expect(attribute(request!, 'http.response.status_code')).toBe(202);
    const [asked] = named('GET /v1/revenue/live');
    const reports = named('report').filter((span) => span.parentSpanId === asked!.spanId);
    expect(reports.map((span) => attribute(span, 'ticketrail.report'))).toEqual(['revenue']);
  });

  test('what a sender does not keep is not traced, nor what nobody asked for', () => {
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([SENT.trace]));
  });

  test('the process says who it is', () => {
    const [resource] = sink.exports[0]!.resourceSpans;
    expect(attribute(resource!.resource, 'service.name')).toBe('ticketrail-standalone');
  });
});

test('without an endpoint there is no tracer', async () => {
  expect((await Tracing.start(readConfig({}), 'standalone')).tracer).toBeUndefined();
});
