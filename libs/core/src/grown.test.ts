import { expect, test } from '@jest/globals';
import { grown } from './grown.js';

test('a column that has grown is of its kind, holds what it held, and nothing beyond', () => {
  for (const column of [Float64Array.of(0.5, -1), Int32Array.of(1, -1), Uint16Array.of(1, 65_535)]) {
    const larger = grown(column, 4);
    expect(larger).toBeInstanceOf(column.constructor);
    expect([...larger]).toEqual([...column, 0, 0]);
  }
});
