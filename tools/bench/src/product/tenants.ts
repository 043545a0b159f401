/** The tenants of a run and their keys, and the file by which the product knows them. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TenantKey {
  readonly tenant: string;
  readonly key: string;
}

export function tenantKeys(count: number): TenantKey[] {
  return Array.from({ length: count }, (_, number) => ({
    tenant: `tenant-${number}`,
    key: `key-of-the-bench-${number}`,
  }));
}

/**
 * What the product has to be told so that it knows these tenants: of one, its key; of several, the name of a file that is written
 * into `directory`.
 */
export function keysEnvironment(keys: readonly TenantKey[], directory: string): Record<string, string> {
  const [first] = keys;
  if (first === undefined) throw new RangeError('a product has a tenant');
  if (keys.length === 1) return { TENANT: first.tenant, TICKETRAIL_API_KEY: first.key };
  const file = join(directory, 'api-keys.json');
  const tenants = keys.map(({ tenant, key }) => [createHash('sha256').update(key).digest('hex'), tenant] as const);
  writeFileSync(file, JSON.stringify(Object.fromEntries(tenants)));
  return { API_KEYS_FILE: file };
}
