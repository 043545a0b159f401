import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LmdbEventLog } from '@ticketrail/log';
import type { Tables } from '@ticketrail/pipeline';
import { channelTo, type Channel } from './channel.fixture.js';
import { FarEventLog } from './far-event-log.js';

let directory: string;
let near: LmdbEventLog;
let channel: Channel;
let far: FarEventLog;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ticketrail-far-'));
  near = await LmdbEventLog.open({ directory, now: Date.now });
  channel = channelTo(near, {} as Tables);
  far = new FarEventLog(channel.calls);
});
afterAll(async () => {
  channel.close();
  await near.close();
  await rm(directory, { recursive: true });
});

test('a reader that is behind is given about a million characters at a time, and at least one entry', async () => {
  for (const characters of [400_000, 400_000, 400_000, 3_000_000, 10]) {
    await near.append('ingest', 1, { id: String(characters), body: 'x'.repeat(characters) });
  }
  const groups: number[] = [];
  for await (const group of far.read('ingest', 1, 0, new AbortController().signal)) {
    groups.push(group.length);
    if (groups.length === 4) break;
  }
  expect(groups).toEqual([2, 1, 1, 1]);
});

test('the trace goes with the message, and its value stays behind', async () => {
  const message = { id: 'one', body: '{}', value: { not: () => 'plain' }, trace: '00-1-2-01' };
  const seq = await far.append('events', 2, message);
  const entry = await near.at('events', 2, seq);
  expect(entry).toMatchObject({ id: 'one', body: '{}', trace: '00-1-2-01' });
  expect(entry?.value).toBeUndefined();
});
