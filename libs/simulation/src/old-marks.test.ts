/** How an enricher reads the marks of events that its window has let go. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { FIRST_SEEN, type Hash64, HistoryIndex, identityOf, MINUTE_MS } from '@ticketrail/core';
import {
  BEGINNING,
  type ClusteringRange,
  type Checkpoint,
  checkpointWrite,
  type Epoch,
  OldMarksReader,
  type RowWrite,
} from '@ticketrail/pipeline';
import { ManualClock } from './manual-clock.js';
import { MemoryDisk } from './memory-disk.js';
import { MemoryTables } from './memory-tables.js';
import { START } from './one-partition.fixture.js';

const EPOCH: Epoch = { epoch: 1, base: 0, partitions: 1, generation: 1 };

function identityOfId(id: number): Hash64 {
  const identity = { hi: 0, lo: 0 };
  identityOf('demo', { location_id: 'loc_1', event_id: `e${id}` }, identity);
  return identity;
}

interface Scan {
  readonly range: ClusteringRange;
  readonly rows: number;
}

/** Tables whose aggregator has written marks, and a reader of them. */
class World {
  readonly clock = new ManualClock(START);
  readonly tables = MemoryTables.on(new MemoryDisk(this.clock, 'log-1'));
  readonly scans: Scan[] = [];
  readonly stats = { oldMinutesRead: 0, oldRowsRead: 0, oldMarksBytes: 0 };
  private readonly stop = new AbortController();

  constructor() {
    const { tables, scans } = this;
    const scan = tables.scan.bind(tables);
    tables.scan = async (table, partition, range = {}) => {
      const rows = await scan(table, partition, range);
      scans.push({ range, rows: rows.length });
      return rows;
    };
  }

  reader(isTailInDoubt = false): OldMarksReader {
    const options = { oldMarksBytesMax: 100_000, oldMarksRowsPerRead: 4, isTailInDoubt };
    return new OldMarksReader(this, EPOCH, 0, options, this.stats);
  }

  /** One event, with the id of its position, at each position, all in one minute. */
  async settle(minute: number, positions: readonly number[]): Promise<void> {
    const rows = positions.flatMap((seq) => {
      const index = new HistoryIndex();
      index.add(minute, identityOfId(seq), 0, 'payment', 0);
      return [...index.rows(1, 0, seq, `entry ${seq}`, START)];
    });
    await this.write(rows.map((row) => ({ table: FIRST_SEEN, row, clock: row['seq'] as number })));
  }

  async vouchFor(seq: number, earlier = 0): Promise<void> {
    const at = (position: number): Checkpoint => ({ ...BEGINNING, seq: position, logTime: START });
    await this.write([checkpointWrite(EPOCH, 0, at(seq), at(earlier))]);
  }

  /** Positions that are found of the ids. */
  async find(
    reader: OldMarksReader,
    minute: number,
    ids: readonly number[],
    coversAfterSeq: number,
    settled: number,
  ): Promise<number[]> {
    const wanted = new Map([[minute, ids.map(identityOfId)]]);
    const found = await this.during(reader.lookUp(wanted, coversAfterSeq, settled, this.stop.signal));
    return ids.map(identityOfId).map(({ hi, lo }) => found.find(hi, lo));
  }

  private async write(rows: readonly RowWrite[]): Promise<void> {
    await this.during(this.tables.write(rows));
  }

  private async during<Answer>(work: Promise<Answer>): Promise<Answer> {
    const over = work.then(() => true);
    for (let i = 0; i < 1_000; i++) {
      if (await Promise.race([over, this.clock.advance(10).then(() => false)])) break;
    }
    return work;
  }
}

describe('a reader of old marks', () => {
  const positions = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
  let world: World;

  beforeEach(async () => {
    world = new World();
    await world.settle(START, positions(1, 11));
    await world.settle(START + MINUTE_MS, positions(11, 31));
    await world.vouchFor(30);
  });

  test('reads the minute that is asked for and no other, a few rows at a time', async () => {
    expect(await world.find(world.reader(), START, [1, 4, 10, 11], 20, 30)).toEqual([1, 4, 10, 0]);
    expect(world.scans.map(({ rows }) => rows)).toEqual([4, 4, 2]);
    expect(world.stats).toEqual({ oldMinutesRead: 1, oldRowsRead: 10, oldMarksBytes: 4_096 });
  });

  test('reads nothing again while the window covers the rest, and then only what is new', async () => {
    const reader = world.reader();
    await world.find(reader, START, [1], 20, 30);
    expect(await world.find(reader, START, [2, 3], 30, 40)).toEqual([2, 3]);
    expect(world.scans).toHaveLength(3);
    await world.settle(START, [35, 39]);
    await world.vouchFor(40);
    expect(await world.find(reader, START, [1, 35, 39, 36], 31, 40)).toEqual([1, 35, 39, 0]);
    expect(world.scans.slice(3)).toEqual([{ range: { from: [START, 31], before: [START, 41], limit: 4 }, rows: 2 }]);
    expect(world.stats.oldRowsRead).toBe(12);
  });

  test('waits until the checkpoint has reached the beginning of the window', async () => {
    const looking = world.find(world.reader(), START, [1, 35], 33, 40);
    await world.clock.advance(500);
    expect(world.scans).toEqual([]);
    await world.settle(START, [35]);
    await world.vouchFor(40);
    expect(await looking).toEqual([1, 35]);
  });

  test('does not take for settled what lies beyond the last settled batch', async () => {
    expect(await world.find(world.reader(), START, [5, 8, 9], 5, 8)).toEqual([5, 8, 0]);
  });

  test('reads again what was missing where the tail of the tables is in doubt', async () => {
    await world.vouchFor(30, 12);
    const reader = world.reader(true);
    expect(await world.find(reader, START, [10, 25], 20, 30)).toEqual([10, 0]);
    // Written anew by an aggregator that went over it again.
    await world.settle(START, [25]);
    expect(await world.find(reader, START, [10, 25], 26, 40)).toEqual([10, 25]);
    expect(world.scans.at(-1)!.range).toMatchObject({ from: [START, 13] });
  });

  test('answers nothing of the last call', async () => {
    const reader = world.reader();
    await world.find(reader, START, [1], 20, 30);
    expect(await world.find(reader, START + MINUTE_MS, [1, 12], 20, 30)).toEqual([0, 12]);
  });
});
