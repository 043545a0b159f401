/** Tells who asks for a tenant that is being loaded to ask again: the load goes on meanwhile. */
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { TenantLoading } from '@ticketrail/pipeline';
import { Problem } from '@ticketrail/runtime';
import { catchError, type Observable } from 'rxjs';

/** For the description of routes that may answer so. */
export const LOADING_RESPONSE = {
  status: 503,
  description: "The tenant's figures are being loaded: ask again after Retry-After (problem+json)",
};

@Injectable()
export class LoadingInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (!(error instanceof TenantLoading)) throw error;
        const detail = 'Your figures are being read into memory, as nobody asked for them lately.';
        throw new Problem('not_ready', detail, error.retryAfterSeconds);
      }),
    );
  }
}
