/** Ingest messages of one partition that are taken but not settled, as far as they are known, and whose events they hold. */
import type { EventCounts } from '@ticketrail/pipeline';

export class Unsettled {
  /** In the order of their positions. */
  private readonly messages: { readonly seq: number; readonly counts: EventCounts }[] = [];
  private readonly events = new Map<string, number>();
  /** Everything up to here is settled. */
  private settled = 0;
  private newest = 0;

  /** Up to here every message is known, or settled. */
  get position(): number {
    return Math.max(this.settled, this.newest);
  }

  /** How many messages are known. */
  get size(): number {
    return this.messages.length;
  }

  /** Adds a message behind those that are known; one that is settled already counts for nothing. */
  add(seq: number, counts: EventCounts): void {
    this.newest = seq;
    if (seq <= this.settled) return;
    this.messages.push({ seq, counts });
    for (const [tenant, events] of counts) this.events.set(tenant, this.of(tenant) + events);
  }

  /** Everything up to and including this position is settled. */
  settle(through: number): void {
    if (through <= this.settled) return;
    this.settled = through;
    let count = 0;
    while (count < this.messages.length && this.messages[count]!.seq <= through) count++;
    for (const { counts } of this.messages.splice(0, count)) {
      for (const [tenant, events] of counts) this.take(tenant, events);
    }
  }

  /** Events of the tenant. */
  of(tenant: string): number {
    return this.events.get(tenant) ?? 0;
  }

  /** Who has nothing here is forgotten: tenants come and go. */
  private take(tenant: string, events: number): void {
    const left = this.of(tenant) - events;
    if (left > 0) this.events.set(tenant, left);
    else this.events.delete(tenant);
  }
}
