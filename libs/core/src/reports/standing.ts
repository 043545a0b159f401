/** Whether a figure may still change, and since when it has not. */
import { settlesAt } from '../folds/restatements.js';
import type { Restated } from './restatements.js';
import type { Window } from './window.js';

export interface Completeness {
  /**
   * `provisional` while late events are expected, `settled` once log time has passed the end of the window by the lateness. An
   * event that comes after that and changes the figure is a restatement.
   */
  state: 'provisional' | 'settled';
  /** The log time at which it becomes settled, or did. ISO 8601. */
  settles_at: string;
  /**
   * Only of a settled figure: the log time since which it is what it is: when it settled, or was last restated as far as its
   * `restated` looks. ISO 8601.
   */
  settled_since?: string;
}

/**
 * @param logTime everything that arrived before it is in the figure; epoch milliseconds
 * @param restated what changed in the window after its minutes were settled
 */
export function completenessOf(
  window: Window,
  logTime: number,
  latenessMs: number,
  restated: Restated | undefined,
): Completeness {
  const settles = settlesAt(window.to, latenessMs);
  const settles_at = new Date(settles).toISOString();
  if (logTime < settles) return { state: 'provisional', settles_at };
  const since = Math.max(settles, typeof restated?.last_at === 'string' ? Date.parse(restated.last_at) : 0);
  return { state: 'settled', settles_at, settled_since: new Date(since).toISOString() };
}
