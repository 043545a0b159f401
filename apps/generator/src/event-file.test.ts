import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { file } from './command-file.js';
import { breaking } from './distribution-check.js';

let folder = '';
const nowMs = Date.parse('2025-10-29T18:00:30.000Z');
const path = (name: string) => join(folder, name);
const write = async (name: string, ...args: string[]) => {
  const said: string[] = [];
  await file(['--out', path(name), ...args], nowMs, (line) => said.push(line));
  return { text: await readFile(path(name), 'utf8'), said: said.join('\n') };
};
const linesOf = (text: string) => text.split('\n').slice(0, -1);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ticketrail-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a file of events', () => {
  test('has exactly the lines asked for, in the restaurants dialect, and ends at the last whole minute', async () => {
    const { text, said } = await write('plain.jsonl', '--count', '3000', '--faults', 'none');
    expect(said).toBe(`Wrote 3000 lines to ${path('plain.jsonl')}.`);
    const events = linesOf(text).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events).toHaveLength(3_000);
    expect(breaking(events, (event) => /^rest_\d{3}$/.test(String(event['restaurant_id'])))).toEqual([]);
    const times = events.map((event) => String(event['timestamp'])).toSorted();
    expect(times[0]?.slice(0, 13)).toBe('2025-10-29T15');
    expect(times.at(-1)?.slice(0, 16)).toBe('2025-10-29T17:59');
  });

  test('comes with the truth about each line when asked', async () => {
    const { text } = await write(
      'rough.jsonl',
      '--count',
      '2000',
      '--malformed-rate',
      '0.05',
      '--manifest',
      path('truth.jsonl'),
    );
    const lines = linesOf(text);
    const truths = linesOf(await readFile(path('truth.jsonl'), 'utf8')).map(
      (line) => JSON.parse(line) as { line: number; event_id: string; faults: string[]; defect?: string },
    );
    expect(truths).toHaveLength(2_000);
    expect(truths.map(({ line }) => line)).toEqual(lines.map((_, index) => index + 1));
    const isWhole = ({ line, event_id: id, faults, defect }: (typeof truths)[number]) =>
      faults.includes('malformed') ? defect !== undefined : lines[line - 1]?.includes(id) === true;
    expect(breaking(truths, isWhole)).toEqual([]);
    expect(truths.filter(({ faults }) => faults.includes('duplicate')).length).toBeGreaterThan(10);
    expect(truths.filter(({ faults }) => faults.includes('malformed')).length).toBeGreaterThan(50);
  });

  test('is the same bytes for the same arguments, and others for another seed', async () => {
    const args = ['--count', '500', '--profile', 'both', '--dialect', 'mixed', '--until', '2025-10-29T12:00:00Z'];
    const { text } = await write('first.jsonl', ...args);
    expect((await write('second.jsonl', ...args)).text).toBe(text);
    expect((await write('third.jsonl', ...args, '--seed', '2')).text).not.toBe(text);
    expect(text).toContain('"location_id":"loc_');
    expect(text).toContain('"restaurant_id":"rest_');
    expect(text).toContain('"location_id":"LOC-ON-');
  });

  test('can be as short as one line', async () => {
    expect(linesOf((await write('one.jsonl', '--count', '1')).text)).toHaveLength(1);
  });

  test.each([
    [['--count', 'many'], '--count is a number from 1'],
    [['--count', '1.5'], '--count is a whole number'],
    [['--dialect', 'klingon'], '--dialect is one of locations, restaurants, mixed, not "klingon"'],
    [['--until', 'noon'], '--until is a time such as'],
    [['--duplicate-rate', '2'], '--duplicate-rate is a number from 0 to 1'],
  ])('is refused with a plain message for %j', async (args, message) => {
    await expect(write('never.jsonl', ...args)).rejects.toThrow(message);
  });
});
