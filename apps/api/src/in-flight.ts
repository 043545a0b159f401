/** Events that were taken but are not yet in the figures: on the log, behind where the replica stands. */
import { Injectable } from '@nestjs/common';
import { Clock, decodeIngest, EventLog, Replica } from '@ticketrail/pipeline';

/** An answer is used again for this long: every report asks. Milliseconds. */
const REUSE_MS = 100;

/** Ingest messages looked into at most; beyond it the count is of the first ones, a lower bound. */
const MESSAGES_MAX = 200;

/** Leaving the loop ends the reading. */
const NEVER = new AbortController().signal;

@Injectable()
export class InFlight {
  private counted: Promise<Map<string, number>> | undefined;
  private countedAt = 0;

  constructor(
    private readonly log: EventLog,
    private readonly replica: Replica,
    private readonly clock: Clock,
  ) {}

  async count(tenant: string): Promise<number> {
    const now = this.clock.now();
    if (this.counted === undefined || now - this.countedAt >= REUSE_MS) {
      this.countedAt = now;
      this.counted = this.countAll();
    }
    return (await this.counted).get(tenant) ?? 0;
  }

  private async countAll(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    await Promise.all(
      this.replica.partitions.map(({ ingest }, partition) => this.countPartition(partition, ingest, counts)),
    );
    return counts;
  }

  private async countPartition(partition: number, settled: number, counts: Map<string, number>): Promise<void> {
    const last = await this.log.last('ingest', partition);
    if (last === undefined || last.seq <= settled) return;
    let messages = 0;
    for await (const entries of this.log.read('ingest', partition, settled, NEVER)) {
      for (const entry of entries) {
        for (const { tenant, events } of decodeIngest(entry).parts) {
          counts.set(tenant, (counts.get(tenant) ?? 0) + events.length);
        }
        if (entry.seq >= last.seq || ++messages >= MESSAGES_MAX) return;
      }
    }
  }
}
