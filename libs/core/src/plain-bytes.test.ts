import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { copyShort, WHOLE_BYTES_MAX, writePlain, writeWhole } from './plain-bytes.js';

/** A byte before and one behind are there to be left alone. */
function written(write: (bytes: Uint8Array, at: number) => number, room: number): string {
  const bytes = new Uint8Array(room + 2).fill(1);
  const end = write(bytes, 1);
  expect([bytes[0], bytes[end]]).toEqual([1, 1]);
  return Buffer.from(bytes.subarray(1, end)).toString();
}

test('a whole number is written as JSON has it', () => {
  const edges = [0, -0, 2 ** 30, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  const powers = Array.from({ length: 16 }, (_, digits) => 10 ** digits);
  for (const number of [...edges, ...powers].flatMap((edge) => [edge - 1, edge, edge + 1, -edge])) {
    if (!Number.isSafeInteger(number)) continue;
    expect(written((bytes, at) => writeWhole(number, bytes, at), WHOLE_BYTES_MAX)).toBe(JSON.stringify(number));
  }
});

test('text is written where it stands in JSON as it is, and any other refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
      const isPlain = JSON.stringify(text) === `"${text}"` && /^[\x20-\x7e]*$/.test(text);
      if (isPlain) expect(written((bytes, at) => writePlain(text, bytes, at), text.length)).toBe(text);
      else expect(writePlain(text, new Uint8Array(text.length), 0)).toBe(-1);
    }),
  );
});

test('bytes are copied', () => {
  const from = Uint8Array.of(104, 105);
  expect(written((bytes, at) => copyShort(from, bytes, at), 2)).toBe('hi');
});
