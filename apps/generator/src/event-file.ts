import { open } from 'node:fs/promises';
import { arrivingBefore } from './arrivals.js';
import type { Arrival } from './faults.js';
import { MINUTE_MS, SECOND_MS } from './profile.js';
import { createSource, type SourceOptions } from './sources.js';

/** A span of simulated time, in the order of arrival. */
export interface FileOptions extends Omit<SourceOptions, 'eventsPerSecond' | 'fromMs' | 'isWarm' | 'course'> {
  /** Lines, duplicates and malformed ones among them. */
  readonly count: number;
  /** The doors open this long before the end. */
  readonly spanMinutes: number;
  /** The last line arrives shortly before this, epoch milliseconds. */
  readonly untilMs: number;
}

const PASSES_MAX = 50;

/**
 * Exactly `count` lines that end at `untilMs`. How many lines a rate gives is only known once they have been generated, so the
 * span is generated in passes, with a higher rate each time, until there are enough; of the last pass the first few are left
 * out. The passes cost time instead of memory.
 */
export function* fileArrivals(options: FileOptions): Generator<Arrival> {
  const { count, spanMinutes, untilMs } = options;
  const spanMs = spanMinutes * MINUTE_MS;
  let eventsPerSecond = count / (spanMs / SECOND_MS);
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    const arrivals = () =>
      arrivingBefore(createSource({ ...options, eventsPerSecond, fromMs: untilMs - spanMs, isWarm: false }), untilMs);
    let surplus = -count;
    for (const _ of arrivals()) surplus += 1;
    if (surplus >= 0) {
      for (const arrival of arrivals()) if (--surplus < 0) yield arrival;
      return;
    }
    const lines = count + surplus;
    eventsPerSecond *= lines === 0 ? 10 : Math.min(10, (1.01 * count) / lines);
  }
  throw new Error(`${spanMinutes} minutes are too short for coherent visits; choose a longer span.`);
}

const CHUNK_CHARACTERS = 256 * 1_024;

/** Writes the lines of a file, and the truth about each beside it when a manifest is named. Returns the number of lines. */
export async function writeEventFile(
  arrivals: Iterable<Arrival>,
  path: string,
  manifestPath?: string,
): Promise<number> {
  const file = await open(path, 'w');
  const manifest = manifestPath === undefined ? undefined : await open(manifestPath, 'w');
  try {
    let lines = '';
    let truths = '';
    let count = 0;
    for (const arrival of arrivals) {
      count += 1;
      lines += `${arrival.line}\n`;
      if (manifest) truths += `${manifestLine(count, arrival)}\n`;
      if (lines.length < CHUNK_CHARACTERS) continue;
      await file.write(lines);
      await manifest?.write(truths);
      lines = '';
      truths = '';
    }
    await file.write(lines);
    await manifest?.write(truths);
    return count;
  } finally {
    await file.close();
    await manifest?.close();
  }
}

function manifestLine(number: number, { arrivesAtMs, truth }: Arrival): string {
  return JSON.stringify({
    line: number,
    profile: truth.profile,
    event_id: truth.eventId,
    event_type: truth.eventType,
    event_time: new Date(truth.eventTimeMs).toISOString(),
    arrives_at: new Date(arrivesAtMs).toISOString(),
    faults: truth.faults,
    ...(truth.defect && { defect: truth.defect }),
  });
}
