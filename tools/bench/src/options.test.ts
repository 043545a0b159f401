import { describe, expect, test } from '@jest/globals';
import { UsageError } from './command-line.js';
import { readOptions } from './options.js';

const read = (...args: string[]) => readOptions(args, {});

test('without options a standalone product gets ten thousand events a second in hundreds', () => {
  expect(read()).toMatchObject({
    target: 'standalone',
    rates: [10_000],
    run: { batch: 100, locations: 20_000, seconds: 20 },
  });
  expect(read('--help')).toBeUndefined();
});

test('each way of measuring has defaults of its own, and an engine that compiles is warmed for longer', () => {
  expect(read('--search')).toMatchObject({ rates: [2_000], laterWarmupSeconds: 2.5 });
  expect(read('--search')?.run).toMatchObject({
    seconds: 40,
    warmupSeconds: 10,
    p99MaxMs: 1_000,
    givenUpBehindSeconds: 5,
  });
  expect(read('--growth', '--cluster')).toMatchObject({ rates: [5_000], laterWarmupSeconds: 5 });
  expect(read('--cluster')).toMatchObject({
    laterWarmupSeconds: 22.5,
    run: { warmupSeconds: 90, p99MaxMs: undefined },
  });
  expect(read('--cluster', '--warmup', '40', '--p99-max', '50')).toMatchObject({
    laterWarmupSeconds: 10,
    run: { warmupSeconds: 40, p99MaxMs: 50 },
  });
});

test('a cluster, several rates and a mixed load', () => {
  const options = read('--cluster', '--rate', '1000,2000', '--batch', 'mixed', '--warmup', '5');
  expect(options).toMatchObject({
    target: 'cluster',
    rates: [1_000, 2_000],
    run: { batch: 'mixed', warmupSeconds: 5 },
  });
});

test('a process of a cluster may be killed within the run, and be started again or lost', () => {
  expect(read('--cluster')?.run.kill).toBeUndefined();
  expect(read('--cluster', '--kill', '5')?.run.kill).toEqual({ afterSeconds: 5, fate: 'restarted' });
  expect(read('--cluster', '--lose', '0')?.run.kill).toEqual({ afterSeconds: 0, fate: 'lost' });
  for (const wrong of [
    ['--kill', '5'],
    ['--cluster', '--kill', '5', '--lose', '5'],
    ['--cluster', '--kill', '20'],
    ['--cluster', '--lose', 'soon'],
  ]) {
    expect(() => read(...wrong)).toThrow(UsageError);
  }
});

test('a soak is one run of its minutes that looks at memory now and then', () => {
  const options = read('--soak', '30', '--rate', '5000,6000');
  expect(options).toMatchObject({ isSoak: true, rates: [5_000], run: { seconds: 1_800, momentEverySeconds: 15 } });
  // A short one has enough moments for a verdict, too.
  expect(read('--soak', '1')?.run.momentEverySeconds).toBe(3);
});

test('tenants, partitions, the length of a visit and what is held before questions are asked', () => {
  const options = read(
    '--tenants',
    '100',
    '--partitions',
    '4',
    '--visit-minutes',
    '40',
    '--queries',
    '--history-hours',
    '6',
  );
  expect(options).toMatchObject({ partitions: 4, hasQueries: true, heldHours: 6, heldEvents: 200_000, asks: 4 });
  expect(options?.run).toMatchObject({ tenants: 100, stageLagSeconds: 800 });
  expect(read()?.run).toMatchObject({ tenants: 1, stageLagSeconds: 2 });
});

test('the prototype stands beside each rate, with and without ceilings', () => {
  expect(read('--prototype', '/some/where', '--rate', '1,2')).toMatchObject({
    prototypeDirectory: '/some/where',
    rates: [1, 2],
    hasCeilings: false,
  });
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
    ['--p99-max', 'low'],
    ['--late', '2'],
    ['--tenants', '0'],
    ['--tenants', '1.5'],
    ['--partitions', '257'],
    ['--aggregators', '0'],
    ['--locations', '0'],
    ['--asks', '0'],
    ['--growth', '--search'],
    ['--queries', '--growth'],
    ['--turbo'],
    ['--url', 'http://127.0.0.1:1'],
    ['--url', 'nowhere', '--key', 'k'],
    ['--url', 'http://127.0.0.1:1', '--key', 'k', '--pid', 'x'],
    ['--url', 'http://127.0.0.1:1', '--key', 'k', '--search'],
    ['--soak', '1', '--search'],
    ['--url', 'http://127.0.0.1:1', '--key', 'k', '--tenants', '2'],
    ['--url', 'http://127.0.0.1:1', '--key', 'k', '--partitions', '2'],
  ])('%s %s %s %s %s %s', (...args) => {
    expect(() => read(...args.filter((arg) => typeof arg === 'string'))).toThrow(UsageError);
  });
});
