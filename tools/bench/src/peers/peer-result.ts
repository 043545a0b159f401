/** What the product and each peer made of the same events and the same questions. */
export interface QueryTimes {
  readonly p50: number;
  readonly p95: number;
}

export interface PeerResult {
  readonly name: string;
  /** Why it could not be measured; undefined when it was. The other fields are then empty. */
  readonly problem: string | undefined;
  /** How quickly the events it holds were loaded. */
  readonly loadPerSecond: number;
  /** From the moment an event was due to the moment an answer contained it, while events came in. Milliseconds. */
  readonly freshness: QueryTimes;
  /** Events that were due and not yet taken when the questions ended: more than a moment's worth means it does not keep up. */
  readonly behindEvents: number;
  /** Milliseconds, from asking to having read the answer. */
  readonly queries: readonly ({ readonly name: string } & QueryTimes)[];
  /** Whether a repeated event was counted once. */
  readonly countsOnce: boolean;
}

export interface PeersResult {
  /** Held before the questions, and coming in a second while they are asked. */
  readonly events: number;
  readonly rate: number;
  readonly peers: readonly PeerResult[];
}
