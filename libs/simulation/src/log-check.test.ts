import { describe, expect, test } from '@jest/globals';
import {
  BEGINNING,
  chainBroken,
  checkIngest,
  checkLog,
  checkpointWrite,
  EarlierCheckpoints,
  readCheckpoints,
  refusalMeans,
  reachWrite,
  type Checkpoint,
  UnexpectedLastEntry,
} from '@ticketrail/pipeline';
import { ManualClock } from './manual-clock.js';
import { MemoryDisk } from './memory-disk.js';
import { MemoryEventLog } from './memory-event-log.js';
import { MemoryTables } from './memory-tables.js';

const EPOCH = { epoch: 1, base: 1_000, partitions: 1, generation: 1 };

function checkpointAt(seq: number, logTime = seq): Checkpoint {
  return { seq, entry: `e${seq}`, ingest: seq, ingestId: `i${seq}`, logTime };
}

/** A log of so many entries, `e1` and on, whose rows are durable up to `reach` and vouched for up to `checkpoint`. */
async function open(entries: number, checkpoint: number, reach: number) {
  const disk = new MemoryDisk(new ManualClock(0), 'log');
  const [log, tables] = [MemoryEventLog.on(disk), MemoryTables.on(disk)];
  for (let seq = 1; seq <= entries; seq++) await log.append('events', 0, { id: `e${seq}`, body: '' });
  await tables.write([reachWrite(EPOCH, 0, { seq: reach, entry: `e${reach}` })]);
  return { disk, log, check: () => checkLog(log, tables, EPOCH, 0, checkpointAt(checkpoint)) };
}

describe('whether the log is the one the rows were made from', () => {
  test('it is, while it holds what checkpoint and reach name', async () => {
    const { check } = await open(5, 3, 5);
    await expect(check()).resolves.toBeUndefined();
  });

  test('it is not when it ends before rows that lie ahead of the checkpoint', async () => {
    const { disk, check } = await open(5, 3, 5);
    disk.partition('events', 0).entries.pop();
    await expect(check()).rejects.toMatchObject({ code: 'LOG_MISMATCH' });
  });

  test('it is not when a position ahead of the checkpoint was given out again', async () => {
    const { disk, log, check } = await open(5, 3, 5);
    const stored = disk.partition('events', 0);
    stored.entries.pop();
    stored.lastSeq = 4;
    await log.append('events', 0, { id: 'another', body: '' });
    await expect(check()).rejects.toMatchObject({ code: 'LOG_MISMATCH' });
  });

  test('what was trimmed behind the checkpoint is not missed, even when nothing is left', async () => {
    const { log, check } = await open(5, 5, 5);
    await log.trim('events', 0, 5);
    await expect(check()).resolves.toBeUndefined();
  });

  test('an empty log is missed when rows lie ahead of the checkpoint', async () => {
    const { log, check } = await open(5, 3, 5);
    await log.trim('events', 0, 5);
    await expect(check()).rejects.toMatchObject({ code: 'LOG_MISMATCH' });
  });
});

describe('whether ingest is the one that was settled', () => {
  test('another message at the settled position, or an end before it, is noticed', async () => {
    const log = MemoryEventLog.on(new MemoryDisk(new ManualClock(0), 'log'));
    for (const id of ['a', 'b']) await log.append('ingest', 0, { id, body: '' });
    await expect(checkIngest(log, 0, 2, 'b')).resolves.toBeUndefined();
    await expect(checkIngest(log, 0, 2, '')).resolves.toBeUndefined();
    await expect(checkIngest(log, 0, 2, 'c')).rejects.toMatchObject({ code: 'LOG_MISMATCH' });
    await expect(checkIngest(log, 0, 3, '')).rejects.toMatchObject({ code: 'LOG_MISMATCH' });
  });
});

test('a broken chain is no alarm when somebody else has gone on, and what they had durable was trimmed', () => {
  const entry = { seq: 9, id: 'e9', time: 0, body: '' };
  expect(chainBroken(0, entry, 'e8', checkpointAt(4), 8).code).toBe('OVERTAKEN');
  expect(chainBroken(0, entry, 'e8', checkpointAt(4), 3).code).toBe('LOG_MISMATCH');
});

describe('a refused publish', () => {
  const refusal = new UnexpectedLastEntry('the last entry is another');
  const means = async (entries: number, checkpoint: number, standing: number): Promise<unknown> => {
    const { disk, log } = await open(entries, 0, 0);
    const tables = MemoryTables.on(disk);
    await tables.write([checkpointWrite(EPOCH, 0, checkpointAt(checkpoint))]);
    return refusalMeans(refusal, log, tables, EPOCH, 0, standing);
  };

  test('says that somebody else has published, while the log goes further', async () => {
    expect(await means(6, 3, 5)).toBe(refusal);
  });

  test('says that the log was rolled back when it ends before what was published', async () => {
    expect(await means(4, 3, 5)).toMatchObject({ code: 'LOG_MISMATCH' });
    expect(await means(0, 3, 5)).toMatchObject({ code: 'LOG_MISMATCH' });
  });

  test('says nothing of the kind when others have gone on and the log was trimmed behind them', async () => {
    expect(await means(0, 7, 5)).toBe(refusal);
  });

  test('is not looked at further when it was no refusal', async () => {
    const lost = new Error('the answer was lost');
    const { disk, log } = await open(0, 0, 0);
    expect(await refusalMeans(lost, log, MemoryTables.on(disk), EPOCH, 0, 5)).toBe(lost);
  });
});

describe('the earlier checkpoint', () => {
  test('is the newest that is old enough, or the oldest there is', () => {
    const earlier = new EarlierCheckpoints(BEGINNING, BEGINNING, 1_000, 100);
    expect(earlier.before(checkpointAt(1), 1_000).seq).toBe(0);
    for (let seq = 2; seq <= 9; seq++) earlier.before(checkpointAt(seq), 1_000 + seq * 10);
    expect(earlier.before(checkpointAt(10), 1_095).seq).toBe(0);
    expect(earlier.before(checkpointAt(11), 1_131).seq).toBe(3);
  });

  test('is kept over a restart', async () => {
    const tables = MemoryTables.on(new MemoryDisk(new ManualClock(0), 'log'));
    await tables.write([checkpointWrite(EPOCH, 0, checkpointAt(7, 700), checkpointAt(2, 200))]);
    const read = await readCheckpoints(tables, EPOCH, 0);
    expect(read).toEqual({ checkpoint: checkpointAt(7, 700), earlier: checkpointAt(2, 200) });
  });

  test('is old by when it was written: what is gone over again is written anew, however old it is', () => {
    const started = new EarlierCheckpoints(checkpointAt(2, 200), checkpointAt(7, 700), 5_000, 100);
    expect(started.before(checkpointAt(8, 4_000), 5_050).seq).toBe(2);
    expect(started.before(checkpointAt(9, 4_000), 5_110).seq).toBe(7);
  });
});
