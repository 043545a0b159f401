/**
 * A set of 64-bit identities, each with a position: typed arrays with open addressing and linear probing, 16 bytes a slot at a
 * load of at most one half. So an identity costs 32 to 64 bytes once there are 128, and half as much again while the table
 * grows. A Map costs three to six times that, and there are millions of them.
 */
export class IdentityTable {
  private mask!: number;
  private halves!: Uint32Array;
  private seqs!: Float64Array;
  size = 0;

  constructor() {
    this.resize(256);
  }

  /** What its slots take up. */
  get bytes(): number {
    return this.seqs.length * SLOT_BYTES;
  }

  /** Position of the entry in which the identity was first settled, or 0. Positions begin at 1. */
  find(hi: number, lo: number): number {
    const { mask, halves, seqs } = this;
    for (let i = lo & mask; ; i = (i + 1) & mask) {
      const seq = seqs[i]!;
      if (seq === 0 || (halves[i * 2] === hi && halves[i * 2 + 1] === lo)) return seq;
    }
  }

  add(hi: number, lo: number, seq: number): void {
    if (this.size * 2 >= this.seqs.length) this.grow();
    const { mask, halves, seqs } = this;
    let i = lo & mask;
    while (seqs[i] !== 0) i = (i + 1) & mask;
    halves[i * 2] = hi;
    halves[i * 2 + 1] = lo;
    seqs[i] = seq;
    this.size++;
  }

  /** Empties it, keeping its room where that is small. */
  clear(): void {
    if (this.size === 0) return;
    if (this.seqs.length > ROOM_KEPT_MAX) this.resize(ROOM_KEPT_MAX);
    else this.seqs.fill(0);
    this.size = 0;
  }

  each(visit: (hi: number, lo: number, seq: number) => void): void {
    const { halves, seqs } = this;
    for (let i = 0; i < seqs.length; i++) if (seqs[i] !== 0) visit(halves[i * 2]!, halves[i * 2 + 1]!, seqs[i]!);
  }

  private grow(): void {
    const { halves, seqs } = this;
    this.resize(seqs.length * 2);
    this.size = 0;
    for (let i = 0; i < seqs.length; i++) if (seqs[i] !== 0) this.add(halves[i * 2]!, halves[i * 2 + 1]!, seqs[i]!);
  }

  private resize(capacity: number): void {
    this.mask = capacity - 1;
    this.halves = new Uint32Array(capacity * 2);
    this.seqs = new Float64Array(capacity);
  }
}

/** Two halves and a position. */
const SLOT_BYTES = 16;

/** Slots that `clear` keeps. */
const ROOM_KEPT_MAX = 4_096;
