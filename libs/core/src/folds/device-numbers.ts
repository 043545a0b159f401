/**
 * The numbers of one device's events, where it has its own numbering. What is missing between the lowest and the highest number
 * that came was lost on the way or refused; a hole closes when its event comes after all.
 *
 * A device may begin its numbering anew. A run of numbers ends and the next begins when a number goes back by RESTART_MIN or
 * more, is not one that is missing, and its event is later than that of the highest number: a number that only comes late is of
 * an event that happened earlier. A number further ahead than JUMP_MAX begins a new run as well: nobody loses so many at once.
 * What happened before a run began, by its event time, belongs to the run before.
 */
import type { CanonicalEvent } from '../events/canonical.js';
import { DEVICES } from '../tables/catalogue.js';
import type { JsonValue, Row } from '../tables/spec.js';
import { HOUR_MS } from '../time.js';
import { NumberRanges, type NumberRange } from './number-ranges.js';

export const RESTART_MIN = 10;
export const JUMP_MAX = 10_000;
/** The run that goes on and the one before; what was missing in earlier ones is only counted. */
export const RUNS_MAX = 2;
/** A longer pause, as over night, says nothing about how often a device usually sends. Milliseconds. */
const GAP_MAX_MS = HOUR_MS;

/** One numbering of a device, as it stands in its row. */
export interface DeviceRun {
  /** Event time of its earliest event, and of its highest number. Epoch milliseconds. */
  started: number;
  latest: number;
  first: number;
  last: number;
  missing: readonly NumberRange[];
}

export type NumberedEvent = CanonicalEvent & { device_id: string; device_seq: number };

/** Events of no place may come to any shard, so no one row would see all numbers of such a device. */
export function isNumbered(event: CanonicalEvent): event is NumberedEvent {
  return event.device_seq !== undefined && event.device_id !== undefined && event.location_id !== '';
}

class Run {
  started: number;
  latest: number;
  first: number;
  last: number;
  readonly missing: NumberRanges;

  constructor({ started, latest, first, last, missing }: DeviceRun) {
    this.started = started;
    this.latest = latest;
    this.first = first;
    this.last = last;
    this.missing = new NumberRanges(missing);
  }

  /** Takes the number into the run; answers false when it is the first of another. */
  take(number: number, time: number): boolean {
    const isLater = time > this.latest;
    if (number > this.last) {
      if (number - this.last > JUMP_MAX) return !isLater;
      if (number > this.last + 1) this.missing.add(this.last + 1, number - 1);
      this.last = number;
      this.latest = Math.max(this.latest, time);
    } else if (!this.missing.remove(number)) {
      if (isLater && this.last - number >= RESTART_MIN) return false;
      if (number < this.first && this.first - number <= JUMP_MAX) {
        if (number < this.first - 1) this.missing.add(number + 1, this.first - 1);
        this.first = number;
      }
    }
    this.started = Math.min(this.started, time);
    return true;
  }

  toJSON(): DeviceRun {
    const { started, latest, first, last, missing } = this;
    return { started, latest, first, last, missing: missing.toJSON() };
  }
}

/** What a device's row takes in memory, as measured; few miss so many numbers that it is much more. */
const DEVICE_BYTES = 720;

export class DeviceState {
  readonly table = DEVICES;
  toWrite = false;
  used = true;
  /** Entries up to this one are in the row that was read. */
  readonly gate: number;
  private applied: number;
  private entry: string;
  private events = 0;
  private readonly runs: Run[];
  private beyond = 0;
  private usualGapMs = 0;
  private lastEventAt = 0;
  private lastSeenAt = 0;

  constructor(
    readonly tenant: string,
    readonly locationId: string,
    readonly deviceId: string,
    loaded?: Row,
  ) {
    this.gate = this.applied = (loaded?.['applied'] as number | undefined) ?? 0;
    this.entry = (loaded?.['entry'] as string | undefined) ?? '';
    this.runs = ((loaded?.['runs'] as unknown as DeviceRun[] | undefined) ?? []).map((run) => new Run(run));
    if (loaded === undefined) return;
    this.events = loaded['events'] as number;
    this.beyond = loaded['missing_beyond'] as number;
    this.usualGapMs = loaded['usual_gap_ms'] as number;
    this.lastEventAt = loaded['last_event_at'] as number;
    this.lastSeenAt = loaded['last_seen_at'] as number;
  }

  get bytes(): number {
    return DEVICE_BYTES;
  }

  /** For retention. */
  get time(): number {
    return this.lastSeenAt;
  }

  /** An event of the device was counted, at entry `seq`. */
  put({ device_seq, time }: NumberedEvent, logTime: number, seq: number, entry: string): void {
    this.used = true;
    if (seq <= this.gate) return;
    this.number(device_seq, time);
    if (this.events > 0 && time > this.lastEventAt) {
      const gapMs = Math.min(GAP_MAX_MS, time - this.lastEventAt);
      this.usualGapMs = this.events === 1 ? gapMs : Math.round((this.usualGapMs * 7 + gapMs) / 8);
    }
    this.lastEventAt = this.events === 0 ? time : Math.max(this.lastEventAt, time);
    this.lastSeenAt = logTime;
    this.events++;
    this.applied = seq;
    this.entry = entry;
  }

  row(generation: number, shard: number): Row {
    return {
      generation,
      tenant: this.tenant,
      shard,
      location_id: this.locationId,
      device_id: this.deviceId,
      events: this.events,
      runs: this.runs.map((run) => run.toJSON()) as unknown as JsonValue,
      missing_beyond: this.beyond,
      usual_gap_ms: this.usualGapMs,
      last_event_at: this.lastEventAt,
      last_seen_at: this.lastSeenAt,
      applied: this.applied,
      entry: this.entry,
    };
  }

  private number(number: number, time: number): void {
    const current = this.runs.at(-1);
    const before = this.runs.at(-2);
    if (before !== undefined && time < current!.started) {
      before.take(number, Math.min(time, before.latest));
      this.beyond += before.missing.limit();
      return;
    }
    if (current === undefined || !current.take(number, time)) {
      this.runs.push(new Run({ started: time, latest: time, first: number, last: number, missing: [] }));
      if (this.runs.length > RUNS_MAX) this.beyond += this.runs.shift()!.missing.count;
    }
    this.beyond += this.runs.at(-1)!.missing.limit();
  }
}
