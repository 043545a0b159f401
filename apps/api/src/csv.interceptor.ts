/** Answers with CSV instead of JSON where `format=csv` or the Accept header asks for it: an answer's rows, or a receipt's events. */
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ColumnList } from '@ticketrail/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { csvOf } from './csv.js';

interface Tabular {
  readonly rows?: readonly object[] | ColumnList<object>;
  readonly events?: readonly object[];
  readonly as_of?: unknown;
  readonly window?: unknown;
}

@Injectable()
export class CsvInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!asksForCsv(request)) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer: Tabular) => {
        const name = request.url
          .split('?')[0]!
          .replace(/^\/v1\//, '')
          .replaceAll(/[^\w-]+/g, '-');
        void reply
          .header('content-type', 'text/csv; charset=utf-8; header=present')
          .header('content-disposition', `attachment; filename="${name}.csv"`)
          // What the rows are of: a table of rows has no place for it.
          .header('x-ticketrail-as-of', JSON.stringify(answer.as_of ?? null))
          .header('x-ticketrail-window', JSON.stringify(answer.window ?? null));
        const { rows } = answer;
        return csvOf(rows instanceof ColumnList ? rows.rows() : (rows ?? answer.events ?? []));
      }),
    );
  }
}

/** Whether the request wants CSV. `format` wins over what the client accepts. */
export function asksForCsv(request: FastifyRequest): boolean {
  const { format } = request.query as { format?: string };
  return format === undefined ? (request.headers.accept ?? '').includes('text/csv') : format === 'csv';
}
