/** Makes the HTTP server of a service: Nest on Fastify, raw bodies, problem+json, OpenAPI. */
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Config } from './config.js';
import { QueryPipe } from './query-pipe.js';
import { loggerOf } from './quiet-logger.js';
import { answerWithRequestId, makeRequestId } from './request-id.js';
import { Problem, ProblemFilter } from './problem.js';
import { traceRequests } from './request-span.js';
import { Tracing } from './tracing.js';

/** The largest body that is read. Bytes. */
export const BODY_BYTES_MAX = 8 * 2 ** 20;

export async function createHttpApp(
  module: Type<unknown> | DynamicModule,
  config: Config,
  tracing = Tracing.OFF,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES_MAX,
    // Bodies that trickle in must not hold a connection for ever.
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    genReqId: makeRequestId,
    routerOptions: { maxParamLength: 300 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: loggerOf(config),
  });
  const fastify = adapter.getInstance();
  answerWithRequestId(fastify as unknown as FastifyInstance);
  traceRequests(fastify as unknown as FastifyInstance, tracing);
  // Whoever wants a body reads it raw: events are stored as their senders wrote them.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(
    new QueryPipe({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: (errors) => {
        const messages = errors.flatMap((error) => Object.values(error.constraints ?? {}));
        return new Problem('bad_request', messages.join('; '), undefined, messages);
      },
    }),
  );
  return app;
}

/** The OpenAPI document of the app, made from its controllers. */
export function openApiOf(app: NestFastifyApplication): OpenAPIObject {
  const document = new DocumentBuilder()
    .setTitle('Ticketrail')
    .setDescription('Events in, figures out: each counted exactly once, dated, and traceable to its events.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Api-Key' }, 'key')
    .build();
  return SwaggerModule.createDocument(app, document);
}

/** Answers with the document at /openapi.json. */
export function serveOpenApi(app: NestFastifyApplication): void {
  const document = JSON.stringify(openApiOf(app));
  app
    .getHttpAdapter()
    .getInstance()
    .get('/openapi.json', (_request, reply) => reply.type('application/json').send(document));
}
