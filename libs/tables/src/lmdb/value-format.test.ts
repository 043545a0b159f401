import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonText, type Row, type TableSpec } from '@ticketrail/core';
import { ByteArena, chunkBytes } from './byte-arena.js';
import { clockOf, decodeValue, expiresAtOf, writeValue } from './value-format.js';

const columns = ['a', 'b', 'blob', 'c', 'd'];
const table: TableSpec = {
  name: 'values',
  answers: 'nothing: it tests values',
  partition: [],
  clustering: [],
  columns: { a: 'bigint', b: 'text', blob: 'blob', c: 'text', d: 'text' },
};

function written(row: Row, arena = new ByteArena(), clock = 1, expiresAt = Infinity): Buffer {
  const length = writeValue(table, columns, row, clock, expiresAt, arena);
  return arena.at(arena.chunk, arena.start, length);
}

const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.nat(127), { maxLength: 50 }).map((codes) => String.fromCharCode(...codes)),
  fc.array(fc.constantFrom('\ud800', 'a', '\udc00', '"', '\\', 'é'), { maxLength: 50 }).map((some) => some.join('')),
);
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double(),
  fc.integer({ min: -12, max: 12 }),
  fc.nat(15).map((digits) => 10 ** digits),
  fc.nat(15).map((digits) => 10 ** digits - 1),
  fc.constantFrom(-0, 999_999_999, 1_000_000_000, 1_000_000_001, Number.MAX_SAFE_INTEGER, 2 ** 53, -1e-7, 1e21),
);
const value = fc.oneof(text, number, fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 2 }));

test('values are the JSON of their columns, and come back', () => {
  const arena = new ByteArena();
  fc.assert(
    fc.property(
      fc.record({ a: number, b: text, blob: fc.option(fc.uint8Array({ maxLength: 90 })), c: value, d: value }),
      fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true })),
      ({ blob, ...plain }, [clock, expiresAt]) => {
        const bytes = written({ ...plain, blob } as Row, arena, clock, expiresAt);
        expect([clockOf(bytes), expiresAtOf(bytes)]).toEqual([clock, expiresAt]);
        const json = JSON.stringify([plain.a, plain.b, blob === null ? null : blob.length, plain.c, plain.d]);
        const end = 20 + Buffer.byteLength(json);
        expect(bytes.toString('utf8', 20, end)).toBe(json);
        expect(bytes.subarray(end)).toEqual(Buffer.from(blob ?? []));
        const back: Record<string, unknown> = {};
        decodeValue(table, columns, bytes, back as never);
        expect(back).toEqual({ ...(JSON.parse(JSON.stringify(plain)) as object), blob });
      },
    ),
    { numRuns: 500 },
  );
});

test('a value is the same wherever in a chunk it begins, and however long it is', () => {
  const rows = [30, 3_000, 30_000, chunkBytes / 2, chunkBytes, 3 * chunkBytes].map((length) => ({
    a: 1_800_000_000_000,
    b: 'é"x'.repeat(16),
    blob: new Uint8Array(length / 2).fill(7),
    c: new JsonText(JSON.stringify('ü'.repeat(length / 4))),
    d: 'y'.repeat(length / 3),
  }));
  const arena = new ByteArena();
  for (const row of rows) {
    const alone = written(row);
    for (const before of [1, 200, row.d.length]) {
      const room = Math.max(chunkBytes - before, 0);
      arena.end(arena.room(arena.begin(), room) + room);
      expect(written(row, arena).equals(alone)).toBe(true);
    }
  }
});

test('a row without value columns has an empty list', () => {
  const arena = new ByteArena();
  const length = writeValue(table, [], {}, 1, 2, arena);
  expect(arena.at(arena.chunk, arena.start, length).toString('utf8', 20)).toBe('[]');
});
