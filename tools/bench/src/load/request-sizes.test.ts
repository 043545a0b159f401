import { expect, test } from '@jest/globals';
import { requestSizes, RequestSizes } from './request-sizes.js';

test('every line is in exactly one request, in order, also the ones before the first', () => {
  const sizes = new RequestSizes([3, 1, 2]);
  let line = 0;
  for (let request = 0; request < 20; request++) {
    expect(sizes.firstLineOf(request)).toBe(line);
    for (let i = 0; i < sizes.sizeOf(request); i++) expect(sizes.requestOf(line++)).toBe(request);
  }
  expect([-1, -2, -3, -4, -6, -7].map((before) => sizes.requestOf(before))).toEqual([-1, -1, -2, -3, -3, -4]);
  expect([-1, -2, -3, -4].map((request) => sizes.firstLineOf(request))).toEqual([-2, -3, -6, -8]);
});

test('a mixed load brings a fifth of its events one by one', () => {
  const sizes = requestSizes('mixed');
  const ones = sizes.cycle.filter((size) => size === 1).length;
  expect(ones / sizes.events).toBe(0.2);
});

test('as many requests are sent as the lines need, and none for none', () => {
  expect(requestSizes(100).requestsFor(0)).toBe(0);
  expect(requestSizes(100).requestsFor(1)).toBe(1);
  expect(requestSizes(100).requestsFor(100)).toBe(1);
  expect(requestSizes(100).requestsFor(100.5)).toBe(2);
});

test('a request without events is refused', () => {
  expect(() => new RequestSizes([])).toThrow(RangeError);
  expect(() => requestSizes(0)).toThrow(RangeError);
});
