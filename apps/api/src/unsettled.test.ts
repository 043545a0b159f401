import { expect, test } from '@jest/globals';
import { Unsettled } from './unsettled.js';

test('the events of a message count from when it is known until it is settled', () => {
  const unsettled = new Unsettled();
  unsettled.add(3, [
    ['a', 5],
    ['b', 1],
    ['a', 2],
  ]);
  unsettled.add(8, [['a', 10]]);
  expect(['a', 'b', 'c'].map((tenant) => unsettled.of(tenant))).toEqual([17, 1, 0]);
  unsettled.settle(7);
  expect(['a', 'b'].map((tenant) => unsettled.of(tenant))).toEqual([10, 0]);
  unsettled.settle(5);
  expect(unsettled).toMatchObject({ size: 1, position: 8 });
  unsettled.settle(8);
  expect(unsettled.of('a')).toBe(0);
  expect(unsettled).toMatchObject({ size: 0, position: 8 });
});

test('a message that is known only after it was settled counts for nothing', () => {
  const unsettled = new Unsettled();
  unsettled.settle(20);
  expect(unsettled.position).toBe(20);
  unsettled.add(19, [['a', 1]]);
  unsettled.add(20, [['a', 1]]);
  expect(unsettled).toMatchObject({ size: 0, position: 20 });
  unsettled.add(21, [['a', 1]]);
  expect(unsettled.of('a')).toBe(1);
});
