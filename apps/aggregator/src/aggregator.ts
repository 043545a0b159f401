/** Folds the partitions this process has into rows. */
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AggregateLoop, Clock, EventLog, Membership, PartitionRunner, Tables, type Epoch } from '@ticketrail/pipeline';
import {
  CONFIG,
  type Config,
  EPOCH,
  Metrics,
  OwnStatus,
  Readiness,
  Shutdown,
  Tracing,
  troubleOf,
  watchLoops,
} from '@ticketrail/runtime';

@Injectable()
export class Aggregator implements OnApplicationBootstrap {
  private readonly logger = new Logger('aggregator');
  private readonly watch: () => void;
  private readonly runner: PartitionRunner<AggregateLoop>;

  constructor(
    log: EventLog,
    tables: Tables,
    clock: Clock,
    membership: Membership,
    metrics: Metrics,
    readiness: Readiness,
    status: OwnStatus,
    shutdown: Shutdown,
    { tracer }: Tracing,
    @Inject(EPOCH) epoch: Epoch,
    @Inject(CONFIG) config: Config,
  ) {
    const ports = { log, tables, clock, tracer };
    const share = (total: number): number => Math.ceil(total / config.partitions);
    const options = {
      skewMs: config.skewMs,
      publishMs: 20,
      // Some ten milliseconds' work.
      eventsPerTurn: 500,
      flushMs: 250,
      sourcesMsMax: 8_000,
      busySourceRowsPerSecond: share(4_000),
      flushMsMax: 16_000,
      busyRowsPerSecond: share(8_000),
      checkpointMs: 2_000,
      checkpointMsMax: 32_000,
      replayEventsMax: share(300_000),
      rowsPerWriteMin: 100,
      waitingRowsMax: share(600_000),
      ordersMax: share(200_000),
      orderFilterBytes: share(64 * 2 ** 20),
      periodsMax: share(500_000),
      cellsMax: share(400_000),
      // With devices, which have as much as orders, less than one gigabyte.
      ordersBytesMax: share(192 * 2 ** 20),
      periodsBytesMax: share(320 * 2 ** 20),
      cellsBytesMax: share(256 * 2 ** 20),
      momentsKeptMs: 45 * 60_000,
      retentionMs: () => config.retentionMs,
      isTailInDoubt: config.isTailInDoubt,
    };
    this.runner = new PartitionRunner(
      'aggregator',
      membership,
      clock,
      (partition) => new AggregateLoop(ports, epoch, partition, options),
      (partition, error, now) => this.logger.error(troubleOf('folding', partition, error, now)),
    );
    const { runner } = this;
    readiness.register('aggregator', () => runner.problem());
    shutdown.at('folding', 'aggregator', () => runner.stop());
    this.watch = watchLoops(
      {
        name: 'aggregator',
        stream: 'events',
        cursors: () =>
          [...runner.loops()].map(({ partition, loop: { stats } }) => ({
            partition,
            seq: stats.seq,
            logTime: stats.logTime,
          })),
        statuses: () => runner.loops(),
      },
      { log, clock, metrics, readiness, status, shutdown },
    );
    this.registerMetrics(metrics);
  }

  onApplicationBootstrap(): void {
    this.runner.start();
    this.watch();
  }

  private registerMetrics(metrics: Metrics): void {
    const { runner } = this;
    metrics.counted('ticketrail_aggregator_events_total', 'Events folded into rows', ['partition'], (add) => {
      for (const { partition, loop } of runner.loops()) add({ partition }, loop.stats.events);
    });
    metrics.counted('ticketrail_aggregator_rows_written_total', 'Rows written to the tables', ['partition'], (add) => {
      for (const { partition, loop } of runner.loops()) add({ partition }, loop.stats.rowsWritten);
    });
    metrics.counted(
      'ticketrail_aggregator_write_failures_total',
      'Writes the tables did not answer',
      ['partition'],
      (add) => {
        for (const { partition, loop } of runner.loops()) add({ partition }, loop.stats.flushFailures);
      },
    );
    metrics.gauge('ticketrail_aggregator_flush_seconds', 'How long the last flush took', ['partition'], (set) => {
      for (const { partition, loop } of runner.loops()) set({ partition }, loop.stats.flushSeconds);
    });
    metrics.gauge('ticketrail_aggregator_cached_rows', 'Rows in memory', ['partition'], (set) => {
      for (const { partition, loop } of runner.loops()) set({ partition }, loop.stats.cachedRows);
    });
    metrics.gauge('ticketrail_aggregator_cached_bytes', 'Roughly what rows in memory take', ['partition'], (set) => {
      for (const { partition, loop } of runner.loops()) set({ partition }, loop.stats.cachedBytes);
    });
    metrics.gauge('ticketrail_aggregator_waiting_rows', 'Changed rows to be written', ['partition'], (set) => {
      for (const { partition, loop } of runner.loops()) set({ partition }, loop.waitingRows);
    });
    metrics.gauge(
      'ticketrail_aggregator_order_filter_ratio',
      'Share of the bits of the filter of known orders that are set; 1 when every order has to be looked for',
      ['partition'],
      (set) => {
        for (const { partition, loop } of runner.loops()) set({ partition }, loop.orderFilterShare);
      },
    );
    metrics.gauge('ticketrail_aggregator_position', 'Position folded last', ['partition'], (set) => {
      for (const { partition, loop } of runner.loops()) set({ partition }, loop.stats.seq);
    });
    metrics.gauge('ticketrail_aggregator_checkpoint', 'Position up to which rows are durable', ['partition'], (set) => {
      for (const { partition, loop } of runner.loops()) set({ partition }, loop.stats.checkpointSeq);
    });
  }
}
