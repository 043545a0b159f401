/**
 * Changes of tenants that are not in memory, kept until the tables vouch for them: who is loaded then needs no checkpoint that is
 * still to come, which may take half a minute. Keeping them costs a look at each group of rows and no more.
 */
import type { PackedRows } from '@ticketrail/core';
import type { RowsChange } from './codec.js';

interface Kept {
  readonly seq: number;
  readonly shard: number;
  readonly groups: readonly PackedRows[];
  readonly rows: number;
}

export class ChangelogTail {
  /** By partition, in the order in which they were heard. */
  private kept: Kept[][];
  /** By partition: what of a change up to this position was dropped. */
  private readonly from: number[];
  private rowCount = 0;

  /** @param rowsMax rows that are kept; beyond it the oldest go, and a load has to wait for the tables */
  constructor(
    partitions: number,
    private readonly rowsMax: number,
  ) {
    this.kept = Array.from({ length: partitions }, () => []);
    this.from = this.kept.map(() => 0);
  }

  /** Rows kept. */
  get size(): number {
    return this.rowCount;
  }

  /** By partition: changes behind these positions are here, those up to them may not be. */
  get since(): readonly number[] {
    return this.from;
  }

  /** Keeps the groups of a change. */
  keep(partition: number, { seq, shard }: RowsChange, groups: readonly PackedRows[]): void {
    if (seq <= this.from[partition]! || groups.length === 0) return;
    const rows = groups.reduce((sum, group) => sum + group[3].length, 0);
    this.kept[partition]!.push({ seq, shard, groups, rows });
    this.rowCount += rows;
    if (this.rowCount > this.rowsMax) this.kept.forEach((_, each) => this.dropHalf(each));
  }

  /** The tables vouch for everything up to these positions. */
  drop(positions: readonly number[]): void {
    positions.forEach((seq, partition) => this.dropThrough(partition, seq));
  }

  /** What is kept of the tenant. */
  *of(tenant: string): Iterable<readonly [shard: number, group: PackedRows]> {
    for (const changes of this.kept) {
      for (const { shard, groups } of changes) {
        for (const group of groups) if (group[1] === tenant) yield [shard, group];
      }
    }
  }

  private dropHalf(partition: number): void {
    const changes = this.kept[partition]!;
    const middle = changes[changes.length >> 1];
    if (middle !== undefined) this.dropThrough(partition, middle.seq);
  }

  private dropThrough(partition: number, seq: number): void {
    if (seq <= this.from[partition]!) return;
    this.from[partition] = seq;
    // Positions may go back when a writer begins again at its checkpoint: so every change is looked at.
    this.kept[partition] = this.kept[partition]!.filter((change) => {
      if (change.seq > seq) return true;
      this.rowCount -= change.rows;
      return false;
    });
  }
}
