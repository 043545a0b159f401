/** Knows who is there: asks all processes from time to time, and says when a partition has been without an owner for a while. */
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Epoch } from '@ticketrail/pipeline';
import { Clock } from '@ticketrail/pipeline';
import { ClusterStatus, EPOCH, OwnStatus, Readiness, type ServiceStatus, Shutdown } from '@ticketrail/runtime';

/** Roles whose members share the partitions out. */
export const OWNING_ROLES = ['enricher', 'aggregator'] as const;

const ROUND_MS = 5_000;

/** A partition that changes hands is without an owner for some seconds. Milliseconds. */
const UNOWNED_MS_MAX = 15_000;

/** By role, the partitions that none of the services has. */
export function unownedPartitions(services: readonly ServiceStatus[], partitions: number): Record<string, number[]> {
  return Object.fromEntries(
    OWNING_ROLES.map((role) => {
      const owned = new Set<number>();
      for (const service of services) {
        if (service.role === role) for (const { partition } of service.partitions) owned.add(partition);
      }
      return [role, Array.from({ length: partitions }, (_, partition) => partition).filter((p) => !owned.has(p))];
    }),
  );
}

@Injectable()
export class ClusterWatch implements OnApplicationBootstrap {
  private readonly stop = new AbortController();
  /** By role and partition: since when nobody has it. */
  private unowned = new Map<string, number>();

  constructor(
    private readonly cluster: ClusterStatus,
    private readonly clock: Clock,
    status: OwnStatus,
    readiness: Readiness,
    shutdown: Shutdown,
    @Inject(EPOCH) private readonly epoch: Epoch,
  ) {
    status.register('api', () => []);
    readiness.register('owners', () => this.problem());
    shutdown.at('intake', 'watch of the cluster', async () => this.stop.abort());
  }

  onApplicationBootstrap(): void {
    void this.run(this.stop.signal);
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.clock.sleep(ROUND_MS, signal);
      // A control channel that is away says nothing of owners; health says so by itself.
      const services = await this.cluster.ask().catch(() => []);
      if (services.length > 0) this.note(unownedPartitions(services, this.epoch.partitions));
    }
  }

  private note(unowned: Readonly<Record<string, readonly number[]>>): void {
    const now = this.clock.now();
    const next = new Map<string, number>();
    for (const [role, partitions] of Object.entries(unowned)) {
      for (const partition of partitions) {
        const what = `partition ${partition} has no ${role}`;
        next.set(what, this.unowned.get(what) ?? now);
      }
    }
    this.unowned = next;
  }

  private problem(): string | undefined {
    const now = this.clock.now();
    for (const [what, since] of this.unowned) {
      if (now - since >= UNOWNED_MS_MAX) return `${what} for ${Math.round((now - since) / 1000)} seconds`;
    }
    return undefined;
  }
}
