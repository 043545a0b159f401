/** What each service of this process says of itself, and the way to ask those of all processes. */
import { Inject, Injectable } from '@nestjs/common';
import { Readiness } from './health.js';
import { CLUSTER_MEMBER } from './tokens.js';

export interface PartitionStatus {
  readonly partition: number;
  /** `running`, `failing`, `halted` … */
  readonly state: string;
  /** What it is done with on its stream. */
  readonly position: number;
  readonly lag_entries: number;
  readonly lag_seconds: number;
}

export interface ServiceStatus {
  readonly role: string;
  /** The process it runs in. */
  readonly member: string;
  readonly since: string;
  /** By check of readiness: what is wrong now. */
  readonly problems: Readonly<Record<string, string>>;
  readonly partitions: readonly PartitionStatus[];
}

/** The services of this process. Each registers itself. */
@Injectable()
export class OwnStatus {
  private readonly since = new Date().toISOString();
  private readonly roles = new Map<string, () => readonly PartitionStatus[]>();

  constructor(
    @Inject(CLUSTER_MEMBER) private readonly member: string,
    private readonly readiness: Readiness,
  ) {}

  register(role: string, partitions: () => readonly PartitionStatus[]): void {
    this.roles.set(role, partitions);
  }

  services(): ServiceStatus[] {
    const { member, since } = this;
    const problems = this.readiness.problems();
    return [...this.roles].map(([role, partitions]) => ({ role, member, since, problems, partitions: partitions() }));
  }
}

/** Asks every process of this installation, this one too. */
export abstract class ClusterStatus {
  /** What those said that answered in time. */
  abstract ask(): Promise<ServiceStatus[]>;
}
