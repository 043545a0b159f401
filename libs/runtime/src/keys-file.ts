/** The keys of a process: the one of its environment, and those of a file. */
import { readFileSync } from 'node:fs';
import { type Config, TENANT_NAME, TENANT_RULE } from './config.js';
import { ConfigError } from './environment.js';
import { type KeyDigests, Keys } from './keys.js';

/** Digests are kept in memory, a few hundred bytes each. */
export const KEYS_MAX = 100_000;

const DIGEST = /^[0-9a-f]{64}$/;

/**
 * @param apiKey the key of `tenant`; without one only the keys of the file are known
 * @throws ConfigError when the file cannot be read, or is not an object of digests and tenants
 */
export function readKeys({ tenant, apiKeysFile }: Pick<Config, 'tenant' | 'apiKeysFile'>, apiKey?: string): Keys {
  const digests = apiKeysFile === undefined ? undefined : readDigests(apiKeysFile);
  return new Keys(apiKey === undefined ? [] : [{ tenant, key: apiKey }], digests);
}

function readDigests(file: string): KeyDigests {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`API_KEYS_FILE ${file} cannot be read as JSON`, { cause });
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new ConfigError(`API_KEYS_FILE ${file} must hold an object: SHA-256 of a key → its tenant`);
  }
  const entries = Object.entries(content);
  if (entries.length === 0 || entries.length > KEYS_MAX) {
    throw new ConfigError(`API_KEYS_FILE ${file} must hold 1 to ${KEYS_MAX} keys, not ${entries.length}`);
  }
  const digests = new Map<string, string>();
  entries.forEach(([digest, tenant], i) => {
    // Not shown: who writes keys where digests belong must not find them in the output.
    if (!DIGEST.test(digest)) {
      throw new ConfigError(
        `API_KEYS_FILE ${file}, entry ${i + 1}: the name must be the SHA-256 of a key, 64 lower-case hexadecimal digits`,
      );
    }
    if (typeof tenant !== 'string' || !TENANT_NAME.test(tenant)) {
      throw new ConfigError(`API_KEYS_FILE ${file}, entry ${i + 1}: the tenant must ${TENANT_RULE}`);
    }
    digests.set(digest, tenant);
  });
  return digests;
}
