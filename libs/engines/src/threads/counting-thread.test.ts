import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CHECKPOINTS } from '@ticketrail/core';
import { type Config, Metrics, Readiness, readConfig, Shutdown } from '@ticketrail/runtime';
import { openEmbedded } from '../embedded-engines.js';
import { CountingThread } from './counting-thread.js';

const fixture = (name: string): URL => new URL(`${name}-thread.fixture.js`, import.meta.url);
const neverDies = (error: Error): void => {
  throw error;
};

let directory: string;
let config: Config;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ticketrail-thread-'));
  config = readConfig({ DATA_DIR: directory, LOG_LEVEL: 'error' });
});
/** What a test has begun ends with it, whatever became of it. */
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
  await rm(directory, { recursive: true });
});

test('its engines are there as ports, and its checks, metrics and services are those of the process', async () => {
  const { engines, ...thread } = await startWith(fixture('idle'));
  expect(await engines.log.append('ingest', 3, { id: 'one', body: '{}' })).toBe(1);
  expect((await engines.log.last('ingest', 3))?.id).toBe('one');
  const key = { generation: 1, shard: 0 };
  const row = Object.fromEntries(Object.keys(CHECKPOINTS.columns).map((column) => [column, 0]));
  await engines.tables.write([{ table: CHECKPOINTS, row: { ...row, ...key }, clock: 1 }]);
  expect(await engines.tables.read(CHECKPOINTS, [key])).toEqual([{ ...row, ...key }]);

  expect(thread.readiness.problems()).toEqual({ idle: 'nobody works here' });
  expect(engines.problem()).toBeUndefined();
  expect(await engines.control.ask()).toEqual([]);
  engines.registerMetrics(thread.metrics);
  const text = await thread.metrics.text();
  expect(text).toMatch(/^ticketrail_store_bytes\{store="log"\} \d+$/m);
  expect(text).toMatch(/^nodejs_heap_size_used_bytes \d+$/m);
  expect(text).toMatch(/^nodejs_heap_size_used_bytes\{thread="counting"\} \d+$/m);
  expect(text.match(/^process_cpu_seconds_total\b/gm)).toHaveLength(1);
}, 30_000);

test('it ends with the process, stage by stage, and what it took is there for the next', async () => {
  const { engines, shutdown, end } = await startWith(fixture('idle'));
  await engines.log.append('ingest', 0, { id: 'one', body: '{}' });
  await end();
  expect(shutdown.isClean).toBe(true);
  await expect(engines.log.last('ingest', 0)).rejects.toMatchObject({ code: 'THREAD_ENDED' });
  const next = await openEmbedded(config);
  expect((await next.log.last('ingest', 0))?.id).toBe('one');
  await next.close();
}, 30_000);

test('what keeps it from starting is said by its code and in its words', async () => {
  const file = join(directory, 'a-file');
  await writeFile(file, '');
  const start = CountingThread.start(fixture('idle'), { ...config, dataDir: join(file, 'data') }, neverDies);
  await expect(start).rejects.toMatchObject({ code: 'CONFIG', message: expect.stringContaining(file) });
  const ending = CountingThread.start(fixture('ending'), config, neverDies);
  await expect(ending).rejects.toMatchObject({ code: 'THREAD_ENDED', message: expect.stringContaining('with 3') });
}, 30_000);

test('its death is told with its reason, and whoever waits for it gets an error', async () => {
  const deaths: Error[] = [];
  const { engines } = await CountingThread.start(fixture('throwing'), config, (error) => deaths.push(error));
  const reading = engines.log.read('rows', 0, 0, new AbortController().signal)[Symbol.asyncIterator]().next();
  await until(() => deaths[0]?.message);
  expect(deaths[0]).toMatchObject({ message: 'a bug in the thread' });
  expect(deaths[0]?.stack).toContain('throwing-thread.fixture');
  await expect(reading).rejects.toThrow('a bug in the thread');
  await expect(engines.tables.life()).rejects.toThrow('a bug in the thread');
  await sleep(500);
  expect(deaths).toHaveLength(1);
}, 30_000);

test('a thread that stands still is a problem while it does, and holds nobody who looks at it', async () => {
  const { engines, metrics } = await startWith(fixture('silent'));
  engines.registerMetrics(metrics);
  expect(engines.problem()).toBeUndefined();
  const silence = await until(() => engines.problem());
  expect(silence).toMatch(/^the counting thread has not answered for \d seconds$/);
  expect(await metrics.text()).toContain('nodejs_heap_size_used_bytes');
  await until(() => (engines.problem() === undefined ? 'answers again' : undefined));
}, 60_000);

/** Asked often, for half a minute. */
async function until(ask: () => string | undefined): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = ask();
    if (answer !== undefined) return answer;
    await sleep(100);
  }
  throw new Error('it did not come');
}

async function startWith(file: URL) {
  const thread = await CountingThread.start(file, config, neverDies);
  const [readiness, shutdown] = [new Readiness(), new Shutdown()];
  thread.join(readiness, shutdown);
  shutdown.at('engines', 'engines', () => thread.engines.close());
  const end = (): Promise<void> => shutdown.onApplicationShutdown();
  endings.push(end);
  return { engines: thread.engines, metrics: new Metrics(), readiness, shutdown, end };
}
