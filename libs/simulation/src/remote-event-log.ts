import { EventLog, type Entry, type Message, type StreamName } from '@ticketrail/pipeline';
import type { Broker } from './broker.js';
import { draw, type LogFaults } from './faults.js';
import type { Link } from './link.js';
import { Unreachable } from './unreachable.js';
import type { Sometimes } from './sometimes.js';

/** How long a writer waits for an answer before it is told that there is none. */
const ANSWER_MS = 120;

/** The log as one process sees it: operations take time, get lost, and come too late. */
export class RemoteEventLog extends EventLog {
  /** When the latest append to each partition arrives: appends of one process keep their order. */
  private readonly arrivals = new Map<string, number>();

  constructor(
    private readonly link: Link,
    private readonly broker: Broker,
    /** Shares of operations that go wrong now. */
    private readonly faults: () => LogFaults,
    private readonly sometimes: Sometimes,
  ) {
    super();
  }

  override identity(): Promise<string> {
    return this.link.call(() => this.broker.identity);
  }

  override append(stream: StreamName, partition: number, message: Message, expectedLastSeq?: number): Promise<number> {
    const { link, sometimes } = this;
    const { refused, unanswered, late } = this.faults();
    const fault = draw(link.choices, { refused, unanswered, late });
    if (fault !== undefined) sometimes.saw(`an append was ${fault}`);
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new Unreachable(`the simulated log: ${fault}`));
      if (fault === 'late') link.scheduler.in(ANSWER_MS, () => link.deliver(fail));
      link.there(
        () => {
          if (fault === 'refused') return link.back(fail);
          try {
            const seq = this.broker.append(stream, partition, message, expectedLastSeq);
            if (fault === undefined) link.back(() => resolve(seq));
          } catch (error) {
            if (fault === undefined) link.back(() => reject(error as Error));
          }
          if (fault === 'unanswered') link.back(fail);
        },
        this.arrival(`${stream}.${partition}`, fault === 'late'),
      );
    });
  }

  override async *read(
    stream: StreamName,
    partition: number,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<Entry[]> {
    const { link, broker } = this;
    const { connection } = broker;
    let position = after;
    while (!signal.aborted) {
      await this.pass(signal);
      if (signal.aborted) return;
      if (broker.connection !== connection || link.choices.chance(this.faults().broken)) {
        this.sometimes.saw("a reader's stream broke");
        throw new Unreachable("the reader's stream broke");
      }
      const entries = broker.after(stream, partition, position);
      if (entries.length === 0) {
        await this.change(stream, partition, signal);
        continue;
      }
      const group = entries.slice(0, link.choices.integer(1, 4));
      position = group.at(-1)!.seq;
      yield group;
    }
  }

  override last(stream: StreamName, partition: number): Promise<Entry | undefined> {
    return this.link.call(() => this.broker.kept(stream, partition).at(-1));
  }

  override first(stream: StreamName, partition: number): Promise<Entry | undefined> {
    return this.link.call(() => this.broker.kept(stream, partition)[0]);
  }

  override at(stream: StreamName, partition: number, seq: number): Promise<Entry | undefined> {
    return this.link.call(() => this.broker.kept(stream, partition).find((entry) => entry.seq === seq));
  }

  override trim(stream: StreamName, partition: number, through: number): Promise<void> {
    return this.link.call(() => this.broker.forget(stream, partition, through));
  }

  override fullness(): Promise<number> {
    return this.link.call(() => (this.broker.isFull ? 1 : 0));
  }

  private arrival(target: string, isLate: boolean): number {
    const { link } = this;
    const now = link.scheduler.now();
    // What comes too late is overtaken: its writer was told that it failed.
    if (isLate) return ANSWER_MS + link.choices.integer(0, 1_500);
    const at = Math.max(now + link.drawLatency(), (this.arrivals.get(target) ?? 0) + 0.001);
    this.arrivals.set(target, at);
    return at - now;
  }

  /** Resolves when something has had time to come here, or when `signal` aborts. */
  private pass(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
      this.link.back(end);
    });
  }

  private change(stream: StreamName, partition: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        forget();
        signal.removeEventListener('abort', end);
        this.link.deliver(resolve);
      };
      const forget = this.broker.onChange(stream, partition, end);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}
