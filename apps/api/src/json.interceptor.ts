/** Writes answers with lists of columns as JSON: quicker than the server would, who knows nothing about them. */
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ColumnList } from '@ticketrail/core';
import type { FastifyReply } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import { answerJson } from './answer-json.js';

@Injectable()
export class JsonInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      mergeMap(async (answer: unknown) => {
        if (!hasList(answer)) return answer;
        void reply.header('content-type', 'application/json; charset=utf-8');
        return answerJson(answer);
      }),
    );
  }
}

function hasList(answer: unknown): answer is { readonly rows: ColumnList<unknown> } {
  return typeof answer === 'object' && answer !== null && 'rows' in answer && answer.rows instanceof ColumnList;
}
