/**
 * Gathers events into one log message per partition and answers their senders once it is on disk.
 *
 * One append per partition is under way at a time; what arrives meanwhile waits and goes together. Messages linger a little
 * before they are sent, longer while many of them leave: each costs a sync and a wake-up of every process behind the log,
 * however little it holds, and a lone event is not held up. All partitions depart together: a request that is spread over them
 * waits for the last, and what leaves together travels in one write.
 */
import { encodeIngest, type TakenEvent, type TakenPart } from './codec.js';
import { Linger } from './linger.js';
import { LogFull, type Clock, type EventLog } from './ports.js';
import { CAUSES_MAX, type Span, type Tracer } from './tracer.js';

/** What a message holds at most: one that comes in, and several of them that are settled together. */
export const MESSAGE_EVENTS_MAX = 1_000;
export const MESSAGE_CHARACTERS_MAX = 512 * 1024;

export interface BatcherOptions {
  /** This collector, and this start of it: together with a count they number its messages. */
  readonly collector: string;
  readonly boot: string;
  readonly partitions: number;
  readonly lingerMinMs: number;
  readonly lingerMaxMs: number;
  /** A message is sent at once when it holds this many events or bytes of text. */
  readonly batchEventsMax: number;
  readonly batchBytesMax: number;
  /** Bytes of text waiting at most, over all partitions; beyond it senders are refused. */
  readonly pendingBytesMax: number;
}

/** Nothing was taken; the sender may try again after `retryAfterSeconds`. */
export class Overloaded extends Error {
  readonly code = 'OVERLOADED';
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** Events for one partition. */
export interface Share {
  readonly partition: number;
  readonly events: readonly TakenEvent[];
}

interface Waiting {
  readonly tenant: string;
  readonly receivedAt: number;
  readonly events: readonly TakenEvent[];
  readonly trace: string | undefined;
  readonly done: () => void;
  readonly failed: (reason: unknown) => void;
}

interface Box {
  waiting: Waiting[];
  events: number;
  bytes: number;
  /** Messages this boot has numbered on the partition. */
  n: number;
  /** How many of these, the last ones, were given up since a message was last stored. */
  givenUp: number;
  state: 'idle' | 'lingering' | 'sending';
  /** Ends the linger that is under way. */
  cutShort: () => void;
}

/** A message is sent again this often, under the same id, before its senders are told to try again themselves. */
const ATTEMPTS = 5;

export class Batcher {
  private readonly boxes: Box[];
  private pendingBytes = 0;
  private readonly linger: Linger;
  private readonly sending = new Set<Promise<void>>();

  constructor(
    private readonly log: EventLog,
    private readonly clock: Clock,
    private readonly options: BatcherOptions,
    private readonly tracer?: Tracer,
  ) {
    this.linger = new Linger(clock, options.lingerMinMs, options.lingerMaxMs);
    this.boxes = Array.from({ length: options.partitions }, () => ({
      waiting: [],
      events: 0,
      bytes: 0,
      n: 0,
      givenUp: 0,
      state: 'idle',
      cutShort: () => undefined,
    }));
  }

  /** Bytes of text that wait for the log or are on their way to it. */
  get backlogBytes(): number {
    return this.pendingBytes;
  }

  /**
   * Resolves once every event is on disk. Throws Overloaded, with nothing taken, when too much is waiting; when it throws
   * anything later, some of the events may be in the log, and sending all of them again is safe.
   *
   * @param trace the request's: see Message
   */
  async take(tenant: string, shares: readonly Share[], trace?: string): Promise<void> {
    const bytes = shares.reduce((sum, share) => sum + textLength(share.events), 0);
    if (this.pendingBytes + bytes > this.options.pendingBytesMax) {
      throw new Overloaded('more events are waiting than the log takes', 1);
    }
    this.pendingBytes += bytes;
    const receivedAt = this.clock.now();
    try {
      const parts = shares.flatMap((share) => this.split(share));
      // One event alone is the most frequent request of all.
      if (parts.length === 1) await this.enqueue(tenant, receivedAt, parts[0]!, trace);
      else await Promise.all(parts.map((share) => this.enqueue(tenant, receivedAt, share, trace)));
    } finally {
      this.pendingBytes -= bytes;
    }
  }

  /** Sends what is waiting and resolves when nothing is left. */
  async drain(): Promise<void> {
    for (const box of this.boxes) box.cutShort();
    while (this.sending.size > 0) await Promise.allSettled(this.sending);
  }

  /** A share that is larger than a message may be goes in several: whoever settles and folds counts on the limit. */
  private split(share: Share): Share[] {
    const { batchEventsMax, batchBytesMax } = this.options;
    if (share.events.length <= batchEventsMax && textLength(share.events) <= batchBytesMax) return [share];
    const parts: { partition: number; events: TakenEvent[] }[] = [];
    let bytes = 0;
    for (const event of share.events) {
      let last = parts.at(-1);
      if (last === undefined || last.events.length >= batchEventsMax || bytes + event.text.length > batchBytesMax) {
        last = { partition: share.partition, events: [] };
        parts.push(last);
        bytes = 0;
      }
      last.events.push(event);
      bytes += event.text.length;
    }
    return parts;
  }

