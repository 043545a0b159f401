/** Runs one loop for each partition this process has, as membership says, and knows how each is doing. */
import type { Clock, Membership } from './ports.js';
import { supervise, type LoopStatus } from './supervise.js';

export interface Loop {
  /** Runs until `signal` aborts; may be run again after it ended. */
  run(signal: AbortSignal): Promise<void>;
}

interface Running<L extends Loop> {
  readonly loop: L;
  readonly status: LoopStatus;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

export class PartitionRunner<L extends Loop> {
  private readonly running = new Map<number, Running<L>>();
  private readonly leaving = new Set<Promise<void>>();
  private readonly stopped = new AbortController();
  private following: Promise<void> | undefined;

  /**
   * @param role what membership is asked for, such as 'enricher'
   * @param onTrouble told of every failure of a loop, with how it stands
   */
  constructor(
    private readonly role: string,
    private readonly membership: Membership,
    private readonly clock: Clock,
    private readonly create: (partition: number) => L,
    private readonly onTrouble: (partition: number, error: unknown, status: LoopStatus) => void,
  ) {}

  start(): void {
    this.following = this.membership.follow(this.role, this.stopped.signal, (partitions) => this.assign(partitions));
  }

  /** Resolves when every loop has ended. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.following;
    this.assign([]);
    await Promise.all(this.leaving);
  }

  /** The loops that run now, by partition. */
  *loops(): Iterable<{ partition: number; loop: L; status: Readonly<LoopStatus> }> {
    for (const [partition, { loop, status }] of this.running) yield { partition, loop, status };
  }

  /** What is wrong with any of the loops, for health; undefined when nothing is. */
  problem(): string | undefined {
    for (const [partition, { status }] of this.running) {
      if (status.state === 'failing' || status.state === 'halted') {
        return `partition ${partition} is ${status.state}: ${status.problem ?? 'for no known reason'}`;
      }
    }
    return undefined;
  }

  private assign(partitions: readonly number[]): void {
    const wanted = new Set(partitions);
    for (const [partition, { stop, ended }] of this.running) {
      if (wanted.has(partition)) continue;
      this.running.delete(partition);
      stop.abort();
      const left: Promise<void> = ended.finally(() => this.leaving.delete(left));
      this.leaving.add(left);
    }
    for (const partition of wanted) if (!this.running.has(partition)) this.begin(partition);
  }

  private begin(partition: number): void {
    const loop = this.create(partition);
    const status: LoopStatus = { state: 'starting', problem: undefined, restarts: 0 };
    const stop = new AbortController();
    const ended = supervise(
      this.clock,
      stop.signal,
      status,
      (signal) => loop.run(signal),
      (error, now) => this.onTrouble(partition, error, now),
    );
    this.running.set(partition, { loop, status, stop, ended });
  }
}
