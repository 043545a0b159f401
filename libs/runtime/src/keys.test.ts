import { expect, test } from '@jest/globals';
import { Keys } from './keys.js';

test('a key names its tenant, and nothing else does', () => {
  const keys = new Keys([
    { tenant: 'a', key: 'key-of-a' },
    { tenant: 'b', key: 'key-of-b' },
  ]);
  expect(keys.tenantOf('key-of-a')).toBe('a');
  expect(keys.tenantOf('key-of-b')).toBe('b');
  expect(keys.tenantOf('key-of-c')).toBeUndefined();
  expect(keys.tenantOf('')).toBeUndefined();
});
