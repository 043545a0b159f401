import { Queue } from '../queue.js';

export interface CachedRow {
  /** Set while there are changes that were not yet taken to be written. */
  toWrite: boolean;
  /** Set at every use, cleared when the cache looks for rows to let go. */
  used: boolean;
  /** Roughly how much memory it takes. */
  readonly bytes: number;
}

/** What rows of one kind take in memory, and how much that may be; several caches may have one in common. */
export class HeldBytes {
  bytes = 0;

  /** @param max kept once the rows are written */
  constructor(readonly max = Number.POSITIVE_INFINITY) {}

  /** Whether much more is held than is to be kept, as it has to be durable before it may go. */
  get isCrowded(): boolean {
    return this.bytes > this.max * CROWDED_SHARE;
  }
}

const CROWDED_SHARE = 1.25;

export interface CacheLimits {
  /** Rows kept once they are written; rows not yet written are kept whatever their number and size. */
  readonly rowsMax: number;
  readonly held: HeldBytes;
}

/**
 * Bounded maps of rows in memory that know when a miss needs no read.
 *
 * `coversSince` is a time in log time: every row none of whose events can have been settled at or before it would be in memory
 * if it existed, so a miss means that the row is new. Letting a row go moves it forward.
 */
export abstract class BoundedRows<State extends CachedRow> {
  /** The next one to be looked at first. A row that was replaced by another stays until its turn. */
  private readonly queue = new Queue<State>();
  /** Rows that are still to be looked at in this round. */
  private toLook = 0;
  /** Index in the queue of the row to be trimmed next. */
  private trimmedTo = 0;
  private coversSince: number;

  /**
   * @param coversSince log time (epoch ms) at which folding began with nothing in memory; −Infinity at the beginning of an epoch
   * @param earliestOf the log time before which none of the row's events can have been settled
   */
  constructor(
    coversSince: number,
    private readonly limits: CacheLimits,
    private readonly earliestOf: (state: State) => number,
  ) {
    this.coversSince = coversSince;
  }

  /** Rows in memory. */
  get size(): number {
    return this.queue.length;
  }

  /** Whether a row that is not in memory cannot exist, when none of its events can have been settled before `earliest` (log time). */
  isNew(earliest: number): boolean {
    return this.coversSince === Number.NEGATIVE_INFINITY || earliest > this.coversSince;
  }

  /**
   * Begins a round of letting go: each row is looked at once. Only once every row that was changed before the last round ended,
   * and is not marked `toWrite`, is durable.
   */
  beginRound(): void {
    this.toLook = this.size;
  }

  /**
   * Goes on with the round: lets go of written rows that were not used since they were looked at last, until what is left is
   * within the limits.
   *
   * @param looksMax rows to look at now: looking at all of a large cache in one go is a moment in which nothing else happens
   * @returns how many were looked at
   */
  letGo(looksMax: number): number {
    let looks = 0;
    while (looks < looksMax && !this.isRoundOver) {
      looks++;
      this.toLook--;
      const state = this.queue.shift()!;
      if (state.toWrite || state.used) {
        // A second chance: to the back of the queue.
        state.used = false;
        this.queue.push(state);
      } else {
        this.remove(state);
        this.limits.held.bytes -= state.bytes;
        this.coversSince = Math.max(this.coversSince, this.earliestOf(state));
      }
    }
    this.trimmedTo = Math.max(0, this.trimmedTo - looks);
    return looks;
  }

  get isRoundOver(): boolean {
    const { rowsMax, held } = this.limits;
    return this.toLook === 0 || (this.size <= rowsMax && held.bytes <= held.max);
  }

  /**
   * Goes on through all rows, again and again, and makes them smaller.
   *
   * @param looks rows to look at now
   */
  trim(looks: number, trim: (state: State) => void): void {
    for (let i = Math.min(looks, this.size); i > 0; i--) {
      if (this.trimmedTo >= this.size) this.trimmedTo = 0;
      const state = this.queue.at(this.trimmedTo++)!;
      const { bytes } = state;
      trim(state);
      this.limits.held.bytes += state.bytes - bytes;
    }
  }

  /** A row in memory takes so many more bytes than it did. */
  grow(bytes: number): void {
    this.limits.held.bytes += bytes;
  }

  /** The row is in memory from now on. */
  protected enqueue(state: State): void {
    this.queue.push(state);
    this.grow(state.bytes);
  }

  /** Forgets the row, if it is the one that is found under its key. */
  protected abstract remove(state: State): void;
}

/** Rows that are found by one text. */
export class RowCache<State extends CachedRow> extends BoundedRows<State> {
  private readonly rows = new Map<string, State>();

  /** @param keyOf the text under which a row is found; the others as in BoundedRows */
  constructor(
    coversSince: number,
    limits: CacheLimits,
    earliestOf: (state: State) => number,
    private readonly keyOf: (state: State) => string,
  ) {
    super(coversSince, limits, earliestOf);
  }

  get(key: string): State | undefined {
    return this.rows.get(key);
  }

  set(key: string, state: State): void {
    this.rows.set(key, state);
    this.enqueue(state);
  }

  protected override remove(state: State): void {
    const key = this.keyOf(state);
    if (this.rows.get(key) === state) this.rows.delete(key);
  }
}

/** Any of them, to let rows go. */
export type LettingGo = Pick<BoundedRows<never>, 'beginRound' | 'letGo' | 'isRoundOver'>;

/** As `earliestOf` for rows whose key says nothing about time: once one was let go, any other that is missing has to be read. */
export const ANY_TIME = (): number => Number.POSITIVE_INFINITY;
