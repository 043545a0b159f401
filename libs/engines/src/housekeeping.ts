/**
 * Keeps the engines small: forgets log entries that are settled, counted and older than anybody looks back, and rows whose time
 * is over. Each partition is tidied by the process that folds it.
 */
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HOUR_MS, MINUTE_MS } from '@ticketrail/core';
import { readCheckpoint } from '@ticketrail/pipeline';
import type { Shutdown } from '@ticketrail/runtime';
import type { Engines } from './engines.js';

/** Entries are kept this long behind the checkpoint: the history has them, but a person may want to read the log. */
const LOG_KEEP_MS = HOUR_MS;
const ROUND_MS = MINUTE_MS;
const ROWS_PER_ROUND = 10_000;

export class Housekeeping implements OnApplicationBootstrap {
  private readonly logger = new Logger('housekeeping');
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  /** By partition, what a round found newest: once that is old, everything up to it may go. A new owner begins without. */
  private readonly milestones: { at: number; events: number; ingest: number }[][] = [];

  constructor(
    private readonly engines: Engines,
    shutdown: Shutdown,
  ) {
    shutdown.at('serving', 'housekeeping', async () => {
      clearInterval(this.timer);
      await this.round;
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.round = this.round.then(() => this.tidy(Date.now())).catch((error: unknown) => this.logger.error(error));
    }, ROUND_MS);
    this.timer.unref();
  }

  /** One round. @param now epoch milliseconds */
  async tidy(now: number): Promise<void> {
    for (const partition of this.engines.membership.of('aggregator')) await this.trim(partition, now);
    await this.engines.sweep(ROWS_PER_ROUND);
  }

  /** Only what the checkpoint vouches for, and never the last entry, which says where settling stands. */
  private async trim(partition: number, now: number): Promise<void> {
    const { log, tables, epoch } = this.engines;
    const { seq, ingest } = await readCheckpoint(tables, epoch, partition);
    const milestones = (this.milestones[partition] ??= []);
    milestones.push({ at: now, events: seq - 1, ingest });
    let due: { events: number; ingest: number } | undefined;
    while (milestones[0] !== undefined && milestones[0].at < now - LOG_KEEP_MS) due = milestones.shift();
    if (due === undefined) return;
    if (due.events > 0) await log.trim('events', partition, due.events);
    if (due.ingest > 0) await log.trim('ingest', partition, due.ingest);
  }
}
