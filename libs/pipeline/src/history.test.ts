import { expect, test } from '@jest/globals';
import type { SettledBatch } from '@ticketrail/core';
import { encodeSettled } from './codec.js';
import { readPage } from './history.js';

const batch: SettledBatch = { previous: '', ingest: 3, ingest_id: 'm3', log_time: 1_800_000_000_000, parts: [] };
const { id, body } = encodeSettled(batch);
const row = { generation: 1, shard: 0, hour: 1_799_999_000_000, seq: 7, entry: id, page: Buffer.from(body) };

test('a page is the text of its entry, whatever kind of bytes the tables hand over', () => {
  const within = new Uint8Array([32, ...row.page, 32]).subarray(1, -1);
  for (const page of [row.page, within]) {
    expect(readPage({ ...row, page })).toEqual({ seq: 7, id, logTime: batch.log_time, batch });
  }
});

test('a page that is not there, holds nothing, or another text is a fault', () => {
  expect(readPage(undefined)).toBe('missing');
  expect(readPage({ ...row, page: null })).toBe('not readable');
  expect(readPage({ ...row, page: Buffer.from(`${body} `) })).toBe('not what its id says');
  expect(readPage({ ...row, page: new Uint8Array() })).toBe('not what its id says');
});
