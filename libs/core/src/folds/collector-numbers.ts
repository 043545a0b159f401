/**
 * The numbers of one collector's messages, of one of its starts, on one partition: from 1 without holes. A number that never
 * comes is a message that was acknowledged and lost, unless the collector itself gave it up as of unknown outcome and told its
 * senders to send again. A hole closes when its message comes after all.
 */
import { COLLECTOR_NUMBERS } from '../tables/catalogue.js';
import type { JsonValue, Row } from '../tables/spec.js';
import { NumberRanges, type NumberRange } from './number-ranges.js';

/** Who numbered a message, and how. */
export interface MessageNumber {
  readonly collector: string;
  readonly boot: string;
  readonly n: number;
}

/** A collector's name may hold dots; its boot and the number do not. */
const MESSAGE_ID = /^(.+)\.([^.]+)\.([1-9]\d{0,14})$/;

/** Reads the id of an ingest message; undefined for anything else, as the empty id of an idle batch. */
export function parseMessageId(id: string): MessageNumber | undefined {
  const match = MESSAGE_ID.exec(id);
  return match === null ? undefined : { collector: match[1]!, boot: match[2]!, n: Number(match[3]) };
}

/** What a collector's row takes in memory, as measured; few miss so many numbers that it is much more. */
const COLLECTOR_BYTES = 520;

export class CollectorState {
  readonly table = COLLECTOR_NUMBERS;
  toWrite = false;
  used = true;
  /** Entries up to this one are in the row that was read. */
  readonly gate: number;
  private applied: number;
  private entry: string;
  private messages = 0;
  private last = 0;
  private readonly missing: NumberRanges;
  private readonly givenUp: NumberRanges;
  /** Numbers that are missing beyond the ranges that are kept: they cannot be seen to come any more. */
  private beyond = 0;
  private firstAt = 0;
  private lastAt = 0;

  constructor(
    readonly collector: string,
    readonly boot: string,
    loaded?: Row,
  ) {
    this.gate = this.applied = (loaded?.['applied'] as number | undefined) ?? 0;
    this.entry = (loaded?.['entry'] as string | undefined) ?? '';
    this.missing = new NumberRanges(loaded?.['missing'] as unknown as NumberRange[] | undefined);
    this.givenUp = new NumberRanges(loaded?.['given_up'] as unknown as NumberRange[] | undefined);
    if (loaded === undefined) return;
    this.messages = loaded['messages'] as number;
    this.last = loaded['last_n'] as number;
    this.beyond = loaded['missing_beyond'] as number;
    this.firstAt = loaded['first_at'] as number;
    this.lastAt = loaded['last_at'] as number;
  }

  get bytes(): number {
    return COLLECTOR_BYTES;
  }

  /** For retention. */
  get time(): number {
    return this.lastAt;
  }

  /** The message of entry `seq` has number `n`. @param givenUp numbers before it that the collector gave up */
  put(n: number, givenUp: NumberRange | undefined, logTime: number, seq: number, entry: string): void {
    this.used = true;
    if (seq <= this.gate) return;
    if (n > this.last) {
      if (n > this.last + 1) this.missing.add(this.last + 1, n - 1);
      this.last = n;
    } else if (!this.missing.remove(n)) {
      this.givenUp.remove(n);
    }
    if (givenUp !== undefined) {
      for (const [from, to] of this.missing.take(...givenUp)) this.givenUp.add(from, to);
    }
    this.beyond += this.missing.limit();
    // What was given up is no loss, so nobody has to know how much of it is beyond the limit.
    this.givenUp.limit();
    if (this.firstAt === 0) this.firstAt = logTime;
    this.lastAt = logTime;
    this.messages++;
    this.applied = seq;
    this.entry = entry;
  }

  row(generation: number, shard: number): Row {
    return {
      generation,
      shard,
      collector: this.collector,
      boot: this.boot,
      messages: this.messages,
      last_n: this.last,
      missing: this.missing.toJSON() as JsonValue,
      given_up: this.givenUp.toJSON() as JsonValue,
      missing_beyond: this.beyond,
      first_at: this.firstAt,
      last_at: this.lastAt,
      applied: this.applied,
      entry: this.entry,
    };
  }
}
