/** Settles the partitions this process has. */
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { MINUTE_MS } from '@ticketrail/core';
import {
  Clock,
  EnrichLoop,
  EventLog,
  Membership,
  MESSAGE_CHARACTERS_MAX,
  MESSAGE_EVENTS_MAX,
  PartitionRunner,
  Reference,
  Tables,
  type Epoch,
} from '@ticketrail/pipeline';
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

const MEBIBYTE = 2 ** 20;

@Injectable()
export class Enricher implements OnApplicationBootstrap {
  private readonly logger = new Logger('enricher');
  private readonly watch: () => void;
  private readonly runner: PartitionRunner<EnrichLoop>;

  constructor(
    log: EventLog,
    tables: Tables,
    reference: Reference,
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
    const ports = { log, tables, reference, clock, tracer };
    const options = {
      horizonMs: config.horizonMs,
      skewMs: config.skewMs,
      windowMs: 20 * MINUTE_MS,
      windowIdentitiesMax: Math.ceil(8_000_000 / config.partitions),
      oldMarksBytesMax: Math.ceil((256 * MEBIBYTE) / config.partitions),
      oldMarksRowsPerRead: 500,
      // As much as one message of a collector: what is settled of it has to find room in a message as well.
      togetherEventsMax: MESSAGE_EVENTS_MAX,
      togetherCharactersMax: MESSAGE_CHARACTERS_MAX,
      rebuildEntriesMax: 2_000,
      isTailInDoubt: config.isTailInDoubt,
      idleMs: 2_000,
      defaultTimeZone: config.timeZone,
      latenessMs: config.latenessMs,
    };
    this.runner = new PartitionRunner(
      'enricher',
      membership,
      clock,
      (partition) => new EnrichLoop(ports, epoch, partition, options),
      (partition, error, now) => this.logger.error(troubleOf('settling', partition, error, now)),
    );
    const { runner } = this;
    readiness.register('enricher', () => runner.problem());
    shutdown.at('settling', 'enricher', () => runner.stop());
    this.watch = watchLoops(
      {
        name: 'enricher',
        stream: 'ingest',
        cursors: () =>
          [...runner.loops()].map(({ partition, loop: { stats } }) => ({
            partition,
            seq: stats.ingest,
            logTime: stats.logTime,
          })),
        statuses: () => runner.loops(),
      },
      { log, clock, metrics, readiness, status, shutdown },
    );
    metrics.counted('ticketrail_enricher_events_total', 'Events settled, by outcome', ['outcome', 'reason'], (add) => {
      for (const { loop } of runner.loops()) {
        add({ outcome: 'applied', reason: '' }, loop.stats.applied);
        add({ outcome: 'duplicate', reason: '' }, loop.stats.duplicates);
        for (const [reason, count] of Object.entries(loop.stats.rejected)) add({ outcome: 'rejected', reason }, count);
      }
    });
    metrics.gauge('ticketrail_enricher_window_identities', 'Events in the dedupe window', ['partition'], (set) => {
      for (const { partition, loop } of runner.loops()) set({ partition }, loop.stats.windowIdentities);
    });
    metrics.gauge('ticketrail_enricher_old_marks_bytes', 'First-seen marks in memory', ['partition'], (set) => {
      for (const { partition, loop } of runner.loops()) set({ partition }, loop.stats.oldMarksBytes);
    });
    metrics.counted('ticketrail_enricher_old_minutes_read_total', 'Minutes of marks read', ['partition'], (add) => {
      for (const { partition, loop } of runner.loops()) add({ partition }, loop.stats.oldMinutesRead);
    });
    metrics.counted('ticketrail_enricher_old_rows_read_total', 'Rows of marks read', ['partition'], (add) => {
      for (const { partition, loop } of runner.loops()) add({ partition }, loop.stats.oldRowsRead);
    });
    metrics.gauge(
      'ticketrail_enricher_log_time_seconds',
      'Log time of the last settled batch',
      ['partition'],
      (set) => {
        for (const { partition, loop } of runner.loops()) set({ partition }, loop.stats.logTime / 1000);
      },
    );
  }

  onApplicationBootstrap(): void {
    this.runner.start();
    this.watch();
  }
}
