/**
 * The moments of one period at a table by event time, so that a busy table's visit is found without going through all
 * that happened there in six hours.
 *
 * Hundreds of thousands of them are in memory and hardly ever looked at again; as objects, each would be marked at every
 * collection of garbage. So they are numbers in one plain array, which the collector does not look into, and a Moment is
 * made of those few that a visit depends on.
 *
 * A period may let go of its early moments, once they have durable rows (`trim`), and gets them back from these rows when they are
 * asked for (`suffices`, `complete`). Why nothing is missed:
 *   - What is let go is all that stands before one seating, in the order of isBefore, and nothing else. That seating, which is kept,
 *     has a durable row as well. So it and all that was let go stand at lower places than every moment that is still to be put.
 *   - A moment of the same period that happened later than the kept seating has a seating before it, which is that one or a later
 *     one. All that happened since is in memory, and nothing before it has a say.
 *   - For a moment of the period behind, either the kept seating or a later one is what stands before it, or they are more than the
 *     longest visit ago, and so is what was let go.
 *   - A moment of the period before may be followed by a seating that was let go. That has a say in a seating and in a payment: for
 *     these the period has to be complete. A completion looks at nothing behind it.
 *   - What was let go still counts where moments are counted.
 */
import { assertSame } from './set-rows.js';
import { type Moment, VISIT_MAX_MS } from './visit.js';

/** A moment is four numbers: its place, its stamp, and the two halves of its identity. */
const NUMBERS = 4;
const STAMP = 1;
const HI = 2;
const LO = 3;

/*
 * A stamp is ((milliseconds since the period began × 4) + kind) × 4,096 + offset. Its rank, which is what has a say in the
 * order, is the stamp without the lower bit of the kind and the offset: twice the time, and one more for what is not a
 * seating.
 */
const OFFSETS = 4_096;
const OFFSET_ZERO = OFFSETS / 2;
const KINDS = ['seated', 'seated', 'completed', 'paid'] as const;
const KIND_NUMBERS = { seated: 0, completed: 2, paid: 3 } as const;
const STAMPS_PER_RANK = 2 * OFFSETS;
const STAMPS_PER_MS = 4 * OFFSETS;

/** So many moments, those of one visit, take no more room than they need; with more of them, room grows by halves. */
const EXACT_MAX = 3;

/** Of a period that is whole: less than the time from its start to any moment beside it. */
const WHOLE = -VISIT_MAX_MS - 1;

/** What a period holds in memory besides its moments, with its place in a cache: as measured. Of a moment, with some room. */
const PERIOD_BYTES = 272;
const ROOM_BYTES = 144;
const EXACT_NUMBER_BYTES = 8;
const NUMBER_BYTES = 10;

/** What every empty period holds; never changed. */
const NONE: number[] = [];
const ONE_MORE = [0.5, 0.5, 0.5, 0.5];

/** What happened behind `from`, before `to` where there is one, and at `until` (epoch milliseconds) at the latest. */
interface Stretch {
  readonly from: Moment;
  readonly to: Moment | undefined;
  readonly until: number;
}

export class Timeline {
  /** The moments in the order of isBefore. Numbers only and no holes, or the engine makes it an array of objects. */
  private numbers = NONE;
  private lastPlace = Number.NEGATIVE_INFINITY;
  /** A small whole number, which is no object as the time itself would be. */
  private readonly ordinal: number;
  /** Milliseconds from the start of the period to the seating before which all was let go; small whole numbers both. */
  private keptFrom = WHOLE;
  private trimmed = 0;

  /** @param period its start, as of periodOf */
  constructor(period: number) {
    this.ordinal = period / VISIT_MAX_MS;
  }

  /** Start of the period, epoch milliseconds. */
  get period(): number {
    return this.ordinal * VISIT_MAX_MS;
  }

  /** Roughly how much memory it takes. */
  get bytes(): number {
    const { length } = this.numbers;
    if (length <= EXACT_MAX * NUMBERS) return PERIOD_BYTES + length * EXACT_NUMBER_BYTES;
    return PERIOD_BYTES + ROOM_BYTES + length * NUMBER_BYTES;
  }

  /** The moment at this place, if there is one; not if it was let go. */
  at(place: number): Moment | undefined {
    const { numbers } = this;
    if (place > this.lastPlace) return undefined;
    for (let i = numbers.length - NUMBERS; i >= 0; i -= NUMBERS) if (numbers[i] === place) return this.moment(i);
    return undefined;
  }

