/** Counts situations, so that a run can show that it met what it claims to be proof against. */
export class Sometimes {
  private readonly counts = new Map<string, number>();

  saw(situation: string): void {
    this.counts.set(situation, (this.counts.get(situation) ?? 0) + 1);
  }

  add(other: Iterable<readonly [situation: string, count: number]>): void {
    for (const [situation, count] of other) this.counts.set(situation, (this.counts.get(situation) ?? 0) + count);
  }

  /** Those of the list that never occurred. */
  missing(situations: readonly string[]): string[] {
    return situations.filter((situation) => !this.counts.has(situation));
  }

  [Symbol.iterator](): IterableIterator<[string, number]> {
    return [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1))[Symbol.iterator]();
  }
}
