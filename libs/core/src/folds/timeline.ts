/**
 * The moments of one period at a table by event time, so that a busy table's visit is found without going through all that
 * happened there in six hours.
 */
import { isBefore, type Moment, VISIT_MAX_MS } from './visit.js';

export class Timeline {
  /** Both in the order of isBefore. */
  private readonly seatings: Moment[] = [];
  private readonly others: Moment[] = [];

  add(moment: Moment): void {
    const list = moment.kind === 'seated' ? this.seatings : this.others;
    list.splice(firstBehind(list, moment), 0, moment);
  }

  /** The last seating before the moment among those at lower places. */
  seatingBefore(moment: Moment): Moment | undefined {
    const { seatings } = this;
    for (let i = firstBehind(seatings, moment) - 1; i >= 0; i--) {
      if (seatings[i]!.place < moment.place) return seatings[i];
    }
    return undefined;
  }

  /** The first seating after the moment among those at lower places. */
  seatingAfter(moment: Moment): Moment | undefined {
    const { seatings } = this;
    for (let i = firstBehind(seatings, moment); i < seatings.length; i++) {
      if (seatings[i]!.place < moment.place) return seatings[i];
    }
    return undefined;
  }

  /** Adds to `found` what happened between two seatings, as far as it stands at a place below. */
  gather(from: Moment, to: Moment | undefined, below: number, found: Moment[]): void {
    const { others } = this;
    for (let i = firstBehind(others, from); i < others.length; i++) {
      const moment = others[i]!;
      if (to !== undefined && !isBefore(moment, to)) return;
      if (moment.time - from.time > 2 * VISIT_MAX_MS) return;
      if (moment.place < below) found.push(moment);
    }
  }
}

/**
 * What there is to know of a new moment's visit: the seatings beside it, and what happened between them. Only what came before
 * it (in place) in these periods, which may stand in any order.
 */
export function momentsBeside(periods: readonly { readonly timeline: Timeline }[], added: Moment): Moment[] {
  let before: Moment | undefined;
  let after: Moment | undefined;
  for (const { timeline } of periods) {
    const earlier = timeline.seatingBefore(added);
    if (earlier !== undefined && (before === undefined || isBefore(before, earlier))) before = earlier;
    const later = timeline.seatingAfter(added);
    if (later !== undefined && (after === undefined || isBefore(later, after))) after = later;
  }
  // A visit that began so long ago is over, whatever follows.
  if (before !== undefined && added.time - before.time > VISIT_MAX_MS) before = undefined;
  const found: Moment[] = [];
  if (before !== undefined) found.push(before);
  if (after !== undefined) found.push(after);
  const from = before ?? (added.kind === 'seated' ? added : undefined);
  if (from !== undefined) for (const { timeline } of periods) timeline.gather(from, after, added.place, found);
  return found;
}

/** The index of the first moment that is not before the given one. Most are added at the end, so the end is looked at first. */
function firstBehind(list: readonly Moment[], moment: Moment): number {
  let high = list.length;
  if (high === 0 || isBefore(list[high - 1]!, moment)) return high;
  let low = 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(list[middle]!, moment)) low = middle + 1;
    else high = middle;
  }
  return low;
}
