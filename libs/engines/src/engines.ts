/** What a process's log and tables are to its services, whichever engines they run on. */
import type { Epoch, EventLog, Tables } from '@ticketrail/pipeline';
import type { Metrics } from '@ticketrail/runtime';
import type { Control } from './control.js';
import type { OwnedPartitions } from './owned-partitions.js';

/** The log alone: all that a collector needs. */
export interface LogEngine {
  readonly log: EventLog;
  readonly control: Control;
  /** What is wrong with the engines now, for health; undefined when they answer. */
  problem(): string | undefined;
  registerMetrics(metrics: Metrics): void;
  /** May be called again; what it answers is the same. */
  close(): Promise<void>;
}

export interface Engines extends LogEngine {
  readonly tables: Tables;
  readonly epoch: Epoch;
  readonly membership: OwnedPartitions;
  /** Removes up to `rowsMax` rows whose time is over, where the tables do not do so by themselves. */
  sweep(rowsMax: number): Promise<void>;
}
