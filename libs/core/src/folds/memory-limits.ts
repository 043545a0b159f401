/** How much a fold keeps in memory of what is written: what is not is kept whatever there is of it. */
export interface MemoryLimits {
  /** Orders; devices and collectors as many again, each. */
  readonly ordersMax: number;
  /** Tables (of guests) in a period of six hours. */
  readonly periodsMax: number;
  /** Aggregate rows. */
  readonly cellsMax: number;
  /** Roughly how many bytes orders take; devices and collectors as many again, together. Without: any. */
  readonly ordersBytesMax?: number | undefined;
  readonly periodsBytesMax?: number | undefined;
  readonly cellsBytesMax?: number | undefined;
  /**
   * How long (milliseconds of log time) what happened at a table stays in memory while the table does; the last visit before then stays
   * in any case. Without: as long as the table.
   */
  readonly momentsKeptMs?: number | undefined;
}