  /** How many moments stand at lower places, with those that were let go, which all do. */
  countBelow(place: number): number {
    const { numbers } = this;
    let count = numbers.length / NUMBERS + this.trimmed;
    if (place > this.lastPlace) return count;
    for (let i = 0; i < numbers.length; i += NUMBERS) if (numbers[i]! >= place) count--;
    return count;
  }

  /**
   * Lets go of what happened before the last seating that is earlier than a time, if that is half of all: to do it for less would
   * cost more than it gives.
   *
   * @param time epoch milliseconds
   * @param durableBelow every moment at a place below has a row that the tables cannot lose, and every moment that is put from now
   *   on stands at a higher place
   */
  trim(time: number, durableBelow: number): void {
    const { numbers } = this;
    const half = Math.ceil(numbers.length / NUMBERS / 2) * NUMBERS;
    // Mostly too little happened before then, and one look has to tell: these moments are in no cache of the processor.
    if (half === 0 || this.timeAt(half - NUMBERS) >= time) return;
    const end = this.indexOfTime(time);
    let kept = 0;
    for (let i = 0; i < end && numbers[i]! < durableBelow; i += NUMBERS) {
      if (kindAt(numbers, i) === 'seated') kept = i;
    }
    if (kept < half) return;
    this.trimmed += kept / NUMBERS;
    this.keptFrom = this.timeAt(kept) - this.period;
    this.numbers = numbers.slice(kept);
  }

  /**
   * Whether nothing was let go that momentsBeside may ask of this period for a moment that is put next; of two at one time it says no.
   *
   * @param time of a moment of this period or one beside it, epoch milliseconds
   */
  suffices(kind: Moment['kind'], time: number): boolean {
    const since = time - this.period;
    return since > this.keptFrom || (since < 0 && kind === 'completed');
  }

  /**
   * Puts back what was let go.
   *
   * @param durable at least every moment that has a durable row; others that are in memory stay
   */
  complete(durable: readonly Moment[]): void {
    const held = new Map<number, Moment>();
    for (let i = 0; i < this.numbers.length; i += NUMBERS) held.set(this.numbers[i]!, this.moment(i));
    this.numbers = NONE;
    this.keptFrom = WHOLE;
    this.trimmed = 0;
    for (const moment of durable) {
      const { place, hi, lo } = moment;
      const known = held.get(place);
      assertSame(known === undefined || (known.hi === hi && known.lo === lo), place);
      held.delete(place);
      this.add(moment);
    }
    for (const moment of held.values()) this.add(moment);
  }

  /** @param moment of this period, at a place where there is none yet */
  add(moment: Moment): void {
    const { place, hi, lo } = moment;
    const index = this.indexBehind(moment);
    const end = this.numbers.length;
    if (end < EXACT_MAX * NUMBERS) this.numbers = this.numbers.concat(ONE_MORE);
    else this.numbers.push(place, place, place, place);
    const { numbers } = this;
    for (let i = end - 1; i >= index; i--) numbers[i + NUMBERS] = numbers[i]!;
    numbers[index] = place;
    numbers[index + STAMP] = this.stampOf(moment);
    numbers[index + HI] = hi;
    numbers[index + LO] = lo;
    if (place > this.lastPlace) this.lastPlace = place;
  }

  /** The last seating before the moment among those at lower places, as far back as a visit may have begun. */
  seatingBefore(moment: Moment): Moment | undefined {
    const from = this.indexOfTime(moment.time - VISIT_MAX_MS);
    return this.lastOf('seated', from, this.indexBehind(moment), moment.place);
  }

  /** The first seating after the moment among those at lower places, as far ahead as a visit may last. */
  seatingAfter(moment: Moment): Moment | undefined {
    const { numbers } = this;
    const end = this.indexOfTime(moment.time + VISIT_MAX_MS + 1);
    for (let i = this.indexBehind(moment); i < end; i += NUMBERS) {
      if (kindAt(numbers, i) === 'seated' && numbers[i]! < moment.place) return this.moment(i);
    }
    return undefined;
  }

  /** The last payment among those at places below. */
  lastPayment(stretch: Stretch, below: number): Moment | undefined {
    return this.lastOf('paid', this.indexBehind(stretch.from), this.endOf(stretch), below);
  }

