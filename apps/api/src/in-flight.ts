/**
 * Events that were taken but are not yet in the figures: on the log, behind where the replica stands.
 *
 * The summaries of the ingest messages are followed, so that a report has nothing to ask and each message is looked at once.
 */
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, eventCounts, EventLog, type LoopStatus, Replica, supervise } from '@ticketrail/pipeline';
import { Shutdown } from '@ticketrail/runtime';
import { Unsettled } from './unsettled.js';

/** Messages remembered at most, over all partitions; beyond it the count is of the first ones, a lower bound. */
const MESSAGES_MAX = 20_000;

/** After so many messages in a row that were settled before they came here, those up to where the figures stand are passed over. */
const LATE_MESSAGES_MAX = 500;

/** How often it is looked whether reading can begin, or go on. Milliseconds. */
const LOOK_MS = 100;

@Injectable()
export class InFlight implements OnApplicationBootstrap {
  private readonly logger = new Logger('api');
  private readonly partitions: readonly Unsettled[];
  private readonly messagesMax: number;
  private readonly stop = new AbortController();
  private running: Promise<unknown> | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly replica: Replica,
    private readonly clock: Clock,
    shutdown: Shutdown,
  ) {
    this.partitions = replica.partitions.map(() => new Unsettled());
    this.messagesMax = Math.ceil(MESSAGES_MAX / this.partitions.length);
    shutdown.at('serving', 'events in flight', async () => {
      this.stop.abort();
      await this.running;
    });
  }

  onApplicationBootstrap(): void {
    this.running = Promise.all(this.partitions.map((unsettled, partition) => this.keepFollowing(unsettled, partition)));
  }

  /** Of the tenant, as far as the log was heard. Never fails: while the log does not answer, it is of what was heard before. */
  count(tenant: string): number {
    this.settle();
    return this.partitions.reduce((sum, unsettled) => sum + unsettled.of(tenant), 0);
  }

  private settle(): void {
    this.replica.partitions.forEach(({ ingest }, partition) => this.partitions[partition]!.settle(ingest));
  }

  private keepFollowing(unsettled: Unsettled, partition: number): Promise<void> {
    const status: LoopStatus = { state: 'starting', problem: undefined, restarts: 0 };
    return supervise(
      this.clock,
      this.stop.signal,
      status,
      (signal) => this.follow(unsettled, partition, signal),
      (error) => this.logger.warn(`events in flight on partition ${partition} are not counted: ${String(error)}`),
    );
  }

  /** Ends when there are too many messages, or when it is late: then it begins anew, behind what is settled by then. */
  private async follow(unsettled: Unsettled, partition: number, signal: AbortSignal): Promise<void> {
    this.settle();
    while (!signal.aborted && (unsettled.size >= this.messagesMax || !this.knowsWhereToBegin(unsettled))) {
      await this.clock.sleep(LOOK_MS, signal);
      this.settle();
    }
    let late = 0;
    for await (const heads of this.log.readHeads('ingest', partition, unsettled.position, signal)) {
      this.settle();
      for (const head of heads) unsettled.add(head.seq, eventCounts(head));
      late = unsettled.size === 0 ? late + heads.length : 0;
      if (late > LATE_MESSAGES_MAX || unsettled.size >= this.messagesMax) return;
    }
  }

  /** A replica that has only begun may not know yet how much of an old log is settled. */
  private knowsWhereToBegin(unsettled: Unsettled): boolean {
    return unsettled.position > 0 || this.replica.ready;
  }
}
