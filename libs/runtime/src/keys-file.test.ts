import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KEYS_MAX, readKeys } from './keys-file.js';

const digest = (key: string): string => createHash('sha256').update(key).digest('hex');

describe('API_KEYS_FILE', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'ticketrail-keys-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const fileOf = (content: string): string => {
    const file = join(directory, 'keys.json');
    writeFileSync(file, content);
    return file;
  };
  const read = (content: unknown, apiKey?: string): ReturnType<typeof readKeys> =>
    readKeys({ tenant: 'demo', apiKeysFile: fileOf(JSON.stringify(content)) }, apiKey);

  test('names the tenant of each key, and a tenant may have several', () => {
    const keys = read({ [digest('old')]: 'harbour', [digest('new')]: 'harbour', [digest('other')]: 'hill' });
    expect(['old', 'new', 'other', 'none', digest('old')].map((key) => keys.tenantOf(key))).toEqual([
      'harbour',
      'harbour',
      'hill',
      undefined,
      undefined,
    ]);
    expect(keys.tenants).toEqual(['harbour', 'hill']);
  });

  test('stands beside the key of the environment', () => {
    const keys = read({ [digest('a')]: 'harbour' }, 'b');
    expect(keys.tenantOf('a')).toBe('harbour');
    expect(keys.tenantOf('b')).toBe('demo');
  });

  test('without it there is the key of the environment alone', () => {
    const keys = readKeys({ tenant: 'demo', apiKeysFile: undefined }, 'b');
    expect(keys.tenants).toEqual(['demo']);
    expect(keys.tenantOf('b')).toBe('demo');
  });

  test('holds as many keys as it may', () => {
    const entries = Array.from({ length: KEYS_MAX }, (_, i) => [i.toString(16).padStart(64, '0'), `tenant-${i}`]);
    expect(read(Object.fromEntries(entries)).tenants).toHaveLength(KEYS_MAX);
    entries.push(['f'.repeat(64), 'one-more']);
    expect(() => read(Object.fromEntries(entries))).toThrow(/1 to 100000 keys, not 100001/);
  });

  test.each([
    ['is empty', {}, 'must hold 1 to'],
    ['is an array', [], 'must hold an object'],
    ['holds a key instead of its digest', { 'a-plain-key': 'harbour' }, 'entry 1: the name must be the SHA-256'],
    ['holds a digest in capitals', { [digest('a').toUpperCase()]: 'harbour' }, 'entry 1: the name must be'],
    ['names a tenant that cannot be', { [digest('a')]: 'Harbour Grill' }, 'entry 1: the tenant must be lower-case'],
    ['names no tenant', { [digest('a')]: 7 }, 'entry 1: the tenant must be'],
  ])('that %s ends the start', (_, content, sentence) => {
    expect(() => read(content)).toThrow(expect.objectContaining({ code: 'CONFIG' }));
    expect(() => read(content)).toThrow(sentence);
  });

  test('does not show what stands where a digest belongs', () => {
    expect(() => read({ 'a-plain-key': 'harbour' })).not.toThrow(/a-plain-key/);
  });

  test.each(['{', ''])('that holds no JSON (%j) ends the start, and so does one that is not there', (content) => {
    const apiKeysFile = fileOf(content);
    expect(() => readKeys({ tenant: 'demo', apiKeysFile })).toThrow('cannot be read as JSON');
    expect(() => readKeys({ tenant: 'demo', apiKeysFile: `${apiKeysFile}.gone` })).toThrow('cannot be read as JSON');
  });
});
