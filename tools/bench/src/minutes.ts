/** A long run minute by minute: latency, and of each process what an event cost, memory and the longest stop. */
import type { Latencies } from './load/latencies.js';
import type { Moment } from './timeline.js';

export interface Minute {
  /** When it ended, since the warm-up did. */
  readonly untilSeconds: number;
  readonly queryableMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly cpuMicrosecondsPerEvent: Readonly<Record<string, number>>;
  /** At its end. */
  readonly residentMegabytes: Readonly<Record<string, number>>;
  readonly heapMegabytes: Readonly<Record<string, number>>;
  readonly longestStopMs: Readonly<Record<string, number>>;
}

const minuteSeconds = 60;

/**
 * Minutes end with a moment; the last one may be shorter.
 * @param startMs when the warm-up ended, on the clock of the latencies
 */
export function minutesOf(moments: readonly Moment[], latencies: Latencies, startMs: number): Minute[] {
  const groups = new Map<number, Moment[]>();
  for (const moment of moments) {
    // A moment is noted a little after it is due.
    const minute = Math.ceil((moment.seconds - 1) / minuteSeconds);
    groups.set(minute, [...(groups.get(minute) ?? []), moment]);
  }
  let from = 0;
  return [...groups.values()].map((group) => {
    const last = group.at(-1) as Moment;
    const { p50, p95, p99 } = latencies.dueBetween(startMs + from * 1_000, startMs + last.seconds * 1_000);
    from = last.seconds;
    const events = group.reduce((sum, moment) => sum + moment.events, 0);
    const each = (kind: 'cpuMicroseconds' | 'longestStopMs', fold: (values: number[]) => number) =>
      Object.fromEntries(
        Object.keys(last[kind]).map((role) => [role, fold(group.map((moment) => moment[kind][role] ?? 0))]),
      );
    return {
      untilSeconds: last.seconds,
      queryableMs: { p50, p95, p99 },
      cpuMicrosecondsPerEvent: each('cpuMicroseconds', (used) => used.reduce((sum, one) => sum + one, 0) / events),
      residentMegabytes: last.residentMegabytes,
      heapMegabytes: last.heapMegabytes,
      longestStopMs: each('longestStopMs', (stops) => Math.max(...stops)),
    };
  });
}
