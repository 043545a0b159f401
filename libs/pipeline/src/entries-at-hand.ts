import type { SettledBatch } from '@ticketrail/core';
import { decodeSettled } from './codec.js';
import type { Entry } from './ports.js';

/** What the entries at hand want is read together: of entries of so many events. */
const EVENTS_AHEAD = 2_000;

/** Settled entries that are looked at ahead of their turn. Each is decoded once all the same. */
export class EntriesAtHand {
  private readonly batches = new WeakMap<Entry, SettledBatch>();

  /** Throws as `decodeSettled` does. */
  batchOf(entry: Entry): SettledBatch {
    let batch = this.batches.get(entry);
    if (batch === undefined) this.batches.set(entry, (batch = decodeSettled(entry)));
    return batch;
  }

  /** Of the entries from `index` on, as many as hold some thousand events. */
  *ahead(entries: readonly Entry[], index: number): Iterable<readonly [Entry, SettledBatch]> {
    let events = 0;
    for (let i = index; i < entries.length && events < EVENTS_AHEAD; i++) {
      const batch = this.batchOf(entries[i]!);
      yield [entries[i]!, batch];
      for (const part of batch.parts) events += part.events.length;
    }
  }
}
