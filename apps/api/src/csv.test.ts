import { expect, test } from '@jest/globals';
import { csvOf } from './csv.js';

test('columns stand in the order in which they first occur, and nested objects have columns of their own', () => {
  expect(
    csvOf([
      { a: 1, at: { seq: 7, shard: 0 } },
      { a: null, b: true },
    ]),
  ).toBe('a,at.seq,at.shard,b\r\n1,7,0,\r\n,,,true\r\n');
});

test('quotes, commas and line ends are kept', () => {
  expect(csvOf([{ name: 'Bar "Zum, Hirsch"\nSüd' }])).toBe('name\r\n"Bar ""Zum, Hirsch""\nSüd"\r\n');
});

test('text that a spreadsheet would run is text, and numbers below zero stay numbers', () => {
  expect(csvOf([{ id: '=HYPERLINK("x")', tel: '+1', at: '@A1', tab: '\t=1', amount: -4.5 }])).toBe(
    `id,tel,at,tab,amount\r\n"'=HYPERLINK(""x"")",'+1,'@A1,'\t=1,-4.5\r\n`,
  );
});
