/**
 * Every request has an id, its sender's where that is usable: it is on the answer, in problems, and in every line that is logged
 * about the request, so that one word finds all of it.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

export const REQUEST_ID_HEADER = 'x-request-id';

/** Of letters that need no care in a log line, a header or a shell. */
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** W3C Trace Context, https://www.w3.org/TR/trace-context/#traceparent-header: version, trace id, parent id, flags. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/;

/** The sender's X-Request-Id; else the trace id of its traceparent; else a new one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers[REQUEST_ID_HEADER];
  if (typeof given === 'string' && REQUEST_ID.test(given)) return given;
  const parent = headers['traceparent'];
  const trace = typeof parent === 'string' ? TRACEPARENT.exec(parent)?.[1] : undefined;
  return trace ?? randomUUID();
}

/** For Fastify's `genReqId`. */
export function makeRequestId(request: Pick<IncomingMessage, 'headers'>): string {
  return requestIdOf(request.headers);
}

/** Puts the id on every answer, also on those the framework makes by itself. */
export function answerWithRequestId(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header(REQUEST_ID_HEADER, request.id);
    // A stream, always asked for with GET, is written past the framework. Headers set there cost the framework's own a detour.
    if (request.method === 'GET') reply.raw.setHeader(REQUEST_ID_HEADER, request.id);
    done();
  });
}
