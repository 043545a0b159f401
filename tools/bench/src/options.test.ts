import { describe, expect, test } from '@jest/globals';
import { readOptions, UsageError } from './options.js';

const read = (...args: string[]) => readOptions(args, {});

test('without options a standalone product gets ten thousand events a second in hundreds', () => {
  expect(read()).toMatchObject({
    target: 'standalone',
    rates: [10_000],
    run: { batch: 100, locations: 20_000, seconds: 20 },
  });
  expect(read('--help')).toBeUndefined();
});

test('a cluster, several rates and a mixed load', () => {
  const options = read('--cluster', '--rate', '1000,2000', '--batch', 'mixed', '--warmup', '5');
  expect(options).toMatchObject({
    target: 'cluster',
    rates: [1_000, 2_000],
    run: { batch: 'mixed', warmupSeconds: 5 },
  });
});

test('a soak is one run of its minutes that looks at memory now and then', () => {
  const options = read('--soak', '30', '--rate', '5000,6000');
  expect(options).toMatchObject({ isSoak: true, rates: [5_000], run: { seconds: 1_800, momentEverySeconds: 15 } });
});

test('a running product is named by addresses, key and processes', () => {
  const options = readOptions(
    ['--url', 'http://127.0.0.1:1', '--api-url', 'http://127.0.0.1:2', '--pid', 'collector=12,13'],
    { TICKETRAIL_API_KEY: 'secret' },
  );
  expect(options?.target).toEqual({
    url: new URL('http://127.0.0.1:1'),
    apiUrl: new URL('http://127.0.0.1:2'),
    key: 'secret',
    processes: [
      { role: 'collector', pid: 12 },
      { role: 'product', pid: 13 },
    ],
  });
});

describe('what makes no sense is refused in a sentence', () => {
  test.each([
    ['--rate', '0'],
    ['--rate', 'fast'],
    ['--batch', '7'],
    ['--batch', '0'],
    ['--seconds', '-1'],
    ['--seconds', ''],
    ['--late', '2'],
    ['--tenants', '3'],
    ['--url', 'http://127.0.0.1:1'],
    ['--url', 'nowhere', '--key', 'k'],
    ['--url', 'http://127.0.0.1:1', '--key', 'k', '--pid', 'x'],
    ['--url', 'http://127.0.0.1:1', '--key', 'k', '--search'],
    ['--soak', '1', '--search'],
    ['--prototype', '/tmp'],
  ])('%s %s %s %s %s %s', (...args) => {
    expect(() => read(...args.filter((arg) => typeof arg === 'string'))).toThrow(UsageError);
  });
});
