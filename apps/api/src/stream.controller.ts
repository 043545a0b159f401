/**
 * `GET /v1/stream`: the figures of the dashboard as server-sent events. An answer is made once for everybody who looks at the
 * same tenant, and told to those who can take it: a slow reader misses steps in between, never the latest.
 */
import { Controller, Get, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { KeyGuard, Problem, Tenant } from '@ticketrail/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Broadcast } from './broadcast.js';
import { StreamQuery } from './queries.js';
import { TOPICS } from './topics.js';

/** Tells a reader that the connection lives when no figure changes. Milliseconds. */
const BEAT_MS = 10_000;

@ApiTags('reports')
@ApiBearerAuth('bearer')
@Controller('v1')
@UseGuards(KeyGuard)
export class StreamController {
  constructor(private readonly broadcast: Broadcast) {}

  @Get('stream')
  @ApiProduces('text/event-stream')
  @ApiOperation({ summary: `Figures as they change (server-sent events); topics: ${Object.keys(TOPICS).join(', ')}` })
  stream(
    @Tenant() tenant: string,
    @Query() query: StreamQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    const names = query.topics === undefined ? Object.keys(TOPICS) : query.topics.split(',');
    for (const name of names) {
      if (!Object.hasOwn(TOPICS, name)) {
        throw new Problem('bad_request', `There is no topic '${name}'; topics are ${Object.keys(TOPICS).join(', ')}.`);
      }
    }
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.write('retry: 1000\n\n');
    const waiting = new Map<string, string>();
    const flush = (): void => {
      while (!raw.writableNeedDrain) {
        const next = waiting.entries().next();
        if (next.done === true) return;
        const [name, data] = next.value;
        waiting.delete(name);
        raw.write(`event: ${name}\ndata: ${data}\n\n`);
      }
    };
    raw.on('drain', flush);
    const beat = setInterval(() => raw.write(': beat\n\n'), BEAT_MS);
    const leave = this.broadcast.join(tenant, names, {
      tell: (name, data) => {
        waiting.set(name, data);
        flush();
      },
      end: () => raw.end(),
    });
    request.raw.on('close', () => {
      clearInterval(beat);
      leave();
    });
  }
}
