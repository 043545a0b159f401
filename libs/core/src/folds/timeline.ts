/**
 * The moments of one period at a table by event time, so that a busy table's visit is found without going through all
 * that happened there in six hours.
 *
 * Hundreds of thousands of them are in memory and hardly ever looked at again; as objects, each would be marked at every
 * collection of garbage. So they are numbers in one plain array, which the collector does not look into, and a Moment is
 * made of those few that a visit depends on.
 */
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

  /** @param period its start, as of periodOf */
  constructor(period: number) {
    this.ordinal = period / VISIT_MAX_MS;
  }

  /** Start of the period, epoch milliseconds. */
  get period(): number {
    return this.ordinal * VISIT_MAX_MS;
  }

  /** The moment at this place, if there is one. */
  at(place: number): Moment | undefined {
    const { numbers } = this;
    if (place > this.lastPlace) return undefined;
    for (let i = numbers.length - NUMBERS; i >= 0; i -= NUMBERS) if (numbers[i] === place) return this.moment(i);
    return undefined;
  }

  /** How many moments stand at lower places. */
  countBelow(place: number): number {
    const { numbers } = this;
    let count = numbers.length / NUMBERS;
    if (place > this.lastPlace) return count;
    for (let i = 0; i < numbers.length; i += NUMBERS) if (numbers[i]! >= place) count--;
    return count;
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

  private moment(index: number): Moment {
    const { numbers } = this;
    const stamp = numbers[index + STAMP]!;
    return {
      place: numbers[index]!,
      kind: kindAt(numbers, index),
      time: this.period + Math.floor(stamp / STAMPS_PER_MS),
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
