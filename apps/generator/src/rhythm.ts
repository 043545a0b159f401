/** How busy it is: 1 is the configured rate. */
export interface Rhythm {
  /** The factor at a moment, in epoch milliseconds; never more than `peak`. */
  at(timeMs: number): number;
  /** The highest factor there can be. */
  readonly peak: number;
}

/** The same rate at every hour: for load, and for a lively hour at any time of the day. */
export const STEADY: Rhythm = { at: () => 1, peak: 1 };

/** The share of the mean hour's orders in each local hour, from midnight: breakfast, a lunch peak, a higher dinner peak, sleep. */
const HOURLY = [
  0.12, 0.06, 0.04, 0.04, 0.06, 0.2, 0.55, 0.95, 1.15, 0.95, 0.9, 1.45, 2.1, 1.75, 1.05, 0.85, 1.1, 1.75, 2.35, 2.2,
  1.6, 1.05, 0.6, 0.3,
] as const;
const HOURLY_MEAN = HOURLY.reduce((sum, factor) => sum + factor, 0) / HOURLY.length;

/** The rhythm of meals in a time zone. Over a day the mean is 1. */
export function mealtimes(timeZone: string): Rhythm {
  const hourOf = localHours(timeZone);
  return {
    at: (timeMs) => (HOURLY[hourOf(timeMs)] ?? 0) / HOURLY_MEAN,
    peak: Math.max(...HOURLY) / HOURLY_MEAN,
  };
}

const QUARTER_HOUR_MS = 15 * 60_000;
const QUARTER_HOURS_KEPT_MAX = 10_000;

/** The local hour (0 to 23) of a moment. Time zones move in steps of a quarter of an hour, so one answer serves a whole quarter. */
export function localHours(timeZone: string): (timeMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, hour: 'numeric', hourCycle: 'h23' });
  const hours = new Map<number, number>();
  return (timeMs) => {
    const quarter = Math.floor(timeMs / QUARTER_HOUR_MS);
    let hour = hours.get(quarter);
    if (hour === undefined) {
      hour = Number(format.format(quarter * QUARTER_HOUR_MS));
      if (hours.size >= QUARTER_HOURS_KEPT_MAX) hours.clear();
      hours.set(quarter, hour);
    }
    return hour;
  };
}

/**
 * A rush that builds up: in a straight line from one level at `fromMs` to another at `startMs`, and from there to the full rate
 * within `riseMs`.
 */
export function buildingUp(options: {
  fromMs: number;
  levelAtFrom: number;
  startMs: number;
  levelAtStart: number;
  riseMs: number;
}): Rhythm {
  const { fromMs, levelAtFrom, startMs, levelAtStart, riseMs } = options;
  const between = (least: number, most: number, part: number) =>
    least + (most - least) * Math.min(1, Math.max(0, part));
  return {
    peak: 1,
    at: (timeMs) =>
      timeMs <= startMs
        ? between(levelAtFrom, levelAtStart, (timeMs - fromMs) / (startMs - fromMs))
        : between(levelAtStart, 1, (timeMs - startMs) / riseMs),
  };
}

/** Two rhythms at once: a rush that builds up in the hours of a day. */
export function combined(one: Rhythm, other: Rhythm): Rhythm {
  return { peak: one.peak * other.peak, at: (timeMs) => one.at(timeMs) * other.at(timeMs) };
}
