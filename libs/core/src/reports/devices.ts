/** Terminals that number their events: what is missing, and who fell silent. */
import type { DeviceRun } from '../folds/device-numbers.js';
import { countOf, type NumberRange } from '../folds/number-ranges.js';
import type { Row } from '../tables/spec.js';
import { DAY_MS, MINUTE_MS } from '../time.js';
import { compare } from './sales.js';

export interface DeviceRow {
  location_id: string;
  device_id: string;
  /** Events that were counted, each once. */
  events: number;
  /** Highest number of the numbering that goes on. */
  last_seq: number;
  /** Numbers that never came, from and to included; those of the numbering before first. */
  missing: { from: number; to: number }[];
  missing_count: number;
  /** Of these, numbers that are too many or too old to be listed. */
  missing_beyond: number;
  /** Event time of its latest event, and log time at which the last one came. ISO 8601. */
  last_event_at: string;
  last_seen_at: string;
  /** Seconds from one of its events to the next, lately. */
  usual_gap_seconds: number;
  /** Set when no event came for so long that somebody should look: since when. ISO 8601. */
  silent_since: string | null;
}

/** A device is silent when it said nothing for so many times its usual gap … */
export const SILENT_AFTER_GAPS = 10;
/** … but no sooner and no later than this. Milliseconds. */
export const SILENT_AFTER_MIN_MS = 15 * MINUTE_MS;
export const SILENT_AFTER_MAX_MS = DAY_MS;
/** After this long a device is taken to be gone: nobody has to look for it any more. Milliseconds. */
export const GONE_AFTER_MS = 7 * DAY_MS;

/**
 * When the device fell silent, or undefined when it did not or is gone. All in epoch milliseconds.
 *
 * @param logTime how far the log has come: standing still, it would make nobody silent
 * @param silentAfterMs instead of what is usual for the device
 */
export function silentSince(
  device: { readonly lastSeenAt: number; readonly usualGapMs: number },
  logTime: number,
  silentAfterMs?: number,
): number | undefined {
  const usual = Math.max(SILENT_AFTER_MIN_MS, Math.min(SILENT_AFTER_MAX_MS, device.usualGapMs * SILENT_AFTER_GAPS));
  const quietMs = logTime - device.lastSeenAt;
  return quietMs > (silentAfterMs ?? usual) && quietMs <= GONE_AFTER_MS ? device.lastSeenAt : undefined;
}

/**
 * By location, then device.
 *
 * @param logTimeOf how far the log of a shard has come, epoch milliseconds
 */
export function deviceReport(
  rows: Iterable<Row>,
  logTimeOf: (shard: number) => number,
  silentAfterMs?: number,
): DeviceRow[] {
  return [...rows]
    .map((row) => {
      const runs = row['runs'] as unknown as DeviceRun[];
      const missing = runs.flatMap((run): readonly NumberRange[] => run.missing);
      const beyond = row['missing_beyond'] as number;
      const lastSeenAt = row['last_seen_at'] as number;
      const usualGapMs = row['usual_gap_ms'] as number;
      const silent = silentSince({ lastSeenAt, usualGapMs }, logTimeOf(row['shard'] as number), silentAfterMs);
      return {
        location_id: row['location_id'] as string,
        device_id: row['device_id'] as string,
        events: row['events'] as number,
        last_seq: runs.at(-1)!.last,
        missing: missing.map(([from, to]) => ({ from, to })),
        missing_count: countOf(missing) + beyond,
        missing_beyond: beyond,
        last_event_at: new Date(row['last_event_at'] as number).toISOString(),
        last_seen_at: new Date(lastSeenAt).toISOString(),
        usual_gap_seconds: Math.round(usualGapMs / 1_000),
        silent_since: silent === undefined ? null : new Date(silent).toISOString(),
      };
    })
    .sort((a, b) => compare(a.location_id, b.location_id) || compare(a.device_id, b.device_id));
}
