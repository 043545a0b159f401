/**
 * Adds rows of an aggregate table up into groups. Every report begins here, whether its rows come from memory or from the
 * tables, so that a figure has one formula.
 */
import { Sketch, type EncodedSketch } from '../sketch.js';
import type { AggregateTable } from '../tables/aggregate.js';
import type { Row } from '../tables/spec.js';

export class Group {
  readonly sums: number[];
  readonly labels: (string | null)[];
  private labelTime = Number.NEGATIVE_INFINITY;
  private readonly sketches: Sketch[];

  constructor(
    private readonly table: AggregateTable,
    /** Values of the columns the rows were grouped by. */
    readonly by: readonly (string | number)[],
  ) {
    this.sums = table.sums.map(() => 0);
    this.labels = table.labels.map(() => null);
    this.sketches = table.sketches.map(() => new Sketch());
  }

  add(row: Row): void {
    const { sums, labels, sketches } = this.table;
    for (let i = 0; i < sums.length; i++) this.sums[i]! += row[sums[i]!] as number;
    for (let i = 0; i < sketches.length; i++) this.sketches[i]!.merge(row[sketches[i]!] as EncodedSketch);
    if (labels.length > 0) this.relabel(row);
  }

  /** As a cell does: the labels of the later time stay, and of two at one time the greater, so that the order of rows does not matter. */
  private relabel(row: Row): void {
    const { labels } = this.table;
    const time = row['label_time'] as number;
    if (time < this.labelTime) return;
    for (let i = 0; i < labels.length; i++) {
      const label = row[labels[i]!] as string | null;
      if (time > this.labelTime || (label !== null && label > (this.labels[i] ?? ''))) this.labels[i] = label;
    }
    this.labelTime = time;
  }

  sum(name: string): number {
    return this.sums[this.table.sums.indexOf(name)]!;
  }

  label(name: string): string | null {
    return this.labels[this.table.labels.indexOf(name)] ?? null;
  }

  sketch(name: string): Sketch {
    return this.sketches[this.table.sketches.indexOf(name)]!;
  }
}

/** Groups by the columns named (members, or the bucket), in the order in which the groups first occur. */
export function groupRows(table: AggregateTable, rows: Iterable<Row>, by: readonly string[]): Group[] {
  const groups = new Map<string | number, Group>();
  const single = by.length === 1 ? by[0]! : undefined;
  for (const row of rows) {
    const key =
      single === undefined ? by.map((column) => row[column]).join('\u0000') : (row[single] as string | number);
    let group = groups.get(key);
    if (group === undefined) {
      groups.set(
        key,
        (group = new Group(
          table,
          by.map((column) => row[column] as string | number),
        )),
      );
    }
    group.add(row);
  }
  return [...groups.values()];
}
