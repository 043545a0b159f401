import { expect, test } from '@jest/globals';
import type { JsonValue } from '@ticketrail/core';
import { ValueBytes } from './value-bytes.js';

const texts = [
  '',
  'plain',
  '"',
  '\\',
  '\u0000',
  '\u007f',
  'é 日本語 😀',
  'half of a pair: \uD83D',
  'p'.repeat(65),
  '"'.repeat(64),
  'é'.repeat(200_000),
];

test('text is what Buffer makes of it, and quoted text is what JSON makes of it', () => {
  const bytes = new ValueBytes();
  for (const text of texts) {
    bytes.text(text);
    expect(bytes.take().equals(Buffer.from(text))).toBe(true);
    bytes.quoted(text);
    expect(bytes.take().equals(Buffer.from(JSON.stringify(text)))).toBe(true);
  }
});

test('a value is what JSON makes of it: lists within lists, and all that is in them', () => {
  const bytes = new ValueBytes();
  const numbers = [0, -0, 7, -12, 1.5, -1e-7, 1e21, Number.MAX_SAFE_INTEGER, 2 ** 60, Number.MIN_VALUE];
  const object = { text: 'é "', list: [1, { deep: null }], none: {} };
  const moment = ['seated', 1_773_511_200_000, 'event "1"', -60];
  const values = [
    ...texts,
    ...numbers,
    true,
    false,
    null,
    object,
    [],
    [[]],
    moment,
    [texts, numbers, [object, null, true]],
  ];
  for (const value of [...values, values]) {
    bytes.json(value as JsonValue);
    expect(bytes.take().equals(Buffer.from(JSON.stringify(value)))).toBe(true);
  }
});

test('a value is whole wherever in it a chunk ends', () => {
  const chunkBytes = 65_536;
  const value = ['plain', 'é', '"', 12, ['日本', 1.5, null], 'p'.repeat(70)];
  const length = Buffer.byteLength(JSON.stringify(value));
  for (let left = 0; left <= 2 * length; left++) {
    const bytes = new ValueBytes();
    bytes.text('p'.repeat(chunkBytes - left));
    bytes.take();
    bytes.json(value);
    expect(bytes.take().equals(Buffer.from(JSON.stringify(value)))).toBe(true);
  }
});

test('whole numbers are their digits', () => {
  const bytes = new ValueBytes();
  const powers = Array.from({ length: 16 }, (_, digits) => 10 ** digits);
  const edges = [0, -0, 2 ** 30, 2 ** 31, 2 ** 32, 1_773_511_200_000, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  for (const number of [...powers, ...edges].flatMap((edge) => [edge - 1, edge, edge + 1, -edge])) {
    if (!Number.isSafeInteger(number)) continue;
    bytes.whole(number);
    expect(bytes.take().toString()).toBe(JSON.stringify(number));
  }
});

test('what was taken stays as it is, however much is written after it', () => {
  const bytes = new ValueBytes();
  const taken = Array.from({ length: 5_000 }, (_, index) => {
    bytes.text('value ');
    bytes.whole(index);
    bytes.copy(Buffer.from(' of many'));
    return bytes.take();
  });
  expect(taken.map(String)).toEqual(Array.from({ length: 5_000 }, (_, index) => `value ${index} of many`));
});

test('what was never taken is in nothing that is taken later', () => {
  const bytes = new ValueBytes();
  bytes.text('first');
  const first = bytes.take();
  bytes.text('left over');
  bytes.begin();
  bytes.text('second');
  expect([first, bytes.take()].map(String)).toEqual(['first', 'second']);
});
