/** A simulated process that settles and folds: the production runners and loops, on ports that lead through its link. */
import {
  AggregateLoop,
  EnrichLoop,
  Membership,
  openEpoch,
  PartitionRunner,
  Reference,
  type EventLog,
  type Tables,
} from '@ticketrail/pipeline';
import { LinkClock, type Link } from './link.js';
import type { Settings } from './settings.js';

export type Role = 'enricher' | 'aggregator';

class NoReference extends Reference {
  override location(): undefined {
    return undefined;
  }
}

/** Tells one process which partitions it has: as late as its link lets it know. */
class ToldMembership extends Membership {
  private readonly followers = new Map<string, (partitions: readonly number[]) => void>();
  private readonly told = new Map<string, readonly number[]>();

  constructor(private readonly link: Link) {
    super();
  }

  override follow(role: string, signal: AbortSignal, onChange: (partitions: readonly number[]) => void): Promise<void> {
    this.followers.set(role, onChange);
    onChange(this.told.get(role) ?? []);
    return new Promise((resolve) => {
      signal.addEventListener(
        'abort',
        () => {
          this.followers.delete(role);
          resolve();
        },
        { once: true },
      );
    });
  }

  tell(role: Role, partitions: readonly number[]): void {
    this.told.set(role, partitions);
    // What is told last counts, however late what was told before comes.
    this.link.back(() => this.followers.get(role)?.(this.told.get(role) ?? []));
  }
}

export class Worker {
  /** Codes of the errors that its loops ended with. */
  readonly troubles: string[] = [];
  /** Why it did not start, if it did not. */
  refusal: string | undefined;
  isEnding = false;
  private enricher: PartitionRunner<EnrichLoop> | undefined;
  private aggregator: PartitionRunner<AggregateLoop> | undefined;
  private readonly membership: ToldMembership;

  /** @param onSleep told of every sleep of its enrich loops */
  constructor(
    readonly link: Link,
    private readonly log: EventLog,
    private readonly tables: Tables,
    private readonly settings: Settings,
    private readonly isTailInDoubt: boolean,
    wrongByMs: number,
    onSleep: (ms: number) => void,
    private readonly onTrouble: (role: Role, partition: number, error: unknown) => void,
  ) {
    this.membership = new ToldMembership(link);
    void this.begin(new LinkClock(link, wrongByMs), new LinkClock(link, wrongByMs, onSleep));
  }

  assign(role: Role, partitions: readonly number[]): void {
    this.membership.tell(role, partitions);
  }

  /** As an operator stops it: it writes what it has. */
  async end(): Promise<void> {
    this.isEnding = true;
    await Promise.all([this.enricher?.stop(), this.aggregator?.stop()]);
    this.link.kill();
  }

  /** Whether any of its partitions is folded further than a checkpoint says. */
  get isAheadOfItsCheckpoints(): boolean {
    return [...(this.aggregator?.loops() ?? [])].some(({ loop: { stats } }) => stats.seq > stats.checkpointSeq);
  }

  /** How its loop of the partition stands, if it has one. */
  state(role: Role, partition: number): string | undefined {
    const runner = role === 'enricher' ? this.enricher : this.aggregator;
    for (const running of runner?.loops() ?? []) if (running.partition === partition) return running.status.state;
    return undefined;
  }

  private async begin(clock: LinkClock, enricherClock: LinkClock): Promise<void> {
    const { log, tables, settings, membership, isTailInDoubt } = this;
    for (;;) {
      try {
        const epoch = await openEpoch(log, tables, clock, settings.partitions);
        const enriching = { ...settings.enriching, isTailInDoubt };
        const aggregating = { ...settings.aggregating, isTailInDoubt };
        const reference = new NoReference();
        this.enricher = new PartitionRunner(
          'enricher',
          membership,
          enricherClock,
          (partition) => new EnrichLoop({ log, tables, reference, clock: enricherClock }, epoch, partition, enriching),
          (partition, error) => this.trouble('enricher', partition, error),
        );
        this.aggregator = new PartitionRunner(
          'aggregator',
          membership,
          clock,
          (partition) => new AggregateLoop({ log, tables, clock }, epoch, partition, aggregating),
          (partition, error) => this.trouble('aggregator', partition, error),
        );
        this.enricher.start();
        this.aggregator.start();
        return;
      } catch (error) {
        if (codeOf(error) === 'UNKNOWN_LOG') {
          this.refusal = codeOf(error);
          return;
        }
        // The process ends, and is started again by whatever watches it.
        await clock.sleep(200);
      }
    }
  }

  private trouble(role: Role, partition: number, error: unknown): void {
    this.troubles.push(codeOf(error));
    this.onTrouble(role, partition, error);
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
