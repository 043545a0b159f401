/**
 * Watches the books: whether every accepted event is accounted for, and every numbered message came. Read in the background, so
 * that metrics and health can tell it at any time.
 */
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import {
  COLLECTOR_NUMBERS,
  DAY_MS,
  LEDGER,
  type LedgerFigures,
  ledgerByMinute,
  ledgerTotals,
  messageFigures,
  type MessageFigures,
  MINUTE_MS,
  type Totals,
  totalsOf,
  type Window,
  windowEnding,
} from '@ticketrail/core';
import { Clock, type Epoch, Replica, Tables } from '@ticketrail/pipeline';
import { EPOCH, Keys, Metrics, Readiness, Shutdown } from '@ticketrail/runtime';

/** From the end of one look to the next. Milliseconds. */
const LOOK_MS = 2_000;

/** Holes that are named in an answer. */
const HOLES_MAX = 20;

/** Tenants that are not in memory are looked at in turn, so many at a time: their books are read from the tables. */
const OTHERS_A_LOOK = 8;

const NONE: MessageFigures = { lost: 0, given_up: 0, holes: [] };

@Injectable()
export class Books implements OnApplicationBootstrap {
  private readonly logger = new Logger('books');
  private readonly stop = new AbortController();
  private messagesSeen = NONE;
  private readonly differences = new Map<string, number>();
  private running: Promise<void> | undefined;
  /** Which of the others is next. */
  private turn = 0;

  constructor(
    private readonly replica: Replica,
    private readonly tables: Tables,
    private readonly clock: Clock,
    private readonly keys: Keys,
    @Inject(EPOCH) private readonly epoch: Epoch,
    metrics: Metrics,
    readiness: Readiness,
    shutdown: Shutdown,
  ) {
    readiness.describe('books', () => this.remark());
    shutdown.at('serving', 'books', async () => {
      this.stop.abort();
      await this.running;
    });
    metrics.gauge(
      'ticketrail_books_difference',
      'Events accepted over the last day that are neither applied, nor duplicates, nor rejected: 0 when the books close',
      ['tenant'],
      (set) => this.differences.forEach((difference, tenant) => set({ tenant }, difference)),
    );
    metrics.gauge('ticketrail_messages_lost', "Collectors' numbered messages that never came", [], (set) =>
      set({}, this.messagesSeen.lost),
    );
    metrics.gauge(
      'ticketrail_messages_given_up',
      'Messages of unknown outcome, whose senders were told to send again',
      [],
      (set) => set({}, this.messagesSeen.given_up),
    );
  }

  onApplicationBootstrap(): void {
    this.running = this.watch(this.stop.signal);
  }

  /** What is known of collectors' messages, of all tenants together: a message may carry events of several. */
  get messages() {
    const { lost, given_up, holes } = this.messagesSeen;
    return {
      lost_messages: lost,
      given_up_messages: given_up,
      // Whose they were is for operators: health names the collector.
      message_holes: holes.slice(0, HOLES_MAX).map(({ partition, from, to }) => ({ partition, from, to })),
    };
  }

  private async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.look();
      } catch (error) {
        // What was seen last stays; health says what is wrong with the tables.
        this.logger.warn(`the books could not be read: ${error instanceof Error ? error.message : String(error)}`);
      }
      await this.clock.sleep(LOOK_MS, signal);
    }
  }

  private async look(): Promise<void> {
    const { generation, partitions } = this.epoch;
    const rows = await Promise.all(
      Array.from({ length: partitions }, (_, shard) => this.tables.scan(COLLECTOR_NUMBERS, { generation, shard })),
    );
    const before = this.messagesSeen.lost;
    this.messagesSeen = messageFigures(rows.flat());
    if (this.messagesSeen.lost > before) this.logger.error(this.remark());
    const window = windowEnding(this.clock.now(), DAY_MS, MINUTE_MS);
    const others: string[] = [];
    for (const tenant of this.keys.tenants) {
      const figures = this.replica.glance(LEDGER, tenant, window, (totals) => ledgerOf(totals, window));
      if (figures === undefined) others.push(tenant);
      else this.note(tenant, figures);
    }
    for (let i = 0; i < Math.min(OTHERS_A_LOOK, others.length); i++) {
      const tenant = others[this.turn++ % others.length]!;
      const { rows: stored } = await this.replica.stored(LEDGER, tenant, window);
      this.note(tenant, ledgerOf(totalsOf(LEDGER, stored), window));
    }
  }

  private note(tenant: string, { accepted, applied, duplicates, rejected }: LedgerFigures): void {
    this.differences.set(tenant, accepted - applied - duplicates - rejected);
  }

  private remark(): string | undefined {
    const open = [...this.differences].filter(([, difference]) => difference !== 0);
    const remarks = open.map(([tenant, difference]) => `the books of ${tenant} do not close: ${difference}`);
    const { lost, holes } = this.messagesSeen;
    if (lost > 0) {
      const named = holes
        .slice(0, 3)
        .map(({ partition, collector, from, to }) => `${from} to ${to} of ${collector} on partition ${partition}`);
      remarks.push(`${lost} messages of collectors never came: ${named.join(', ')}`);
    }
    return remarks.length === 0 ? undefined : remarks.join('; ');
  }
}

function ledgerOf(totals: Totals, window: Window): LedgerFigures {
  return ledgerTotals(ledgerByMinute(totals, window));
}
