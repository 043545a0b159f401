/** What the product and each peer made of the same events and the same questions. */
export interface Times {
  readonly p50: number;
  readonly p95: number;
}

export interface QueryResult extends Times {
  readonly name: string;
  readonly p99: number;
  readonly count: number;
  /** Of the body of an answer; null where a peer answers in rows. */
  readonly bytes: number | null;
}

export interface PeerResult {
  readonly name: string;
  /** Why it could not be measured; undefined when it was. The other fields are then empty. */
  readonly problem: string | undefined;
  /** How quickly the events it holds were loaded. */
  readonly loadPerSecond: number;
  /** From the moment an event was due to the moment an answer contained it, while events came in. Milliseconds. */
  readonly freshness: Times;
  /** Events that were due and not yet taken when the questions ended: more than a moment's worth means it does not keep up. */
  readonly behindEvents: number;
  /** Milliseconds, from when a question was due to having read the answer. */
  readonly queries: readonly QueryResult[];
  /** Questions that were due and not asked by the end, because those before them were not answered. */
  readonly unasked: number;
  /** Whether a repeated event was counted once. */
  readonly countsOnce: boolean;
}

export interface PeersResult {
  /** Held before the questions, and coming in a second while they are asked. */
  readonly events: number;
  readonly rate: number;
  /** Questions a second. */
  readonly asks: number;
  readonly peers: readonly PeerResult[];
}
