/** Takes events: says at once what will be refused, and answers once the log has synced all of them. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { isRejection, normalise, partitionOf, routingKey } from '@ticketrail/core';
import { Batcher, Clock, EventLog, Overloaded, type Share, type TakenEvent } from '@ticketrail/pipeline';
import { CONFIG, type Config, Metrics, Problem, Shutdown } from '@ticketrail/runtime';

/** What is said of one event that will not be counted. */
export interface Refusal {
  /** Its place in the request, from 0. */
  readonly index: number;
  readonly reason: string;
  readonly message: string;
}

export interface Taken {
  readonly accepted: number;
  readonly rejected: Refusal[];
}

/** A burst of this many bytes of text may wait for the log. */
const PENDING_BYTES_MAX = 128 * 2 ** 20;

@Injectable()
export class Collector {
  private readonly batcher: Batcher;
  private isClosing = false;

  constructor(
    log: EventLog,
    clock: Clock,
    metrics: Metrics,
    shutdown: Shutdown,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.batcher = new Batcher(log, clock, {
      collector: hostname(),
      boot: randomUUID(),
      partitions: config.partitions,
      lingerMinMs: 2,
      lingerMaxMs: 15,
      batchEventsMax: 1_000,
      batchBytesMax: 512 * 1024,
      pendingBytesMax: PENDING_BYTES_MAX,
    });
    const { batcher } = this;
    this.accepted = metrics.counter(
      'ticketrail_collector_events_total',
      'Events taken into the log, by what was said of them',
      ['outcome'],
    );
    metrics.gauge('ticketrail_collector_backlog_bytes', 'Text of events waiting for the log', [], (set) =>
      set({}, batcher.backlogBytes),
    );
    shutdown.at('intake', 'collector', async () => {
      this.isClosing = true;
      await batcher.drain();
    });
  }

  private readonly accepted;

  /** Answers what would be refused; nothing is stored. */
  validate(events: readonly TakenEvent[]): Taken {
    return this.judge(events).taken;
  }

  /** Resolves once every event, also each that will be refused, is on disk. */
  async take(tenant: string, events: readonly TakenEvent[]): Promise<Taken> {
    if (this.isClosing)
      throw new Problem('overloaded', 'This collector is about to stop; send to another, or again.', 1);
    const { taken, keys } = this.judge(events);
    try {
      await this.batcher.take(tenant, this.share(tenant, events, keys));
    } catch (error) {
      if (error instanceof Overloaded) throw new Problem('overloaded', `${error.message}.`, error.retryAfterSeconds);
      throw error;
    }
    this.accepted.inc({ outcome: 'accepted' }, taken.accepted);
    this.accepted.inc({ outcome: 'rejected' }, taken.rejected.length);
    return taken;
  }

  /** The same judgement that settling will make, but for what depends on other events and on log time. */
  private judge(events: readonly TakenEvent[]): { taken: Taken; keys: string[] } {
    const rejected: Refusal[] = [];
    const keys = events.map(({ value }, index) => {
      const outcome = normalise(value);
      if (!isRejection(outcome)) return routingKey(outcome);
      rejected.push({ index, reason: outcome.reason, message: outcome.message });
      return '';
    });
    return { taken: { accepted: events.length - rejected.length, rejected }, keys };
  }

  private share(tenant: string, events: readonly TakenEvent[], keys: readonly string[]): Share[] {
    const { partitions } = this.config;
    const shares = new Map<number, TakenEvent[]>();
    // Neighbours often come from one place.
    let lastKey: string | undefined;
    let last: TakenEvent[] = [];
    events.forEach((event, i) => {
      const key = keys[i]!;
      if (key !== lastKey) {
        lastKey = key;
        const partition = partitionOf(tenant, key, partitions);
        const known = shares.get(partition);
        if (known === undefined) shares.set(partition, (last = []));
        else last = known;
      }
      last.push(event);
    });
    return [...shares].map(([partition, own]) => ({ partition, events: own }));
  }
}
