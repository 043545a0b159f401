/** A receipt's lines: an event each, with where it stands and what it did to the figure. */
import { type Contribution, MINUTE_MS, minuteOf, type PlacedEvent } from '@ticketrail/core';
import type { CopyFound } from './receipt-events.js';

/**
 * `applied`: counted in time. `late`: counted when its minute was held to be over. `duplicate`: not counted, since it was
 * counted before. `void`: took back what its order had contributed. `refund`: money given back. `rejected`: refused.
 */
export type How = 'applied' | 'late' | 'duplicate' | 'void' | 'refund' | 'rejected';

export interface Position {
  readonly shard: number;
  readonly seq: number;
  /** Among the entry's applied events (of a duplicate among its duplicates); null when it is not known. */
  readonly index: number | null;
}

export interface ReceiptLine {
  readonly event_id: string;
  readonly event_type: string;
  /** Event time, epoch milliseconds; undefined for what was refused. */
  readonly time: number | undefined;
  readonly location_id: string;
  readonly order_id: string | undefined;
  readonly position: Position;
  /** Id of the entry: the hash of its page. */
  readonly entry: string;
  readonly log_time: number;
  readonly how: How;
  /** Where the counted one stands, for a duplicate. */
  readonly first: Position | undefined;
  readonly contribution: Contribution;
}

export function lineOfEvent(
  shard: number,
  { entry, index, event }: PlacedEvent,
  contribution: Contribution,
  latenessMs: number,
): ReceiptLine {
  const isLate = entry.logTime >= minuteOf(event.time) + MINUTE_MS + (entry.latenessMs ?? latenessMs);
  const how =
    event.event_type === 'order_voided'
      ? 'void'
      : event.event_type === 'payment_refunded'
        ? 'refund'
        : isLate
          ? 'late'
          : 'applied';
  return {
    event_id: event.event_id,
    event_type: event.event_type,
    time: event.time,
    location_id: event.location_id,
    order_id: 'order_id' in event ? event.order_id : undefined,
    position: { shard, seq: entry.seq, index },
    entry: entry.id,
    log_time: entry.logTime,
    how,
    first: undefined,
    contribution,
  };
}

export function lineOfCopy(
  shard: number,
  { entry, index, copy }: CopyFound,
  first: { seq: number; index: number | null },
): ReceiptLine {
  return {
    event_id: copy.event_id,
    event_type: copy.event_type,
    time: copy.time,
    location_id: copy.location_id,
    order_id: undefined,
    position: { shard, seq: entry.seq, index },
    entry: entry.id,
    log_time: entry.logTime,
    how: 'duplicate',
    first: { shard, ...first },
    contribution: {},
  };
}

/** By log time, then by position: the order in which it became known, the same every time. */
export function inOrder(a: ReceiptLine, b: ReceiptLine): number {
  return (
    a.log_time - b.log_time ||
    a.position.shard - b.position.shard ||
    a.position.seq - b.position.seq ||
    Number(a.how === 'duplicate') - Number(b.how === 'duplicate') ||
    (a.position.index ?? 0) - (b.position.index ?? 0)
  );
}
