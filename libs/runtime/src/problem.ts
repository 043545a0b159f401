/** Errors as the outside sees them: RFC 9457 problem+json, from one catalogue. */
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Code → HTTP status and title. The `type` of a problem is its code as a URN; `detail` says what was wrong this time. */
export const PROBLEMS = {
  bad_request: [400, 'The request makes no sense'],
  unauthorized: [401, 'A key is needed'],
  not_found: [404, 'There is no such thing here'],
  method_not_allowed: [405, 'The method is not allowed here'],
  too_large: [413, 'The request is too large'],
  unsupported_media_type: [415, 'The content type is not understood'],
  too_many_requests: [429, 'Too many requests'],
  internal: [500, 'Something went wrong here'],
  overloaded: [503, 'Too busy to take this now'],
  not_ready: [503, 'Not ready yet'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Throw it anywhere below a controller. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly retryAfterSeconds?: number,
    readonly fields?: readonly string[],
  ) {
    super(detail);
  }
}

/** What the framework itself refuses, by status. */
const BY_STATUS = new Map<number, ProblemCode>([
  [400, 'bad_request'],
  [401, 'unauthorized'],
  [404, 'not_found'],
  [405, 'method_not_allowed'],
  [413, 'too_large'],
  [415, 'unsupported_media_type'],
  [429, 'too_many_requests'],
  [503, 'overloaded'],
]);

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = statusOf(error);
  const code = status === undefined ? undefined : BY_STATUS.get(status);
  if (code === undefined) return new Problem('internal', 'The error was logged; nothing was taken from this request.');
  const messages = messagesOf(error);
  return new Problem(code, messages.join('; '), undefined, messages.length > 1 ? messages : undefined);
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

function messagesOf(error: unknown): string[] {
  if (error instanceof HttpException) {
    const response = error.getResponse() as { message?: string | string[] } | string;
    const message = typeof response === 'string' ? response : response.message;
    return Array.isArray(message) ? message : [message ?? error.message];
  }
  return [error instanceof Error ? error.message : String(error)];
}

function sendProblem(reply: FastifyReply, problem: Problem, instance: string, requestId: string): void {
  const [status, title] = PROBLEMS[problem.code];
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', String(problem.retryAfterSeconds));
  void reply
    .status(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(
      JSON.stringify({
        type: `urn:ticketrail:problem:${problem.code}`,
        title,
        status,
        detail: problem.detail,
        instance,
        request_id: requestId,
        ...(problem.fields === undefined ? {} : { errors: problem.fields }),
      }),
    );
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = toProblem(error);
    if (problem.code === 'internal') {
      this.logger.error(
        `request ${request.id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
    if (reply.sent) return;
    sendProblem(reply, problem, request.url.split('?')[0]!, request.id);
  }
}
