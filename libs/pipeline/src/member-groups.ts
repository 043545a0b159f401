/**
 * Members that have several numbers, since rows of theirs are of several shards (an item that is sold everywhere), as one each.
 */
import { placesOf, type Totals, type Value } from '@ticketrail/core';

/** What is known of a number. */
export interface Labelled {
  readonly labels: readonly Value[];
  /** The time they are of. */
  readonly labelTime: number;
}

export class MemberGroups {
  readonly members: string[] = [];
  /** By group its numbers. */
  private readonly numbers: number[][] = [];
  private readonly groups = new Map<string, number>();
  private readonly groupOf: number[] = [];
  private places: Int32Array = new Int32Array(0);

  /** Numbers are given out one after the other. */
  join(member: string, number: number): void {
    let group = this.groups.get(member);
    if (group === undefined) {
      this.groups.set(member, (group = this.members.length));
      this.members.push(member);
      this.numbers.push([]);
    }
    this.numbers[group]!.push(number);
    this.groupOf[number] = group;
  }

  /** Columns by number as columns by member. */
  totals(known: readonly Labelled[], sums: readonly Float64Array[], rowCounts: Float64Array): Totals {
    return {
      members: this.members,
      labelOf: (label, member) => this.labelOf(known, label, member),
      sums: sums.map((column) => this.grouped(column)),
      rowCounts: this.grouped(rowCounts),
      places: this.sorted(),
    };
  }

  /** How many members there are. */
  get size(): number {
    return this.members.length;
  }

  memberOf(number: number): number {
    return this.groupOf[number]!;
  }

  /** The place of each member among all, sorted. */
  sorted(): Int32Array {
    if (this.places.length !== this.members.length) this.places = placesOf(this.members);
    return this.places;
  }

  private grouped(column: Float64Array): Float64Array {
    // Where each has one number, a number is a member.
    if (this.members.length === this.groupOf.length) return column;
    const grouped = new Float64Array(this.members.length);
    for (let number = 0; number < this.groupOf.length; number++) {
      grouped[this.groupOf[number]!]! += column[number]!;
    }
    return grouped;
  }

  /** As of one number, or of several the later ones, and of those at one time the greater: see Group in core. */
  labelOf(known: readonly Labelled[], label: number, member: number): string | null {
    let found: string | null = null;
    let time = Number.NEGATIVE_INFINITY;
    for (const number of this.numbers[member]!) {
      const { labels, labelTime } = known[number]!;
      const one = (labels[label] ?? null) as string | null;
      if (labelTime > time || (labelTime === time && one !== null && one > (found ?? ''))) found = one;
      time = Math.max(time, labelTime);
    }
    return found;
  }
}
