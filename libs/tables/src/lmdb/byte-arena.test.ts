import { expect, test } from '@jest/globals';
import { ByteArena, chunkBytes } from './byte-arena.js';

type Place = readonly [chunk: number, start: number, length: number];

/** Puts a value in parts of so many bytes. */
function put(arena: ByteArena, parts: readonly number[], fill: number): Place {
  let position = arena.begin();
  for (const bytes of parts) {
    position = arena.room(position, bytes);
    arena.bytes.fill(fill, position, position + bytes);
    position += bytes;
  }
  const length = arena.end(position);
  return [arena.chunk, arena.start, length];
}

test('values keep apart, also where a chunk ends and beside one that is larger than a chunk', () => {
  const arena = new ByteArena();
  const lengths = [1, chunkBytes - 1, 1, chunkBytes, 3 * chunkBytes + 5, 7, chunkBytes - 8, 2];
  const places = lengths.map((length, n) => put(arena, [length], n));
  for (const [n, length] of lengths.entries()) {
    expect(arena.at(...(places[n] as Place)).equals(Buffer.alloc(length, n))).toBe(true);
  }
});

test('a value is whole that grew beyond its chunk, and one that was not ended leaves no trace', () => {
  const arena = new ByteArena();
  const parts = [[5], [chunkBytes - 100, 90, 20], [30, chunkBytes, 40], [3], [2 * chunkBytes, 2 * chunkBytes], [9]];
  const places = parts.map((some, n) => {
    const abandoned = arena.room(arena.begin(), 50 * n);
    arena.bytes.fill(255, abandoned, abandoned + 50 * n);
    return put(arena, some, n);
  });
  for (const [n, some] of parts.entries()) {
    const length = some.reduce((sum, bytes) => sum + bytes, 0);
    expect(arena.at(...(places[n] as Place)).equals(Buffer.alloc(length, n))).toBe(true);
  }
});

test('after it was cleared, the same memory is used, and no chunk twice', () => {
  const arena = new ByteArena();
  const memory = (): Set<ArrayBufferLike> =>
    new Set([0, 1, 2].map((fill) => arena.at(...put(arena, [chunkBytes], fill)).buffer));
  const before = memory();
  expect(before.size).toBe(3);
  put(arena, [chunkBytes + 1], 4);
  arena.clear();
  const after = memory();
  expect(after.size).toBe(3);
  expect([...after].every((chunk) => before.has(chunk))).toBe(true);
});
