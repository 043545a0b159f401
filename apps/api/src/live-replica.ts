/** The replica as part of the service: started with it, measured, and asked for health. */
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, EventLog, type LoopStatus, Replica, supervise } from '@ticketrail/pipeline';
import { CONFIG, type Config, Metrics, Readiness, Shutdown, watchLoops } from '@ticketrail/runtime';

/** Log time moves every few seconds even when nothing happens; standing still this long means that something is stuck. */
const STUCK_MS = 30_000;

@Injectable()
export class LiveReplica implements OnApplicationBootstrap {
  private readonly logger = new Logger('api');
  private readonly stop = new AbortController();
  private readonly status: LoopStatus = { state: 'starting', problem: undefined, restarts: 0 };
  private running: Promise<void> | undefined;
  private readonly watch: () => void;

  constructor(
    private readonly replica: Replica,
    private readonly clock: Clock,
    log: EventLog,
    metrics: Metrics,
    readiness: Readiness,
    shutdown: Shutdown,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    readiness.register('api', () => this.problem());
    shutdown.at('serving', 'replica', async () => {
      this.stop.abort();
      await this.running;
    });
    this.watch = watchLoops(
      {
        name: 'api',
        stream: 'events',
        // Until it is ready it stands nowhere, and says so by itself.
        cursors: () =>
          replica.ready ? replica.partitions.map(({ seq, logTime }, partition) => ({ partition, seq, logTime })) : [],
        statuses: () => [{ partition: 0, status: this.status }],
      },
      { log, clock, metrics, readiness, shutdown },
    );
    metrics.gauge('ticketrail_api_rows', 'Rows of the live replica', [], (set) => set({}, replica.rowsInMemory));
    metrics.gauge('ticketrail_api_tenants', 'Tenants whose live window is in memory', [], (set) =>
      set({}, replica.tenantsLoaded),
    );
    metrics.gauge('ticketrail_api_tenants_loading', 'Tenants that are being loaded, or wait for it', [], (set) =>
      set({}, replica.tenantsLoading),
    );
    metrics.gauge('ticketrail_api_tail_rows', 'Changed rows kept of tenants that are not in memory', [], (set) =>
      set({}, replica.rowsInTail),
    );
    metrics.gauge('ticketrail_api_position', 'Position the figures are complete up to', ['partition'], (set) =>
      replica.partitions.forEach(({ seq }, partition) => set({ partition }, seq)),
    );
    metrics.gauge('ticketrail_api_log_time_seconds', 'Log time of the figures', ['partition'], (set) =>
      replica.partitions.forEach(({ logTime }, partition) => set({ partition }, logTime / 1000)),
    );
  }

  onApplicationBootstrap(): void {
    this.watch();
    this.running = supervise(
      this.clock,
      this.stop.signal,
      this.status,
      (signal) => this.replica.run(signal),
      (error) =>
        this.logger.error(`the replica failed and is started anew: ${error instanceof Error ? error.stack : error}`),
    );
  }

  private problem(): string | undefined {
    if (!this.replica.ready) return 'the changelog is not followed yet, or has a hole that the tables have not closed';
    if (this.status.state !== 'running') return `the replica is ${this.status.state}: ${this.status.problem ?? ''}`;
    const oldest = Math.min(...this.replica.partitions.map(({ logTime }) => logTime));
    const behindMs = this.clock.now() - oldest;
    return behindMs > STUCK_MS && oldest > 0
      ? `the figures are as of ${new Date(oldest).toISOString()}, ${Math.round(behindMs / 1000)} seconds ago, of ${this.config.partitions} partitions the oldest`
      : undefined;
  }
}
