import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { problem, startFakeCollector, type Answer, type FakeCollector } from './fake-collector.js';

const IMPORT = fileURLToPath(new URL('../../../tools/import/import.mjs', import.meta.url));
const event = (number: number) => JSON.stringify({ event_id: `evt_${number}`, note: 'déjà vu' });
const EVENTS = Array.from({ length: 2_500 }, (_, index) => event(index));
let folder = '';
let collector: FakeCollector | undefined;

const collect = async (answer?: Answer) => (collector = await startFakeCollector(answer));
const save = async (name: string, content: string | Buffer) => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

async function run(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [IMPORT, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...environment },
  });
  let output = '';
  let errors = '';
  child.stdin.end();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = (await once(child, 'close')) as [number | null];
  const row = (name: string) => new RegExp(`^${name} +([\\d.,]+)$`, 'm').exec(output)?.[1];
  return { code, output, errors, row };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ticketrail-import-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await collector?.close();
  collector = undefined;
});

describe('an import', () => {
  test('posts every line as it is, about a thousand in a request', async () => {
    const { url, received, taken } = await collect();
    const file = await save('events.jsonl', `${EVENTS.join('\n')}\n`);
    const { code, row } = await run([file, '--url', url, '--key', 'secret']);
    expect(code).toBe(0);
    expect(taken().toSorted()).toEqual(EVENTS.toSorted());
    expect(received.map(({ lines }) => lines.length).toSorted()).toEqual([1_000, 1_000, 500]);
    expect(received[0]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/x-ndjson',
    });
    expect([row('lines'), row('accepted'), row('rejected'), row('retries')]).toEqual(['2,500', '2,500', '0', '0']);
  });

  test('sends garbage too, and names the lines that were rejected as an editor counts them', async () => {
    const { url, taken } = await collect();
    const content = `\uFEFF${event(1)}\r\n\n  \n*** PRINTER OFFLINE ***\n${event(2)}\n{"cut": \n${event(3)}`;
    const { code, output, row } = await run([await save('garbage.jsonl', content), '--url', url, '--key', 'secret']);
    expect(code).toBe(0);
    expect([row('lines'), row('accepted'), row('rejected')]).toEqual(['5', '3', '2']);
    expect(output).toContain('not_an_object: 2 (line 4, 6) This is not a JSON object.');
    expect(taken()).toEqual([`${event(1)}\r`, '*** PRINTER OFFLINE ***', event(2), '{"cut": ', event(3)]);
  });

  test('sends again after 429, 503 and lost connections', async () => {
    const { url, taken } = await collect((_, response, number) => {
      if (number === 1) return problem(response, 429, { 'retry-after': '1' });
      if (number === 2) return problem(response, 503);
      return number === 3 && Boolean(response.socket?.destroy());
    });
    const { code, row } = await run([await save('again.jsonl', EVENTS.join('\n')), '--url', url, '--key', 'secret']);
    expect(code).toBe(0);
    expect(taken().toSorted()).toEqual(EVENTS.toSorted());
    expect([row('accepted'), row('retries')]).toEqual(['2,500', '3']);
  });

  test('finds the one line for which the server refuses a whole request', async () => {
    const { url, taken } = await collect(
      (received, response) => received.lines.some((line) => line.includes('"evt_77"')) && problem(response, 413),
    );
    const { code, output, row } = await run([
      await save('big.jsonl', EVENTS.join('\n')),
      '--url',
      url,
      '--key',
      'secret',
    ]);
    expect(code).toBe(0);
    expect([row('accepted'), row('rejected')]).toEqual(['2,499', '1']);
    expect(output).toContain('http_413: 1 (line 78) The answer is 413.');
    expect(taken()).toHaveLength(2_499);
  });

  test('does not send a line that has no end, and does not keep it in memory', async () => {
    const { url, taken } = await collect();
    const content = `${event(1)}\n${'x'.repeat(3_000_000)}\n${event(2)}\n`;
    const { code, output } = await run([await save('endless.jsonl', content), '--url', url, '--key', 'secret']);
    expect(code).toBe(0);
    expect(taken()).toEqual([event(1), event(2)]);
    expect(output).toContain('line_too_long: 1 (line 2)');
  });

  test('reads packed files', async () => {
    const { url, taken } = await collect();
    const file = await save('events.jsonl.gz', gzipSync(EVENTS.join('\n')));
    expect((await run([file, '--url', url, '--key', 'secret'])).code).toBe(0);
    expect(taken()).toHaveLength(2_500);
    const broken = await run([await save('broken.jsonl.gz', 'not packed'), '--url', url, '--key', 'secret']);
    expect(broken.code).toBe(1);
    expect(broken.errors).toContain('cannot be read to its end');
  });

  test('takes the address and the key from the environment, or the key that a server has left', async () => {
    const { url, received } = await collect();
    await save('short.jsonl', event(1));
    await mkdir(join(folder, 'data'), { recursive: true });
    await save('data/development-key', 'left-behind\n');
    expect((await run(['short.jsonl'], { TICKETRAIL_URL: url, TICKETRAIL_API_KEY: 'from-environment' })).code).toBe(0);
    expect((await run(['short.jsonl'], { PORT: new URL(url).port })).code).toBe(0);
    await rm(join(folder, 'data'), { recursive: true });
    const keyless = await run(['short.jsonl'], { TICKETRAIL_URL: url });
    expect(keyless.code).toBe(1);
    expect(keyless.errors).toContain('No key: give --key');
    expect(received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer from-environment',
      'Bearer left-behind',
    ]);
  });

  test('ends with what to do when the key is wrong', async () => {
    const { url } = await collect((_, response) => problem(response, 401));
    const { code, errors } = await run([await save('key.jsonl', event(1)), '--url', url, '--key', 'wrong']);
    expect(code).toBe(1);
    expect(errors).toContain('The server does not accept the key (401).');
    expect(errors).not.toContain('    at ');
  });

  test('ends with what to do when no server is there', async () => {
    const { url, close } = await startFakeCollector();
    await close();
    const { code, errors, row } = await run([await save('absent.jsonl', event(1)), '--url', url, '--key', 'secret']);
    expect(code).toBe(1);
    expect(errors).toContain('cannot be reached (ECONNREFUSED). Start the server with npm start');
    expect(row('unanswered')).toBe('1');
  });

  test.each([
    [['missing.jsonl'], 1, 'There is no file'],
    [[], 2, 'Name one file to import.'],
    [['a', '--colour', 'red'], 2, "Unknown option '--colour'"],
    [['a', '--requests', '0'], 2, '--requests is a whole number'],
    [['a', '--url', 'somewhere'], 2, '--url is an address'],
  ])('refuses %j with code %i and a sentence', async (args, expectedCode, message) => {
    const { code, errors } = await run(args);
    expect(code).toBe(expectedCode);
    expect(errors).toContain(message);
    expect(errors).not.toContain('    at ');
  });

  test('explains itself', async () => {
    const { code, output } = await run(['--help']);
    expect(code).toBe(0);
    expect(output).toContain('an event_id is counted once');
  });
});
