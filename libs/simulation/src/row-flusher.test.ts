import { describe, expect, test } from '@jest/globals';
import {
  type ChangedRow,
  CHECKPOINTS,
  COLLECTOR_NUMBERS,
  ORDERS,
  REACHES,
  type Row,
  type TableSpec,
  type Value,
} from '@ticketrail/core';
import { BEGINNING, EarlierCheckpoints, type Epoch, type FlushOptions, RowFlusher } from '@ticketrail/pipeline';
import { ManualClock } from './manual-clock.js';
import { MemoryDisk } from './memory-disk.js';
import { MemoryTables } from './memory-tables.js';

const OPTIONS: FlushOptions = {
  flushMs: 250,
  sourcesMsMax: 1_000,
  busySourceRowsPerSecond: 500,
  flushMsMax: 8_000,
  checkpointMs: 2_000,
  checkpointMsMax: 32_000,
  busyRowsPerSecond: 500,
  waitingRowsMax: 100_000,
  replayEventsMax: 50_000,
  rowsPerWriteMin: 100,
  retentionMs: () => 86_400_000,
};
const EPOCH = { generation: 1, base: 0, partitions: 1 } as Epoch;
const TICK_MS = 20;

class ChangedRows {
  readonly cachedRows = 0;
  readonly cachedBytes = 0;
  isCrowded = false;
  readonly changed: ChangedRow[] = [];
  readonly sources: ChangedRow[] = [];

  get dirtyRows(): number {
    return this.changed.length + this.sources.length;
  }

  get sourceRows(): number {
    return this.sources.length;
  }

  takeSources(): ChangedRow[] {
    return this.sources.splice(0);
  }

  takeChanged(): ChangedRow[] {
    return [...this.takeSources(), ...this.changed.splice(0)];
  }
}

/** A partition that changes as many rows a second as it is told, and the sizes of what was written when. */
class Partition {
  readonly clock = new ManualClock(1_800_000_000_000);
  readonly writes: { readonly at: number; readonly rows: number }[] = [];
  readonly flushes: { readonly at: number; readonly which: string }[] = [];
  /** How far the written rows were ahead of the reach that was written before them, at most. */
  aheadOfReach = 0;
  checkpoints = 0;
  /** How long sources waited until they were written, at most. */
  sourcesWaitedMs = 0;
  sourcesWritten = 0;
  /** Writes of sources wait for this. */
  sourcesHeld: Promise<void> | undefined;
  private reach = 0;
  private readonly disk = new MemoryDisk(this.clock, 'disk');
  private readonly flusher: RowFlusher;
  private readonly start = this.clock.now();
  private seq = 0;
  readonly fold = new ChangedRows();
  private flushing = false;

  /** @param syncMs of the tables: how long they may lose what they answered */
  constructor(syncMs = 0) {
    this.disk.syncMs = syncMs;
    const tables = MemoryTables.on(this.disk);
    const write = tables.write.bind(tables);
    tables.write = async (rows) => {
      const own = rows.filter(({ table }) => table === COLLECTOR_NUMBERS).length;
      for (const { table, row } of rows) {
        if (table === COLLECTOR_NUMBERS) {
          this.aheadOfReach = Math.max(this.aheadOfReach, (row['applied'] as number) - this.reach);
        }
        if (table === REACHES) this.reach = row['seq'] as number;
        if (table !== ORDERS) continue;
        this.sourcesWritten++;
        this.sourcesWaitedMs = Math.max(this.sourcesWaitedMs, this.clock.now() - (row['place'] as number));
      }
      if (rows.some(({ table }) => table === CHECKPOINTS)) this.checkpoints++;
      if (own > 0) this.writes.push({ at: this.clock.now() - this.start, rows: own });
      if (rows.some(({ table }) => table === ORDERS)) await this.sourcesHeld;
      return write(rows);
    };
    const stats = {
      rowsWritten: 0,
      flushes: 0,
      flushFailures: 0,
      flushSeconds: 0,
      cachedRows: 0,
      cachedBytes: 0,
      dirtyRows: 0,
      checkpointSeq: 0,
    };
    const folded = {
      fold: this.fold,
      stand: () => {
        const at = { ...BEGINNING, seq: this.seq, entry: `entry-${this.seq}` };
        return { at, reached: at, events: this.seq };
      },
      takePages: (): ChangedRow[] => [],
    };
    const earlier = new EarlierCheckpoints(BEGINNING, BEGINNING, this.clock.now(), 600_000);
    this.flusher = new RowFlusher({ tables, clock: this.clock }, EPOCH, 0, OPTIONS, stats, folded, earlier, '1');
  }

