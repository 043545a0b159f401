import { expect, test } from '@jest/globals';
import { ByteArena, chunkBytes } from './byte-arena.js';

function put(arena: ByteArena, length: number, fill: number): number {
  const position = arena.reserve(length);
  arena.write(position, Buffer.alloc(length, fill));
  return position;
}

test('values keep apart, also where a chunk ends and beside one that is larger than a chunk', () => {
  const arena = new ByteArena();
  const lengths = [1, chunkBytes - 1, 1, chunkBytes, 3 * chunkBytes + 5, 7, chunkBytes - 8, 2];
  const positions = lengths.map((length, n) => put(arena, length, n));
  for (const [n, length] of lengths.entries()) {
    expect(arena.at(positions[n] as number, length).equals(Buffer.alloc(length, n))).toBe(true);
  }
});

test('after it was cleared, the same memory is used, and no chunk twice', () => {
  const arena = new ByteArena();
  const memory = (): Set<ArrayBufferLike> =>
    new Set([0, 1, 2].map((fill) => arena.at(put(arena, chunkBytes, fill), chunkBytes).buffer));
  const before = memory();
  expect(before.size).toBe(3);
  put(arena, chunkBytes + 1, 4);
  arena.clear();
  const after = memory();
  expect(after.size).toBe(3);
  expect([...after].every((chunk) => before.has(chunk))).toBe(true);
});
