/**
 * A bounded map of rows in memory that knows when a miss needs no read.
 *
 * `coversSince` is a time in log time: every row none of whose events can have been settled at or before it would be in memory
 * if it existed, so a miss means that the row is new. Letting a row go moves it forward.
 */
export class RowCache<State extends { toWrite: boolean; used: boolean }> {
  private readonly rows = new Map<string, State>();
  private coversSince: number;

  /**
   * @param coversSince log time (epoch ms) at which folding began with nothing in memory; −Infinity at the beginning of an epoch
   * @param rowsMax rows kept once they are written; rows not yet written are kept whatever their number
   */
  constructor(
    coversSince: number,
    private readonly rowsMax: number,
  ) {
    this.coversSince = coversSince;
  }

  get size(): number {
    return this.rows.size;
  }

  get(key: string): State | undefined {
    return this.rows.get(key);
  }

  set(key: string, state: State): void {
    this.rows.set(key, state);
  }

  /** Whether a row that is not in memory cannot exist, when none of its events can have been settled before `earliest` (log time). */
  isNew(earliest: number): boolean {
    return this.coversSince === Number.NEGATIVE_INFINITY || earliest > this.coversSince;
  }

  /**
   * Lets go of written rows that were not used lately until there are at most `rowsMax`. To be called when every row that is
   * not marked `toWrite` is durable.
   *
   * @param earliestOf the log time before which none of the row's events can have been settled
   */
  evict(earliestOf: (state: State) => number): void {
    let look = this.rows.size;
    for (const [key, state] of this.rows) {
      if (this.rows.size <= this.rowsMax || look-- <= 0) return;
      this.rows.delete(key);
      if (state.toWrite || state.used) {
        // A second chance: to the back of the queue.
        state.used = false;
        this.rows.set(key, state);
      } else {
        this.coversSince = Math.max(this.coversSince, earliestOf(state));
      }
    }
  }
}