  async run(ms: number, rowsPerSecond: number, sourcesPerSecond = 0): Promise<void> {
    const end = this.clock.now() + ms;
    let owed = 0;
    let owedSources = 0;
    while (this.clock.now() < end) {
      for (owed += (rowsPerSecond * TICK_MS) / 1_000; owed >= 1; owed--) this.change();
      for (owedSources += (sourcesPerSecond * TICK_MS) / 1_000; owedSources >= 1; owedSources--) this.append();
      if (this.flusher.areSourcesDue()) void this.flusher.flushSources();
      const due = this.flushing ? undefined : this.flusher.due();
      if (due === 'live' || due === 'all') {
        this.flushes.push({ at: this.clock.now() - this.start, which: due });
        this.flushing = true;
        void this.flusher.flush(due).then(() => (this.flushing = false));
      }
      await this.clock.advance(TICK_MS);
    }
  }

  /** Writes everything in one hurried flush. */
  async hurry(rows: number): Promise<void> {
    for (let i = 0; i < rows; i++) this.change();
    const flushed = this.flusher.flush('all');
    this.flusher.hasten();
    await flushed;
  }

  /** One row that never changes again, of the time that stands for its place. */
  append(): void {
    const row = { ...blankOf(ORDERS), place: this.clock.now() };
    this.fold.sources.push({ table: ORDERS, row, time: 0, position: ++this.seq });
  }

  /** The tables go down and come back at once. */
  restartTables(): void {
    this.disk.life++;
  }

