/** Takes events: says at once what will be refused, and answers once the log has synced all of them. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { isRejection, normalise, partitionOf, routingKey } from '@ticketrail/core';
import {
  Admission,
  Batcher,
  Clock,
  EventLog,
  LogFull,
  MESSAGE_CHARACTERS_MAX,
  MESSAGE_EVENTS_MAX,
  Overloaded,
  type Share,
  type TakenEvent,
} from '@ticketrail/pipeline';
import { CONFIG, type Config, Metrics, OwnStatus, Problem, Readiness, Shutdown, Tracing } from '@ticketrail/runtime';

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

/** A sender waits for the log this long at most; then whether its events were taken is open. Milliseconds. */
const TAKE_MS_MAX = 10_000;

/** The last of the log's room is for what is on its way; a log that fails twice in a row is looked for once a second. */
const ADMISSION = { askMs: 1_000, answerMsMax: 2_000, fullnessMax: 0.95, failuresMax: 2, probeMs: 1_000 };

@Injectable()
export class Collector implements OnApplicationBootstrap {
  private readonly batcher: Batcher;
  private readonly admission: Admission;
  private isClosing = false;

  constructor(
    log: EventLog,
    clock: Clock,
    metrics: Metrics,
    readiness: Readiness,
    status: OwnStatus,
    shutdown: Shutdown,
    { tracer }: Tracing,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    const options = {
      collector: hostname(),
      boot: randomUUID(),
      partitions: config.partitions,
      lingerMinMs: 2,
      lingerMaxMs: 15,
      batchEventsMax: MESSAGE_EVENTS_MAX,
      batchBytesMax: MESSAGE_CHARACTERS_MAX,
      pendingBytesMax: PENDING_BYTES_MAX,
    };
    this.batcher = new Batcher(log, clock, options, tracer);
    const { batcher } = this;
    metrics.counted(
      'ticketrail_collector_events_total',
      'Events taken into the log, by what was said of them',
      ['outcome'],
      (add) => {
        add({ outcome: 'accepted' }, this.accepted);
        add({ outcome: 'rejected' }, this.rejected);
      },
    );
    metrics.gauge('ticketrail_collector_backlog_bytes', 'Text of events waiting for the log', [], (set) =>
      set({}, batcher.backlogBytes),
    );
    this.admission = new Admission(log, clock, ADMISSION);
    const { admission } = this;
    status.register('collector', () => []);
    readiness.register('collector', () =>
      admission.isClosed ? 'the log does not answer, events are refused' : fullnessProblem(admission.lastFullness),
    );
    metrics.gauge('ticketrail_collector_log_fullness_ratio', 'How full the log was when it was asked last', [], (set) =>
      set({}, admission.lastFullness),
    );
    this.refused = metrics.counter(
      'ticketrail_collector_refused_requests_total',
      'Requests refused before anything was taken',
    );
    shutdown.at('intake', 'collector', async () => {
      this.stop.abort();
      this.isClosing = true;
      await batcher.drain();
    });
  }

  onApplicationBootstrap(): void {
    void this.admission.run(this.stop.signal);
  }

  private readonly stop = new AbortController();
  private readonly refused;
  /** Events taken, by what was said of them. */
  private accepted = 0;
  private rejected = 0;

  /** Answers what would be refused; nothing is stored. */
  validate(events: readonly TakenEvent[]): Taken {
    return this.judge(events).taken;
  }

  /** Resolves once every event, also each that will be refused, is on disk. @param trace the request's, a W3C traceparent */
  async take(tenant: string, events: readonly TakenEvent[], trace?: string): Promise<Taken> {
    if (this.isClosing)
      throw new Problem('overloaded', 'This collector is about to stop; send to another, or again.', 1);
    const refusal = this.admission.refusal();
    if (refusal !== undefined) {
      this.refused.inc();
      throw new Problem('overloaded', `${capitalised(refusal.message)}; nothing was taken.`, refusal.retryAfterSeconds);
    }
    const { taken, keys } = this.judge(events);
    try {
      await inTime(this.batcher.take(tenant, this.share(tenant, events, keys), trace));
      this.admission.appended(true);
    } catch (error) {
      // Too much waiting is not the log's failure, and a full log has answered.
      const { cause } = error as Error;
      if (!(error instanceof Overloaded) || (cause !== undefined && !(cause instanceof LogFull))) {
        this.admission.appended(false);
      }
      if (error instanceof Overloaded)
        throw new Problem('overloaded', `${capitalised(error.message)}.`, error.retryAfterSeconds);
      throw error;
    }
    this.accepted += taken.accepted;
    this.rejected += taken.rejected.length;
    return taken;
  }

  /** The same judgement that settling will make, but for what depends on other events and on log time. */
  private judge(events: readonly TakenEvent[]): { taken: Taken; keys: string[] } {
    const rejected: Refusal[] = [];
    const keys: string[] = [];
    for (let index = 0; index < events.length; index++) {
      const outcome = normalise(events[index]!.value);
      if (isRejection(outcome)) {
        rejected.push({ index, reason: outcome.reason, message: outcome.message });
        keys.push('');
      } else keys.push(routingKey(outcome));
    }
    return { taken: { accepted: events.length - rejected.length, rejected }, keys };
  }

  private share(tenant: string, events: readonly TakenEvent[], keys: readonly string[]): Share[] {
    const { partitions } = this.config;
    if (events.length === 1) return [{ partition: partitionOf(tenant, keys[0]!, partitions), events }];
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

/** Whoever sent the events waits for them no longer; they may still be stored. */
function inTime(taking: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Overloaded('the log does not answer; sending again is safe', 5, 'open')),
      TAKE_MS_MAX,
    );
    taking.then(
      () => {
        clearTimeout(timer);
        resolve();
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error as Error);
      },
    );
  });
}

function fullnessProblem(fullness: number): string | undefined {
  return fullness >= ADMISSION.fullnessMax
    ? `the log is ${Math.floor(fullness * 100)}% full, events are refused`
    : undefined;
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
