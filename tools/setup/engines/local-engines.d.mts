import type { Cassandra } from './cassandra.mjs';
import type { NatsServer } from './nats.mjs';

export interface LocalEnginesOptions {
  /** Where both keep their data; they may be started again on it. */
  readonly directory: string;
  /** Free ones where they are not given. */
  readonly natsPort?: number;
  readonly cqlPort?: number;
  /** Of Cassandra. */
  readonly heapMb?: number;
  /** Is told what takes long. */
  readonly say?: (text: string) => void;
}

export interface LocalEngines {
  readonly nats: NatsServer;
  readonly cassandra: Cassandra;
  /** What NATS_URL is to be. */
  readonly natsUrl: string;
  /** What CQL_CONTACT_POINTS is to be. */
  readonly cqlContactPoint: string;
  /** Ends both; resolves when they are gone. */
  stop(): Promise<void>;
}

/** Gets what is missing, once; throws an Error that says what to install when it cannot be had. */
export function provisionEngines(say?: (text: string) => void): Promise<void>;

export function startEngines(options: LocalEnginesOptions): Promise<LocalEngines>;