  /** Adds to `found` what happened and is not a seating, as far as it stands at a place below. */
  gather(stretch: Stretch, below: number, found: Moment[]): void {
    const { numbers } = this;
    const end = this.endOf(stretch);
    for (let i = this.indexBehind(stretch.from); i < end; i += NUMBERS) {
      if (kindAt(numbers, i) !== 'seated' && numbers[i]! < below) found.push(this.moment(i));
    }
  }

  private lastOf(kind: Moment['kind'], from: number, end: number, below: number): Moment | undefined {
    const { numbers } = this;
    for (let i = end - NUMBERS; i >= from; i -= NUMBERS) {
      if (kindAt(numbers, i) === kind && numbers[i]! < below) return this.moment(i);
    }
    return undefined;
  }

  private endOf({ to, until }: Stretch): number {
    const end = this.indexOfTime(until + 1);
    return to === undefined ? end : Math.min(end, this.indexBehind(to));
  }

  /** The index of the first moment that is not before the given one, which may be of another period. */
  private indexBehind(moment: Moment): number {
    return this.indexOf(Math.floor(this.stampOf(moment) / STAMPS_PER_RANK), moment.hi, moment.lo);
  }

  /** The index of the first moment at this time or later. */
  private indexOfTime(time: number): number {
    const { period } = this;
    return time <= period ? 0 : this.indexOf((time - period) * (STAMPS_PER_MS / STAMPS_PER_RANK), 0, 0);
  }

  /** Most are looked for at the end, so the end is looked at first. */
  private indexOf(rank: number, hi: number, lo: number): number {
    const { numbers } = this;
    let high = numbers.length / NUMBERS;
    if (high === 0 || isBelow(numbers, (high - 1) * NUMBERS, rank, hi, lo)) return high * NUMBERS;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBelow(numbers, middle * NUMBERS, rank, hi, lo)) low = middle + 1;
      else high = middle;
    }
    return low * NUMBERS;
  }

  private stampOf({ time, kind, utc_offset_minutes: offset }: Moment): number {
    return (time - this.period) * STAMPS_PER_MS + KIND_NUMBERS[kind] * OFFSETS + offset + OFFSET_ZERO;
  }

  /** Epoch milliseconds. */
  private timeAt(index: number): number {
    return this.period + Math.floor(this.numbers[index + STAMP]! / STAMPS_PER_MS);
  }

  private moment(index: number): Moment {
    const { numbers } = this;
    const stamp = numbers[index + STAMP]!;
    return {
      place: numbers[index]!,
      kind: kindAt(numbers, index),
      time: this.timeAt(index),
      utc_offset_minutes: (stamp % OFFSETS) - OFFSET_ZERO,
      hi: numbers[index + HI]!,
      lo: numbers[index + LO]!,
    };
  }
}

/**
 * What there is to know of a new moment's visit: the seatings beside it, and of what happened between them that which
 * decides what the moment changes. Only what came before it (in place).
 *
 * @param periods its own first, then those beside it
 */
export function momentsBeside(periods: readonly Timeline[], added: Moment): Moment[] {
  const { kind, time, place } = added;
  let before: Moment | undefined;
  // What its own period does not hold may be in the one before, and in no other.
  for (const period of periods) before ??= period.seatingBefore(added);
  if (kind === 'completed') return before === undefined ? [] : [before];
  if (kind === 'paid' && before === undefined) return [];
  let after: Moment | undefined;
  for (const period of periods) after ??= period.seatingAfter(added);
  const found: Moment[] = [];
  if (before !== undefined) found.push(before);
  if (after !== undefined) found.push(after);
  if (kind === 'seated') {
    const stretch = { from: before ?? added, to: after, until: time + VISIT_MAX_MS };
    for (const period of periods) period.gather(stretch, place, found);
  } else if (before !== undefined) {
    const stretch = { from: before, to: after, until: before.time + VISIT_MAX_MS };
    for (const period of periods) {
      const paid = period.lastPayment(stretch, place);
      if (paid !== undefined) found.push(paid);
    }
  }
  return found;
}

function kindAt(numbers: readonly number[], index: number): Moment['kind'] {
  return KINDS[(numbers[index + STAMP]! / OFFSETS) & 3]!;
}

/** As isBefore, of the moment at an index and what is given. */
function isBelow(numbers: readonly number[], index: number, rank: number, hi: number, lo: number): boolean {
  const own = Math.floor(numbers[index + STAMP]! / STAMPS_PER_RANK);
  if (own !== rank) return own < rank;
  const ownHi = numbers[index + HI]!;
  return ownHi === hi ? numbers[index + LO]! < lo : ownHi < hi;
}
