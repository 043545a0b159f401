/** The span of each HTTP request: goes on with the sender's trace, and is what the stages after it go on with. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestTracer, Tracing } from './tracing.js';

/** Asked all day long by machines, and nobody's work. */
const NOT_TRACED = /^\/(health|metrics)(\/|\?|$)/;

const traces = new WeakMap<FastifyRequest['raw'], string>();

/** The context of the request's span, a W3C traceparent; undefined where it is not traced. */
export function traceOf(request: FastifyRequest): string | undefined {
  return traces.get(request.raw);
}

/** Does nothing while traces are off. */
export function traceRequests(fastify: FastifyInstance, { tracer }: Tracing): void {
  if (tracer === undefined) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!NOT_TRACED.test(request.url)) traceRequest(tracer, request, reply);
    done();
  });
}

function traceRequest(tracer: RequestTracer, request: FastifyRequest, { raw }: FastifyReply): void {
  const { method, headers } = request;
  const route = request.routeOptions.url ?? 'unknown';
  const { traceparent } = headers;
  const span = tracer.request(`${method} ${route}`, typeof traceparent === 'string' ? traceparent : undefined, {
    'http.request.method': method,
    'http.route': route,
    'url.path': request.url.split('?')[0]!,
    request_id: request.id,
  });
  if (span === undefined) return;
  traces.set(request.raw, span.traceparent);
  // Comes also when the sender has gone, and at the end of a stream, which the framework does not see.
  raw.once('close', () => span.answered(raw.statusCode));
}
