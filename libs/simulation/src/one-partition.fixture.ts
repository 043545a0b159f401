/** The production loops of one partition on a MemoryDisk, started, crashed and started again. */
import { CHECKPOINTS, type IngestBatch, LEDGER, REVENUE, type Row, type TableSpec } from '@ticketrail/core';
import {
  AggregateLoop,
  EnrichLoop,
  type Epoch,
  type LoopStatus,
  openEpoch,
  Reference,
  supervise,
} from '@ticketrail/pipeline';
import { ManualClock } from './manual-clock.js';
import { MemoryDisk } from './memory-disk.js';
import { MemoryEventLog } from './memory-event-log.js';
import { MemoryTables } from './memory-tables.js';

export const START = Date.UTC(2026, 0, 15, 12, 0, 0);

export class NoReference extends Reference {
  override location(): undefined {
    return undefined;
  }
}

export const ENRICHING = {
  horizonMs: 400 * 86_400_000,
  skewMs: 600_000,
  windowMs: 60_000,
  oldMarksBytesMax: 20_000,
  oldMarksRowsPerRead: 2,
  togetherEventsMax: 20,
  togetherCharactersMax: 100_000,
  rebuildEntriesMax: 2,
  idleMs: 2_000,
  defaultTimeZone: 'UTC',
  latenessMs: 300_000,
};

const AGGREGATING = {
  skewMs: 600_000,
  eventsPerTurn: 500,
  flushMs: 100,
  sourcesMsMax: 100,
  busySourceRowsPerSecond: 200,
  flushMsMax: 200,
  busyRowsPerSecond: 200,
  checkpointMs: 300,
  checkpointMsMax: 300,
  replayEventsMax: 1_000,
  rowsPerWriteMin: 100,
  ordersMax: 4,
  orderFilterBytes: 1_024,
  periodsMax: 4,
  cellsMax: 28,
  retentionMs: (): number => 4_000 * 86_400_000,
};

/** What makes the loops wait. */
export interface Limits {
  /** Identities, and rows, that the tables do not have yet. */
  readonly windowIdentitiesMax: number;
  readonly waitingRowsMax: number;
  /** How long what was folded waits until it is published, and a flush until it is looked whether one is due. */
  readonly publishMs: number;
}

export const LIMITS: Limits = { windowIdentitiesMax: 1_000, waitingRowsMax: 10_000, publishMs: 20 };

/** One life of the process that settles and folds partition 0. */
class Life {
  readonly log: MemoryEventLog;
  readonly tables: MemoryTables;
  readonly statuses: LoopStatus[] = [];
  private readonly stop = new AbortController();
  private readonly ended: Promise<unknown>;

  constructor(disk: MemoryDisk, clock: ManualClock, epoch: Epoch, limits: Limits) {
    this.log = MemoryEventLog.on(disk);
    this.tables = MemoryTables.on(disk);
    const { log, tables } = this;
    const enrich = new EnrichLoop({ log, tables, reference: new NoReference(), clock }, epoch, 0, {
      ...ENRICHING,
      ...limits,
    });
    const aggregate = new AggregateLoop({ log, tables, clock }, epoch, 0, { ...AGGREGATING, ...limits });
    this.ended = Promise.all(
      [enrich, aggregate].map((loop) => {
        const status: LoopStatus = { state: 'starting', problem: undefined, restarts: 0 };
        this.statuses.push(status);
        return supervise(
          clock,
          this.stop.signal,
          status,
          (signal) => loop.run(signal),
          () => undefined,
        );
      }),
    );
  }

  /** Nothing of it runs on, and nothing on its way to the disk arrives. */
  crash(): void {
    this.log.crash();
    this.tables.crash();
    this.stop.abort();
  }

  /** As an operator stops it. */
  async end(clock: ManualClock): Promise<void> {
    this.stop.abort();
    const over = this.ended.then(() => true);
    for (let i = 0; i < 1_000; i++) {
      if (await Promise.race([over, clock.advance(50).then(() => false)])) return;
    }
  }
}

export class OnePartition {
  readonly clock = new ManualClock(START);
  readonly disk = new MemoryDisk(this.clock, 'log-1');
  private readonly collector = MemoryEventLog.on(this.disk);
  private n = 0;
  private epoch: Epoch | undefined;
  life: Life | undefined;

  constructor(private readonly limits: Limits = LIMITS) {}

  async start(): Promise<void> {
    const tables = MemoryTables.on(this.disk);
    this.epoch ??= await openEpoch(MemoryEventLog.on(this.disk), tables, this.clock, 1);
    this.life = new Life(this.disk, this.clock, this.epoch, this.limits);
  }

  /** Puts one ingest message into the log, as a collector would. */
  async take(events: readonly unknown[]): Promise<void> {
    const value: IngestBatch = {
      collector: 'test',
      boot: 'first',
      n: ++this.n,
      parts: [{ tenant: 'demo', received_at: this.clock.now(), events: [...events] }],
    };
    await this.collector.append('ingest', 0, { id: `test.first.${this.n}`, body: JSON.stringify(value) });
  }

  crash(): void {
    this.life?.crash();
    this.life = undefined;
  }

  async end(): Promise<void> {
    await this.life?.end(this.clock);
    this.life = undefined;
  }

  /** Lets time pass until the checkpoint has reached the last ingest message; a process that crashed is started again. */
  async untilCounted(): Promise<void> {
    const tables = MemoryTables.on(this.disk);
    for (let i = 0; i < 2_000; i++) {
      if (this.life === undefined) await this.start();
      await this.clock.advance(100);
      const [row] = await tables.read(CHECKPOINTS, [{ generation: 1, shard: 0 }]);
      const last = await this.collector.last('ingest', 0);
      if (row !== undefined && row['ingest'] === last?.seq) return;
    }
    throw new Error(`nothing moves: ${JSON.stringify(this.life?.statuses)}`);
  }

  /** Rows of a table, whatever their partition. */
  rows(table: TableSpec): Row[] {
    const partitions = this.disk.tables.get(table.name);
    return [...(partitions?.values() ?? [])].flatMap((rows) => [...rows.values()].map(({ row }) => row));
  }

  revenueMinor(): number {
    return this.rows(REVENUE.spec).reduce((sum, row) => sum + (row['revenue_minor'] as number), 0);
  }

  ledger(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const row of this.rows(LEDGER.spec)) {
      for (const name of LEDGER.sums) sums[name] = (sums[name] ?? 0) + (row[name] as number);
    }
    return sums;
  }
}

/** A payment of so many cents, as a terminal of the chain sends it. */
export function payment(id: number, cents: number, at: number = START): Record<string, unknown> {
  const amount = (cents / 100).toFixed(2);
  return {
    event_id: `evt-${id}`,
    event_type: 'payment',
    timestamp: new Date(at).toISOString(),
    location_id: 'loc_1',
    location_name: 'Chicago - Loop',
    table_id: `table_${id % 3}`,
    order_id: `ord-${id % 7}`,
    subtotal: amount,
    tax: '0.00',
    tip: '0.00',
    total_amount: amount,
    payment_method: 'cash',
  };
}
