import { expect, test } from '@jest/globals';
import {
  COLLECTOR_NUMBERS,
  messageFigures,
  PartitionFold,
  type IngestBatch,
  type Row,
  type SettledBatch,
  type SettledMessage,
} from '@ticketrail/core';
import { Batcher, decodeIngest, LogFull } from '@ticketrail/pipeline';
import { ManualClock } from './manual-clock.js';
import { MemoryDisk } from './memory-disk.js';
import { MemoryEventLog } from './memory-event-log.js';

const FOLD = { generation: 1, shard: 0, resumedAt: undefined, skewMs: 0, ordersMax: 9, periodsMax: 9, cellsMax: 99 };

/** A collector on a log that fails the writes with these numbers, from 1 on; `after` says which of them are stored all the same. */
function open(failing: (write: number) => { error: Error; stored?: boolean } | undefined) {
  const clock = new ManualClock(1_000_000);
  const disk = new MemoryDisk(clock, 'log-1');
  let writes = 0;
  disk.onWrite = () => failing(++writes);
  const batcher = new Batcher(MemoryEventLog.on(disk), clock, {
    collector: 'c.d',
    boot: 'b',
    partitions: 1,
    lingerMinMs: 2,
    lingerMaxMs: 15,
    batchEventsMax: 10,
    batchBytesMax: 1_000,
    pendingBytesMax: 2_000,
  });
  const send = async (): Promise<boolean> => {
    const sent = batcher.take('demo', [{ partition: 0, events: [{ text: '{}', value: {} }] }]).then(
      () => true,
      () => false,
    );
    await clock.advance(10_000);
    return sent;
  };
  const batches = (): IngestBatch[] => disk.partition('ingest', 0).entries.map((entry) => decodeIngest(entry));
  return { send, batches, disk };
}

/** What the fold makes of these messages, settled in this order: one by one, and the same when they are settled together. */
function figuresOf(batches: readonly IngestBatch[]) {
  const messages = batches.map(({ collector, boot, n, given_up }): SettledMessage => {
    const ingest_id = `${collector}.${boot}.${n}`;
    return given_up === undefined ? { ingest_id } : { ingest_id, given_up };
  });
  const idle = { previous: '', ingest: 0, log_time: 1_000, parts: [] };
  const oneByOne = folded(messages.map((message) => ({ ...idle, ...message })));
  expect(folded([{ ...idle, before: messages.slice(0, -1), ...messages.at(-1)! }])).toEqual(oneByOne);
  return oneByOne;
}

function folded(batches: readonly SettledBatch[]) {
  const fold = new PartitionFold(FOLD);
  batches.forEach((batch, i) => {
    fold.wantedSources(batch);
    fold.fold({ seq: i + 1, id: `e${i + 1}`, batch });
    fold.commit();
  });
  const rows = fold.takeChanged('all').filter(({ table }) => table === COLLECTOR_NUMBERS);
  return messageFigures(rows.map(({ row }): Row => row));
}

const fault = { error: new Error('no answer') };

test('numbers whose outcome stays open are said by the next message that is stored, and are no losses', async () => {
  // The second and third message fail five times each.
  const { send, batches } = open((write) => (write >= 2 && write <= 11 ? fault : undefined));
  expect([await send(), await send(), await send(), await send(), await send()]).toEqual([
    true,
    false,
    false,
    true,
    true,
  ]);
  expect(batches().map(({ n, given_up }) => [n, given_up])).toEqual([
    [1, undefined],
    [4, [2, 3]],
    [5, undefined],
  ]);
  expect(figuresOf(batches())).toMatchObject({ lost: 0, given_up: 2 });
});

test('a message that was given up and stored all the same leaves nothing open', async () => {
  const { send, batches } = open((write) => (write >= 2 && write <= 6 ? { ...fault, stored: write === 6 } : undefined));
  expect([await send(), await send(), await send()]).toEqual([true, false, true]);
  expect(batches().map(({ n }) => n)).toEqual([1, 2, 3]);
  expect(figuresOf(batches())).toEqual({ lost: 0, given_up: 0, holes: [] });
});

test('a number is used again only when nothing was stored under it for certain', async () => {
  const full = { error: new LogFull('full') };
  const surely = open((write) => (write === 2 ? full : undefined));
  expect([await surely.send(), await surely.send(), await surely.send()]).toEqual([true, false, true]);
  expect(surely.batches().map(({ n, given_up }) => [n, given_up])).toEqual([
    [1, undefined],
    [2, undefined],
  ]);
  // The first attempt may have been stored before the log said that it is full.
  const perhaps = open((write) => (write === 2 ? { ...fault, stored: false } : write === 3 ? full : undefined));
  expect([await perhaps.send(), await perhaps.send(), await perhaps.send()]).toEqual([true, false, true]);
  expect(perhaps.batches().map(({ n, given_up }) => [n, given_up])).toEqual([
    [1, undefined],
    [3, [2, 2]],
  ]);
});

test('a message that vanished from the log is counted as lost and named', async () => {
  const { send, batches } = open(() => undefined);
  for (let i = 0; i < 4; i++) expect(await send()).toBe(true);
  const left = batches().filter(({ n }) => n !== 2 && n !== 3);
  expect(figuresOf(left)).toEqual({
    lost: 2,
    given_up: 0,
    holes: [{ partition: 0, collector: 'c.d', boot: 'b', from: 2, to: 3 }],
  });
});
