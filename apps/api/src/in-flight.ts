/**
 * Events that were taken but are not yet in the figures: on the log, behind where the replica stands.
 *
 * Reading the log costs, and every report asks: so it is counted in the background, at most every `COUNT_MS`, and a report takes
 * the last count unless a new one comes within a few milliseconds; somewhat more when the last one is old.
 */
import { Injectable } from '@nestjs/common';
import { Clock, decodeIngest, EventLog, Replica } from '@ticketrail/pipeline';

/** From the end of one count to the next. Milliseconds. */
const COUNT_MS = 250;

/** A report waits for a count that is under way this long at most. Milliseconds. */
const WAIT_MS = 5;

/** After this long without a report a count is old, and a new one is worth waiting for. Milliseconds. */
const OLD_MS = 1_000;
const WAIT_WHEN_OLD_MS = 50;

/** Ingest messages looked into at most, over all partitions; beyond it the count is of the first ones, a lower bound. */
const MESSAGES_MAX = 400;

/** Entries of a partition that does not deliver within this time are left out of the count. Milliseconds. */
const READ_MS_MAX = 1_000;

@Injectable()
export class InFlight {
  private counts = new Map<string, number>();
  private countedAt = 0;
  private counting: Promise<void> | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly replica: Replica,
    private readonly clock: Clock,
  ) {}

  /** Of the tenant, as of a moment ago. Never fails: a log that does not answer leaves the last count. */
  async count(tenant: string): Promise<number> {
    const ageMs = this.clock.now() - this.countedAt;
    if (this.counting === undefined && ageMs >= COUNT_MS) {
      this.counting = this.countAll().finally(() => {
        this.countedAt = this.clock.now();
        this.counting = undefined;
      });
    }
    if (this.counting !== undefined) {
      const enough = new AbortController();
      await Promise.race([this.counting, this.clock.sleep(ageMs < OLD_MS ? WAIT_MS : WAIT_WHEN_OLD_MS, enough.signal)]);
      enough.abort();
    }
    return this.counts.get(tenant) ?? 0;
  }

  private async countAll(): Promise<void> {
    const counts = new Map<string, number>();
    const stop = new AbortController();
    const late = this.clock.sleep(READ_MS_MAX, stop.signal).then(() => stop.abort());
    try {
      const messagesMax = Math.ceil(MESSAGES_MAX / this.replica.partitions.length);
      await Promise.all(
        this.replica.partitions.map(({ ingest }, partition) =>
          this.countPartition(partition, ingest, messagesMax, counts, stop.signal),
        ),
      );
      this.counts = counts;
    } catch {
      // Health says what is wrong with the log; figures do not fail for it.
    } finally {
      stop.abort();
      await late;
    }
  }

  private async countPartition(
    partition: number,
    settled: number,
    messagesMax: number,
    counts: Map<string, number>,
    signal: AbortSignal,
  ): Promise<void> {
    // In most moments nothing is in flight, and one question finds that out.
    const last = await this.log.last('ingest', partition);
    if (last === undefined || last.seq <= settled) return;
    let messages = 0;
    for await (const entries of this.log.read('ingest', partition, settled, signal)) {
      for (const entry of entries) {
        for (const { tenant, events } of decodeIngest(entry).parts) {
          counts.set(tenant, (counts.get(tenant) ?? 0) + events.length);
        }
        if (entry.seq >= last.seq || ++messages >= messagesMax) return;
      }
    }
  }
}