  /** What it comes to when it is looked whether anything is due until nothing is. */
  async lookFor(ms: number): Promise<unknown> {
    const end = this.clock.now() + ms;
    while (this.clock.now() < end) {
      await this.clock.advance(TICK_MS);
      const due = this.flusher.due();
      if (due === undefined) continue;
      const done = due === 'checkpoint' ? this.flusher.vouch() : this.flusher.flush(due);
      const failure = await done.then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  change(): void {
    const collector = `c${this.seq++}`;
    // As the rows of cells, made when they are asked for as they stand by then.
    const asItStands = (): Row => ({ ...blankNumbers, collector, applied: this.seq });
    this.fold.changed.push({
      table: COLLECTOR_NUMBERS,
      get row() {
        return asItStands();
      },
      time: 0,
    });
  }
}

function blankOf({ columns }: TableSpec): Row {
  const blank = { text: '', json: [], blob: Buffer.alloc(0) } as Record<string, Value>;
  return Object.fromEntries(Object.entries(columns).map(([name, type]) => [name, blank[type] ?? 0]));
}

const blankNumbers = blankOf(COLLECTOR_NUMBERS);

describe('rows are written', () => {
  test('a moment after the last change when little changes, and the checkpoint within seconds', async () => {
    const partition = new Partition();
    await partition.run(1_000, 3);
    await partition.run(4_000, 0);
    expect(partition.writes.reduce((sum, { rows }) => sum + rows, 0)).toBe(3);
    expect(partition.writes.at(-1)!.at).toBeLessThan(2_000);
    expect(partition.flushes.some(({ at, which }) => which === 'all' && at < 4_000)).toBe(true);
  });

  test('rarely when much changes, at a steady pace and never in a burst', async () => {
    const partition = new Partition();
    await partition.run(80_000, 1_000);
    const between = partition.flushes.slice(2).map(({ at }, i) => at - partition.flushes[i + 1]!.at);
    expect(Math.min(...between)).toBeGreaterThan(2_000);
    expect(partition.flushes.filter(({ which }) => which === 'all').length).toBeLessThan(10);
    expect(Math.max(...partition.writes.slice(10).map(({ rows }) => rows))).toBeLessThanOrEqual(500);
    // A flush is spread over about half of its interval at most.
    const busy = partition.writes.filter(({ at }) => at > 20_000 && at < 70_000).length * 40;
    expect(busy).toBeLessThan(0.6 * 50_000);
    expect(busy).toBeGreaterThan(0.2 * 50_000);
  });

  test('within seconds where they are sources, however much else is written', async () => {
    const partition = new Partition();
    await partition.run(60_000, 2_000, 1_000);
    expect(partition.sourcesWritten).toBeGreaterThan(55_000);
    expect(partition.sourcesWaitedMs).toBeLessThanOrEqual(2 * OPTIONS.sourcesMsMax);
    const between = partition.flushes.slice(2).map(({ at }, i) => at - partition.flushes[i + 1]!.at);
    expect(Math.min(...between)).toBeGreaterThan(2_000);
  });

  test('as they stand when they are made, behind a reach that covers them', async () => {
    const partition = new Partition();
    await partition.run(30_000, 2_000);
    expect(partition.writes.length).toBeGreaterThan(100);
    expect(partition.aheadOfReach).toBe(0);
  });

  test('all of them once as many events came as a start may go over again', async () => {
    const partition = new Partition();
    await partition.run(12_000, 10_000);
    const all = partition.flushes.filter(({ which }) => which === 'all');
    // The interval alone would have been 32 seconds.
    expect(all[0]!.at).toBeLessThan(12_000);
  });

  test('with a checkpoint every few seconds while rows crowd the memory, which nothing else lets go', async () => {
    const partition = new Partition();
    await partition.run(20_000, 1_000);
    const alls = (): number => partition.flushes.filter(({ which }) => which === 'all').length;
    const calm = alls();
    partition.fold.isCrowded = true;
    await partition.run(20_000, 1_000);
    expect(alls() - calm).toBeGreaterThan(4);
    expect(alls() - calm).toBeLessThan(11);
    partition.fold.isCrowded = false;
    const crowded = alls();
    await partition.run(20_000, 1_000);
    expect(alls() - crowded).toBeLessThan(3);
  });

  test('with turns for everything else between them, however hurried', async () => {
    let turns = 0;
    const partition = new Partition();
    partition.clock.turn = async () => void turns++;
    await partition.hurry(10_000);
    expect(partition.writes.reduce((sum, { rows }) => sum + rows, 0)).toBe(10_000);
    expect(turns).toBeGreaterThanOrEqual(20);
    expect(Math.max(...partition.writes.map(({ rows }) => rows))).toBeLessThanOrEqual(500);
  });

  test('soon again once a burst is over', async () => {
    const partition = new Partition();
    await partition.run(20_000, 5_000);
    const end = 20_000;
    await partition.run(6_000, 0);
    const rows = partition.writes.reduce((sum, write) => sum + write.rows, 0);
    expect(rows).toBe(100_000);
    expect(partition.writes.at(-1)!.at - end).toBeLessThan(6_000);
  });
});

describe('a checkpoint', () => {
  test('waits for sources of its position that were on their way when it was begun', async () => {
    const partition = new Partition();
    let release = (): void => undefined;
    partition.sourcesHeld = new Promise((resolve) => (release = resolve));
    await partition.run(200, 0, 100);
    await partition.run(OPTIONS.flushMs * 2, 0);
    await partition.run(OPTIONS.checkpointMs * 2, 3);
    expect(partition.flushes.some(({ which }) => which === 'all')).toBe(true);
    expect(partition.checkpoints).toBe(0);
    release();
    await partition.run(100, 0);
    expect(partition.checkpoints).toBeGreaterThan(0);
  });

  test('that the tables lost in a restart is missed, though nothing new comes', async () => {
    const partition = new Partition(1_000);
    partition.change();
    for (let tick = 0; partition.checkpoints === 0 && tick < 500; tick++) {
      expect(await partition.lookFor(TICK_MS)).toBeUndefined();
    }
    expect(partition.checkpoints).toBe(1);
    partition.restartTables();
    expect(await partition.lookFor(3_000)).toMatchObject({ code: 'TABLES_RESTARTED' });
  });

  test('that is durable cannot be lost, so nobody asks any more whether they were restarted', async () => {
    const partition = new Partition(1_000);
    partition.change();
    expect(await partition.lookFor(10_000)).toBeUndefined();
    partition.restartTables();
    expect(await partition.lookFor(10_000)).toBeUndefined();
  });
});
