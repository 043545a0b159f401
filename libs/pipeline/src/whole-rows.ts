/**
 * Rows of one tenant in one table that has more than one member, or sketches, or days: as they were published. A row becomes
 * an object when somebody first asks for it, and stays the same object until it changes.
 */
import {
  type AggregateTable,
  packedLayout,
  type PackedLayout,
  type PackedRow,
  type Row,
  unpackRow,
  type Value,
} from '@ticketrail/core';

type Member = string | number;

interface Held {
  packed: PackedRow;
  row: Row | undefined;
}

/** Of one shard and bucket. By the first member, then by the text of the others where the table has any. */
interface Part {
  readonly shard: number;
  readonly alone: Map<Member, Held>;
  readonly together: Map<Member, Map<string, Held>>;
}

export class WholeRows {
  /** By bucket, then shard. */
  private readonly buckets = new Map<number, Part[]>();
  /** By bucket, then the members but the first. */
  private readonly mixes = new Map<number, Map<string, { readonly packed: PackedRow; readonly sums: Float64Array }>>();
  private readonly layout: PackedLayout;
  private readonly isAlone: boolean;

  constructor(
    private readonly table: AggregateTable,
    private readonly tenant: string,
  ) {
    this.layout = packedLayout(table);
    this.isAlone = table.members.length === 1;
  }

  /** Rows held. */
  get size(): number {
    let sum = 0;
    for (const parts of this.buckets.values()) {
      for (const { alone, together } of parts) {
        sum += alone.size;
        for (const rows of together.values()) sum += rows.size;
      }
    }
    return sum;
  }

  /** Keeps each of the bucket's rows unless a later one of the same key is here. */
  take(shard: number, bucket: number, rows: readonly PackedRow[]): void {
    const part = this.partOf(shard, bucket);
    for (const row of rows) {
      const first = row[0] as Member;
      if (this.isAlone) {
        this.keep(part.alone, first, row);
        continue;
      }
      let others = part.together.get(first);
      if (others === undefined) part.together.set(first, (others = new Map()));
      const key = this.otherMembers(row);
      const before = this.keep(others, key, row);
      if (before !== null) this.add(bucket, key, row, before);
    }
  }

  /** Rows with from ≤ bucket < to, of one location where it is given. */
  *rows(from: number, to: number, location: string | undefined): Iterable<Row> {
    for (const [bucket, parts] of this.buckets) {
      if (bucket < from || bucket >= to) continue;
      for (const part of parts) for (const held of heldIn(part, location)) yield this.rowOf(held, bucket, part.shard);
    }
  }

  /** Lets go of the buckets that begin before `from`. */
  forgetBefore(from: number): void {
    for (const bucket of this.buckets.keys()) if (bucket < from) this.buckets.delete(bucket);
    for (const bucket of this.mixes.keys()) if (bucket < from) this.mixes.delete(bucket);
  }

  /** Rows with from ≤ bucket < to, of all shards, added up over the first member where the table has others: a few. */
  *added(from: number, to: number): Iterable<Row> {
    for (const [bucket, mix] of this.mixes) {
      if (bucket < from || bucket >= to) continue;
      for (const { packed, sums } of mix.values()) {
        const row: Record<string, Value> = { [this.table.bucket]: bucket };
        for (let i = 1; i < this.table.members.length; i++) row[this.table.members[i]!] = packed[i] as Member;
        this.table.sums.forEach((sum, i) => (row[sum] = sums[i]!));
        yield row;
      }
    }
  }

  /** The row that was there before, undefined without one, null where it stays. */
  private keep<Key>(rows: Map<Key, Held>, key: Key, packed: PackedRow): PackedRow | undefined | null {
    const held = rows.get(key);
    const { applied } = this.layout;
    if (held === undefined) {
      rows.set(key, { packed, row: undefined });
      return undefined;
    }
    if ((held.packed[applied] as number) > (packed[applied] as number)) return null;
    const before = held.packed;
    held.packed = packed;
    held.row = undefined;
    return before;
  }

  /** Adds to `added` what the row has more than the one before it. */
  private add(bucket: number, others: string, packed: PackedRow, before: PackedRow | undefined): void {
    let mix = this.mixes.get(bucket);
    if (mix === undefined) this.mixes.set(bucket, (mix = new Map()));
    let one = mix.get(others);
    if (one === undefined) mix.set(others, (one = { packed, sums: new Float64Array(this.table.sums.length) }));
    const first = this.layout.numbers;
    for (let i = 0; i < one.sums.length; i++) {
      one.sums[i]! += (packed[first + i] as number) - ((before?.[first + i] ?? 0) as number);
    }
  }

  private rowOf(held: Held, bucket: number, shard: number): Row {
    return (held.row ??= unpackRow(this.table, this.tenant, bucket, shard, held.packed));
  }

  private otherMembers(row: PackedRow): string {
    let text = '';
    for (let i = 1; i < this.table.members.length; i++) text += `${row[i] as Member}\u0000`;
    return text;
  }

  private partOf(shard: number, bucket: number): Part {
    let parts = this.buckets.get(bucket);
    if (parts === undefined) this.buckets.set(bucket, (parts = []));
    let part = parts.find((one) => one.shard === shard);
    if (part === undefined) parts.push((part = { shard, alone: new Map(), together: new Map() }));
    return part;
  }
}

function* heldIn({ alone, together }: Part, first: Member | undefined): Iterable<Held> {
  if (first === undefined) {
    yield* alone.values();
    for (const rows of together.values()) yield* rows.values();
    return;
  }
  const held = alone.get(first);
  if (held !== undefined) yield held;
  const rows = together.get(first);
  if (rows !== undefined) yield* rows.values();
}
