/** Rows that were answered and are not on disk yet. */

export interface EncodedRow {
  readonly key: Buffer;
  /** How many of the key's first bytes are those of its partition. */
  readonly partitionBytes: number;
  readonly value: Buffer;
  readonly clock: number;
}

/**
 * The rows of one sync, each key once, found by key and by partition. Partitions are kept apart because a scan is always of one,
 * and would otherwise have to look through all rows.
 */
export class UnsyncedRows {
  private readonly partitions = new Map<string, Map<string, EncodedRow>>();
  private rows = 0;
  private size = 0;

  /** @param since when the first of them was answered, epoch milliseconds */
  constructor(readonly since: number) {}

  get count(): number {
    return this.rows;
  }

  /** Of keys and values. */
  get bytes(): number {
    return this.size;
  }

  get(key: Buffer, partitionBytes: number): EncodedRow | undefined {
    return this.partitions.get(nameOf(key, 0, partitionBytes))?.get(nameOf(key, partitionBytes, key.length));
  }

  /** Replaces what there was of the key. */
  set(row: EncodedRow): void {
    const { key, partitionBytes, value } = row;
    const partition = nameOf(key, 0, partitionBytes);
    let rows = this.partitions.get(partition);
    if (rows === undefined) this.partitions.set(partition, (rows = new Map()));
    const name = nameOf(key, partitionBytes, key.length);
    const replaced = rows.get(name);
    if (replaced === undefined) this.rows += 1;
    this.size += value.length - (replaced?.value.length ?? -key.length);
    rows.set(name, row);
  }

  /** The rows of a partition, in no order. */
  of(partition: Buffer): Iterable<EncodedRow> {
    return this.partitions.get(nameOf(partition, 0, partition.length))?.values() ?? [];
  }

  /**
   * All rows in the order of their keys, so that those beside each other on disk come together; but first those whose keys begin
   * with one of `ahead`.
   */
  *ordered(ahead: readonly Buffer[]): Generator<EncodedRow> {
    const beginnings = ahead.map((bytes) => nameOf(bytes, 0, bytes.length));
    const isAhead = (partition: string): boolean => beginnings.some((beginning) => partition.startsWith(beginning));
    const names = [...this.partitions.keys()].sort();
    const ordered = beginnings.length === 0 ? names : [...names.filter(isAhead), ...names.filter((n) => !isAhead(n))];
    for (const name of ordered) {
      const rows = this.partitions.get(name) ?? [];
      for (const [, row] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) yield row;
    }
  }
}

/** One character a byte, so that texts sort as the bytes do. */
function nameOf(key: Buffer, start: number, end: number): string {
  return key.toString('latin1', start, end);
}
