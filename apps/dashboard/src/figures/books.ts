import type { Ledger } from '../contract.js';
import { count } from './format.js';

/** The books in words: what was taken in equals what became of it, or somebody should look. */
export interface Books {
  readonly closes: boolean;
  readonly sentence: string;
  /** Said only when the books do not close, or messages were lost. */
  readonly alarm: string | undefined;
}

export function readBooks(ledger: Ledger): Books {
  const sentence =
    `${count(ledger.accepted)} accepted = ${count(ledger.applied)} counted + ${count(ledger.duplicates)} ` +
    `${ledger.duplicates === 1 ? 'duplicate' : 'duplicates'} + ${count(ledger.rejected)} rejected + ${count(ledger.in_flight)} in flight`;
  const lost = ledger.lost_messages ?? 0;
  if (ledger.difference === 0 && lost > 0) {
    const alarm = `${count(lost)} ${lost === 1 ? 'message' : 'messages'} of collectors never came: events that were accepted are missing.`;
    return { closes: false, sentence, alarm };
  }
  if (ledger.difference === 0) return { closes: true, sentence, alarm: undefined };
  const n = count(Math.abs(ledger.difference));
  const alarm =
    ledger.difference > 0
      ? `The books do not close: ${n} accepted ${ledger.difference === 1 ? 'event is' : 'events are'} not accounted for.`
      : `The books do not close: ${n} more accounted for than were accepted.`;
  return { closes: false, sentence, alarm };
}
