/** What the books hold of a batch: how many events came to what, and each that was refused. */
import type { Rejection, SettledBatch, SettledPart } from '../batches.js';
import { LEDGER } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { dayOf, minuteOf } from '../time.js';
import type { Emit } from './delta.js';

/** @param logTime of the batch: the books are by when something was taken, not by when it happened */
export function emitLedger(part: SettledPart, logTime: number, emit: Emit): void {
  emit({
    table: LEDGER,
    tenant: part.tenant,
    bucket: dayOf(logTime),
    members: [minuteOf(logTime)],
    events: 0,
    hi: 0,
    lo: 0,
    sums: [part.accepted, part.events.length, part.duplicates.length, part.rejections.length],
    latest: undefined,
    labels: undefined,
    labelTime: 0,
    sample: undefined,
  });
}

/** @param entry position of the batch, and which of its rejections this is */
export function rejectionRow(
  { generation, shard }: { readonly generation: number; readonly shard: number },
  { log_time: at }: SettledBatch,
  tenant: string,
  { reason, message, payload }: Rejection,
  entry: { readonly seq: number; readonly place: number },
): Row {
  return {
    generation,
    tenant,
    day: dayOf(at),
    shard,
    seq: entry.seq,
    place: entry.place,
    at,
    reason,
    message,
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  };
}
