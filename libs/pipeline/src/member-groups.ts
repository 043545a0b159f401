/**
 * Members that have several numbers, since rows of theirs are of several shards (an item that is sold everywhere), as one each.
 */
import { type KeptList, placesOf, type Totals } from '@ticketrail/core';
import type { Labels } from './labels.js';

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
  totals(
    labels: Labels,
    { sums, rowCounts, kept }: { sums: readonly Float64Array[]; rowCounts: Float64Array; kept: KeptList },
  ): Totals {
    return {
      kept,
      members: this.members,
      labelOf: (label, member) => this.labelOf(labels, label, member),
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
  labelOf(labels: Labels, label: number, member: number): string | null {
    const { texts, times } = labels;
    const numbers = this.numbers[member]!;
    if (numbers.length === 1) return texts[label]![numbers[0]!]!;
    let found: string | null = null;
    let time = Number.NEGATIVE_INFINITY;
    for (const number of numbers) {
      const one = texts[label]![number]!;
      const labelTime = times[number]!;
      if (labelTime > time || (labelTime === time && one !== null && one > (found ?? ''))) found = one;
      time = Math.max(time, labelTime);
    }
    return found;
  }
}
