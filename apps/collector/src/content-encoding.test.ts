import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { unpack } from './content-encoding.js';

const body = Buffer.from('{"a":1}');

test('gzip is unpacked, and a plain body is left alone', async () => {
  expect(await unpack('gzip', gzipSync(body))).toEqual(body);
  expect(await unpack(undefined, body)).toBe(body);
  expect(await unpack('identity', body)).toBe(body);
});

test.each([
  ['unsupported_media_type', 'br', body],
  ['bad_request', 'gzip', body],
  ['too_large', 'gzip', gzipSync(Buffer.alloc(9 * 2 ** 20))],
])('%s is said of %s where it is due', async (code, encoding, sent) => {
  await expect(unpack(encoding, sent)).rejects.toMatchObject({ code });
});
