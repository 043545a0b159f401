/** Who is asking: the tenant comes from the credential, never from the body or the path. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

export interface Key {
  readonly tenant: string;
  readonly key: string;
}

/** Keys are held and compared as SHA-256 digests, in constant time. */
export class Keys {
  private readonly digests: { tenant: string; digest: Buffer }[];

  constructor(keys: readonly Key[]) {
    this.digests = keys.map(({ tenant, key }) => ({ tenant, digest: digest(key) }));
  }

  get tenants(): string[] {
    return this.digests.map(({ tenant }) => tenant);
  }

  tenantOf(key: string): string | undefined {
    const given = digest(key);
    let tenant: string | undefined;
    for (const known of this.digests) if (timingSafeEqual(known.digest, given)) tenant = known.tenant;
    return tenant;
  }
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

type WithTenant = FastifyRequest & { tenant?: string };

/** Lets a request through that carries a key, as `Authorization: Bearer …` or `X-Api-Key`. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(private readonly keys: Keys) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<WithTenant>();
    const key = keyOf(request);
    if (key === undefined) {
      throw new Problem('unauthorized', 'Send your key as "Authorization: Bearer <key>" or "X-Api-Key: <key>".');
    }
    const tenant = this.keys.tenantOf(key);
    if (tenant === undefined) throw new Problem('unauthorized', 'The key is not known here.');
    request.tenant = tenant;
    return true;
  }
}

function keyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['x-api-key'];
  if (typeof header === 'string' && header !== '') return header;
  const match = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '');
  return match?.[1];
}

/** The tenant of a request that passed KeyGuard. */
export const Tenant = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { tenant } = context.switchToHttp().getRequest<WithTenant>();
  if (tenant === undefined) throw new Problem('unauthorized', 'This needs a key.');
  return tenant;
});