  private enqueue(
    tenant: string,
    receivedAt: number,
    { partition, events }: Share,
    trace: string | undefined,
  ): Promise<void> {
    return new Promise((done, failed) => {
      const box = this.boxes[partition]!;
      box.waiting.push({ tenant, receivedAt, events, trace, done, failed });
      box.events += events.length;
      box.bytes += textLength(events);
      if (box.state === 'idle') {
        box.state = 'lingering';
        const run: Promise<void> = this.run(partition, box).finally(() => this.sending.delete(run));
        this.sending.add(run);
      } else if (box.state === 'lingering' && this.isFull(box)) {
        box.cutShort();
      }
    });
  }

  private isFull({ events, bytes }: Box): boolean {
    return events >= this.options.batchEventsMax || bytes >= this.options.batchBytesMax;
  }

  /** Lingers and sends until the box is empty. */
  private async run(partition: number, box: Box): Promise<void> {
    while (box.waiting.length > 0) {
      if (!this.isFull(box)) {
        box.state = 'lingering';
        const isCutShort = new Promise<void>((resolve) => (box.cutShort = resolve));
        await Promise.race([this.linger.departure(), isCutShort]);
      }
      box.state = 'sending';
      const sent = this.takeMessage(box);
      this.linger.departed();
      const span = this.tracer === undefined ? undefined : appendSpan(this.tracer, partition, sent);
      try {
        await this.send(partition, box, sent, span?.traceparent);
        span?.end();
        for (const { done } of sent) done();
      } catch (error) {
        span?.end(error);
        for (const { failed } of sent) failed(error);
      }
    }
    box.state = 'idle';
  }

  /** Takes as much as one message holds, at least one request's share. */
  private takeMessage(box: Box): Waiting[] {
    const { batchEventsMax, batchBytesMax } = this.options;
    let events = 0;
    let bytes = 0;
    let count = 0;
    for (const waiting of box.waiting) {
      const more = textLength(waiting.events);
      if (count > 0 && (events + waiting.events.length > batchEventsMax || bytes + more > batchBytesMax)) break;
      events += waiting.events.length;
      bytes += more;
      count++;
    }
    box.events -= events;
    box.bytes -= bytes;
    return box.waiting.splice(0, count);
  }

  private async send(partition: number, box: Box, sent: readonly Waiting[], trace: string | undefined): Promise<void> {
    // The next message that is stored says which numbers were given up: a hole that is none of them is a loss.
    const givenUp = box.givenUp === 0 ? undefined : ([box.n - box.givenUp + 1, box.n] as const);
    const encoded = encodeIngest(this.options.collector, this.options.boot, box.n + 1, partsOf(sent), givenUp);
    const message = trace === undefined ? encoded : { ...encoded, trace };
    for (let attempt = 1; ; attempt++) {
      try {
        await this.log.append('ingest', partition, message);
        box.n++;
        box.givenUp = 0;
        return;
      } catch (error) {
        const isFull = error instanceof LogFull;
        // Whether an earlier attempt was stored is open, so the number is not used again.
        if (isFull ? attempt > 1 : attempt >= ATTEMPTS) {
          box.n++;
          box.givenUp++;
        }
        if (isFull) throw new Overloaded('the log is full', 30, error);
        if (attempt >= ATTEMPTS) {
          throw new Overloaded('the log does not answer', 5, error);
        }
        await this.clock.sleep(20 * 2 ** attempt);
      }
    }
  }
}

/** One part a tenant, in the order in which the tenants first came. */
function partsOf(sent: readonly Waiting[]): TakenPart[] {
  const byTenant = new Map<string, { tenant: string; receivedAt: number; events: TakenEvent[] }>();
  for (const { tenant, receivedAt, events } of sent) {
    const part = byTenant.get(tenant);
    if (part === undefined) byTenant.set(tenant, { tenant, receivedAt, events: [...events] });
    else for (const event of events) part.events.push(event);
  }
  return [...byTenant.values()];
}

/** Undefined when none of the requests is traced. */
function appendSpan(tracer: Tracer, partition: number, sent: readonly Waiting[]): Span | undefined {
  const traces = new Set<string>();
  let events = 0;
  for (const { trace, events: own } of sent) {
    if (trace !== undefined && traces.size < CAUSES_MAX) traces.add(trace);
    events += own.length;
  }
  if (traces.size === 0) return undefined;
  return tracer.span('append ingest', {
    causes: [...traces],
    attributes: { partition, requests: sent.length, events },
  });
}

function textLength(events: readonly TakenEvent[]): number {
  let sum = 0;
  for (const { text } of events) sum += text.length;
  return sum;
}
