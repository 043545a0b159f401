/** Who is asking: the tenant comes from the credential, never from the body or the path. */
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

export interface Key {
  readonly tenant: string;
  readonly key: string;
}

/** SHA-256 of a key, 64 lower-case hexadecimal digits → the key's tenant. */
export type KeyDigests = ReadonlyMap<string, string>;

/**
 * Keys are held as SHA-256 digests and looked up by them: how long a look-up takes tells something about the digest of what was
 * sent, which its sender cannot choose, and nothing about a key.
 */
export class Keys {
  private readonly tenantByDigest: Map<string, string>;

  /** @param digests of further keys, such as those of a file */
  constructor(keys: readonly Key[], digests: KeyDigests = new Map()) {
    this.tenantByDigest = new Map(digests);
    for (const { tenant, key } of keys) this.tenantByDigest.set(digestOf(key), tenant);
  }

  /** Each once, whatever the number of its keys. */
  get tenants(): string[] {
    return [...new Set(this.tenantByDigest.values())];
  }

  tenantOf(key: string): string | undefined {
    return this.tenantByDigest.get(digestOf(key));
  }

  /** Whose key a request carries, as `Authorization: Bearer …` or `X-Api-Key`. Throws a Problem when there is none, or an unknown one. */
  authenticate(headers: IncomingHttpHeaders): string {
    const key = keyIn(headers);
    if (key === undefined) {
      throw new Problem('unauthorized', 'Send your key as "Authorization: Bearer <key>" or "X-Api-Key: <key>".');
    }
    const tenant = this.tenantOf(key);
    if (tenant === undefined) throw new Problem('unauthorized', 'The key is not known here.');
    return tenant;
  }
}

function digestOf(key: string): string {
  return hash('sha256', key);
}

function keyIn(headers: IncomingHttpHeaders): string | undefined {
  const header = headers['x-api-key'];
  if (typeof header === 'string' && header !== '') return header;
  return BEARER.exec(headers.authorization ?? '')?.[1];
}

const BEARER = /^Bearer +(\S+)$/i;

type WithTenant = FastifyRequest & { tenant?: string };

/** Lets a request through that carries a known key. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(private readonly keys: Keys) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<WithTenant>();
    request.tenant = this.keys.authenticate(request.headers);
    return true;
  }
}

/** The tenant of a request that passed KeyGuard. */
export const Tenant = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { tenant } = context.switchToHttp().getRequest<WithTenant>();
  if (tenant === undefined) throw new Problem('unauthorized', 'This needs a key.');
  return tenant;
});
