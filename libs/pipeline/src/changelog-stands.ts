/**
 * How far the changelog was heard, by partition, and what follows from that for rows that were read from the tables beside it.
 *
 * The proof: rows are whole and carry their positions, so what is read and what is heard may be mixed in any order. A change
 * says from which position on it tells everything. Rows read from the tables are complete up to the checkpoint that was there
 * before they were read. So if that checkpoint is not below the place from which on every change was heard and kept, nothing lies
 * between the two, and the rows are complete up to the last change.
 */
import type { RowsChange } from './codec.js';

/** How far a partition's figures have come. */
export interface PartitionStand {
  seq: number;
  logTime: number;
  ingest: number;
}

/** By partition: what some rows were read up to, and what they need. */
export interface Coverage {
  /** Changes up to these positions were not kept: the tables must have been complete up to there. */
  readonly from: readonly number[];
  /** The checkpoints before the tables were read. */
  loaded: readonly PartitionStand[];
  /** Where the rows stood when a hole came; used until the tables have closed it. */
  readonly beforeHole: PartitionStand[];
}

export class ChangelogStands {
  /** Every change behind `unbroken` and up to here was heard. */
  private readonly heard: PartitionStand[];
  private readonly unbroken: number[];

  constructor(partitions: number) {
    this.heard = Array.from({ length: partitions }, nowhere);
    this.unbroken = this.heard.map(() => 0);
  }

  /** Positions up to which changes were heard. */
  get positions(): number[] {
    return this.heard.map(({ seq }) => seq);
  }

  /** A coverage by rows of which nothing was read yet. */
  coverage(from: readonly number[]): Coverage {
    return { from, loaded: this.heard.map(nowhere), beforeHole: this.heard.map(nowhere) };
  }

  /** Whether something went by unheard before this change. */
  misses(partition: number, change: Pick<RowsChange, 'from'>): boolean {
    return change.from > this.heard[partition]!.seq;
  }

  /** Goes on with a change. When something was missed, `all` are those who have to know where they stood. */
  hear(partition: number, change: RowsChange, all: Iterable<Coverage>): void {
    if (this.misses(partition, change)) {
      for (const coverage of all) coverage.beforeHole[partition] = this.standOf(coverage, partition);
      this.unbroken[partition] = change.from;
    }
    const { seq, logTime, ingest } = change;
    if (seq >= this.heard[partition]!.seq) this.heard[partition] = { seq, logTime, ingest };
  }

  /** Whether nothing is missing between what was read and what was heard. */
  covers(coverage: Coverage): boolean {
    return this.heard.every((_, partition) => this.joins(coverage, partition));
  }

  /** Whether tables that are complete up to these positions have all that such rows need. */
  suffices(checkpoints: readonly PartitionStand[], { from }: Pick<Coverage, 'from'>): boolean {
    return checkpoints.every(({ seq }, partition) => seq >= Math.max(from[partition]!, this.unbroken[partition]!));
  }

  /** Up to where the rows are complete. Nothing is claimed over a hole. */
  standsOf(coverage: Coverage): PartitionStand[] {
    return this.heard.map((_, partition) => this.standOf(coverage, partition));
  }

  private standOf(coverage: Coverage, partition: number): PartitionStand {
    const upTo = this.joins(coverage, partition) ? this.heard[partition]! : coverage.beforeHole[partition]!;
    return { ...later(upTo, coverage.loaded[partition]!) };
  }

  private joins({ from, loaded }: Coverage, partition: number): boolean {
    return loaded[partition]!.seq >= Math.max(from[partition]!, this.unbroken[partition]!);
  }
}

/** By partition the later of two stands. */
export function laterStands(a: readonly PartitionStand[], b: readonly PartitionStand[]): PartitionStand[] {
  return a.map((stand, partition) => later(stand, b[partition]!));
}

function later(a: PartitionStand, b: PartitionStand): PartitionStand {
  return b.seq > a.seq ? b : a;
}

function nowhere(): PartitionStand {
  return { seq: 0, logTime: 0, ingest: 0 };
}
