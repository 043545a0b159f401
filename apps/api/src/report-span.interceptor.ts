/** The span of each report: how much of its request went into the figures. */
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { traceOf, Tracing } from '@ticketrail/runtime';
import type { FastifyRequest } from 'fastify';
import { type Observable, tap } from 'rxjs';

@Injectable()
export class ReportSpanInterceptor implements NestInterceptor {
  constructor(private readonly tracing: Tracing) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { tracer } = this.tracing;
    const trace = tracer === undefined ? undefined : traceOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (trace === undefined) return next.handle();
    const span = tracer?.span('report', { causes: [trace], attributes: { report: context.getHandler().name } });
    return next.handle().pipe(tap({ complete: () => span?.end(), error: (error: unknown) => span?.end(error) }));
  }
}
