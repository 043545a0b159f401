import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mayNestDeeply, splitElements } from './json-text.js';

describe('splitElements', () => {
  test('gives each element as it is written', () => {
    expect(splitElements(' [ {"a": 1.10} , "x,]\\"", [1,2] ,null ] ')).toEqual([
      '{"a": 1.10}',
      '"x,]\\""',
      '[1,2]',
      'null',
    ]);
    expect(splitElements('[]')).toEqual([]);
    expect(splitElements('[ \n ]')).toEqual([]);
  });

  test('splits what was joined, whatever the values are', () => {
    const spaces = fc.constantFrom('', ' ', '\n', '\t\r\n');
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), spaces, (values, space) => {
        const texts = values.map((value) => JSON.stringify(value, null, space));
        expect(splitElements(`${space}[${space}${texts.join(`${space},${space}`)}${space}]`)).toEqual(texts);
      }),
    );
  });
});

test('mayNestDeeply finds what is nested deeply, and passes what is merely long', () => {
  expect(mayNestDeeply('['.repeat(501) + ']'.repeat(501))).toBe(true);
  expect(mayNestDeeply(`{"a":${'['.repeat(30_000)}`)).toBe(true);
  expect(mayNestDeeply(`[${'{"a":[1]},'.repeat(2_000)}1]`)).toBe(false);
  expect(mayNestDeeply('{}')).toBe(false);
});
