import { Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { TakenEvent } from '@ticketrail/pipeline';
import { KeyGuard, Keys, traceOf } from '@ticketrail/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Collector, type Taken } from './collector.js';
import { unpack } from './content-encoding.js';
import { routeDirectly } from './direct-route.js';
import { readEvents } from './event-body.js';

const TYPES = [
  'application/json',
  'application/x-ndjson',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
] as const;

const ANSWER = {
  type: 'object',
  required: ['accepted', 'rejected'],
  properties: {
    accepted: { type: 'integer', description: 'Events that are in order.' },
    rejected: {
      type: 'array',
      description: 'Events that are not; they are kept with their reason and can be read at /v1/rejections.',
      items: {
        type: 'object',
        required: ['index', 'reason', 'message'],
        properties: { index: { type: 'integer' }, reason: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

const BODY = {
  description:
    'One event, an array of them, one a line (NDJSON), or CloudEvents (structured, batch, or binary with ce- headers). ' +
    'At most 8 MiB (unpacked, where it comes with Content-Encoding: gzip), 10,000 events, 65,536 characters an event.',
  schema: { oneOf: [{ type: 'object' }, { type: 'array', items: { type: 'object' } }] },
};

@ApiTags('events')
@ApiBearerAuth('bearer')
@ApiResponse({ status: 400, description: 'The body as a whole makes no sense (problem+json)' })
@ApiResponse({ status: 401, description: 'No key, or an unknown one (problem+json)' })
@ApiResponse({ status: 413, description: 'Too many bytes or events (problem+json)' })
@ApiResponse({ status: 415, description: 'The content type is not understood (problem+json)' })
@Controller('v1')
export class EventsController {
  constructor(
    private readonly collector: Collector,
    private readonly keys: Keys,
    adapterHost: HttpAdapterHost,
  ) {
    routeDirectly(adapterHost, 'POST', '/v1/events', (request, reply) => this.post(request, reply));
  }

  /** Without the guards of the framework: see routeDirectly. */
  @Post('events')
  @HttpCode(202)
  @ApiOperation({ summary: 'Takes events; answers once all of them are on disk' })
  @ApiConsumes(...TYPES)
  @ApiBody(BODY)
  @ApiResponse({ status: 202, description: 'All events are on disk', schema: ANSWER })
  @ApiResponse({
    status: 503,
    description: 'Too busy, or the log is away: send all of it again after Retry-After (problem+json)',
  })
  post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const tenant = this.keys.authenticate(request.headers);
    const trace = traceOf(request);
    // Not async, since a plain body needs nothing to be waited for before it is taken.
    const taking =
      request.headers['content-encoding'] === undefined
        ? this.collector.take(tenant, eventsIn(request, request.body as Buffer | undefined), trace)
        : eventsOf(request).then((events) => this.collector.take(tenant, events, trace));
    taking.then(
      (taken) => void reply.code(202).header('content-type', JSON_TYPE).send(answerText(taken)),
      (error: unknown) => void reply.send(error),
    );
  }

  // A colon begins a parameter in the router; two of them are one colon.
  @Post('events::validate')
  @UseGuards(KeyGuard)
  @HttpCode(200)
  @ApiOperation({ summary: 'Says what posting these events would answer; nothing is stored' })
  @ApiConsumes(...TYPES)
  @ApiBody(BODY)
  @ApiResponse({ status: 200, description: 'What would be taken and what refused', schema: ANSWER })
  async validate(@Req() request: FastifyRequest): Promise<Taken> {
    return this.collector.validate(await eventsOf(request));
  }
}

async function eventsOf(request: FastifyRequest): Promise<TakenEvent[]> {
  const { headers, body } = request;
  return eventsIn(request, await unpack(headers['content-encoding'], body as Buffer | undefined));
}

function eventsIn({ headers }: FastifyRequest, plain: Buffer | undefined): TakenEvent[] {
  return readEvents(headers['content-type'], headers, plain);
}

function answerText({ accepted, rejected }: Taken): string {
  return `{"accepted":${accepted},"rejected":${rejected.length === 0 ? '[]' : JSON.stringify(rejected)}}`;
}

const JSON_TYPE = 'application/json; charset=utf-8';
