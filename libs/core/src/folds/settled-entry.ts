import type { SettledBatch } from '../batches.js';

export interface SettledEntry {
  readonly seq: number;
  readonly id: string;
  readonly batch: SettledBatch;
  /** The same as it stands in the log, where it is at hand: rows hold pieces of it instead of texts of their own. */
  readonly body?: string;
  /** Where the events stand among the entry's applied events, when `batch` holds only some of them. */
  readonly indexes?: readonly number[];
}
