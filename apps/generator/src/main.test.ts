import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startFakeCollector } from './fake-collector.js';

const MAIN = fileURLToPath(new URL('main.js', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ticketrail-main-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command; `onOutput` may stop it. */
async function run(args: string[], onOutput: (text: string, stop: () => void) => void = () => {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env: { PATH: process.env['PATH'] } });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    onOutput(output, () => child.kill('SIGTERM'));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, errors };
}

describe('the command', () => {
  test('explains itself', async () => {
    const { code, output } = await run(['--help']);
    expect(code).toBe(0);
    for (const word of ['load', 'file', 'serve', '--seed', '--manifest', '/stream']) expect(output).toContain(word);
    expect((await run(['serve', '--help'])).output).toContain('--port');
  });

  test.each([
    [['dance'], 'There is no command "dance"'],
    [['file', '--colour', 'red'], "Unknown option '--colour'"],
    [['file', '--out', '/nowhere/events.jsonl'], 'ENOENT'],
    [['load', '--url', 'example'], '--url is an address'],
    [['load', '--url', 'http://127.0.0.1:9'], 'No key: give --key'],
    [['serve', '--malformed-rate', '0.1'], 'no place for malformed lines'],
  ])('refuses %j in a sentence', async (args, message) => {
    const { code, errors } = await run(args);
    expect(code).toBe(1);
    expect(errors).toContain(message);
    expect(errors).not.toContain('    at ');
  });

  test('writes sample_events.jsonl', async () => {
    const { code, output } = await run(['file', '--count', '200']);
    expect(output).toBe('Wrote 200 lines to sample_events.jsonl.\n');
    expect(code).toBe(0);
    expect((await readFile(join(folder, 'sample_events.jsonl'), 'utf8')).split('\n')).toHaveLength(201);
  });

  test('loads a server for as long as it is told, and reports', async () => {
    const collector = await startFakeCollector();
    const { code, output } = await run([
      'load',
      '--url',
      collector.url,
      '--key',
      'secret',
      '--rate',
      '500',
      '--tempo',
      '20',
      '--seconds',
      '1.5',
    ]);
    expect(code).toBe(0);
    expect(output).toMatch(/\d+ events, \d+ accepted.*answered in \d+ ms \(p50\)/);
    expect(collector.taken().length).toBeGreaterThan(300);
    await collector.close();
  });

  test('says why when nothing was accepted', async () => {
    const { code, errors } = await run([
      'load',
      '--url',
      'http://127.0.0.1:9',
      '--key',
      'secret',
      '--rate',
      '5',
      '--seconds',
      '0.5',
    ]);
    expect(code).toBe(1);
    expect(errors).toContain('Nothing was accepted.');
  });

  test('serves until it is told to stop', async () => {
    let health: Promise<unknown> | undefined;
    const { code } = await run(['serve', '--port', '0', '--rate', '1', '--backfill-minutes', '60'], (output, stop) => {
      const url = /http:\/\/[\d.]+:\d+/.exec(output)?.[0];
      if (url === undefined || health) return;
      health = fetch(`${url}/health`)
        .then((response) => response.json())
        .finally(stop);
    });
    expect(code).toBe(0);
    expect(await health).toMatchObject({ status: 'ok', profile: 'ontario', next_offset: expect.any(Number) });
  });
});
