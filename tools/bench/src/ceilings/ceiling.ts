/** What this machine does at most in one part of the work. */
export type CeilingId =
  | 'node-http-1'
  | 'fastify-1'
  | 'node-http-100'
  | 'fastify-100'
  | 'json'
  | 'sync'
  | 'normalise'
  | 'settle'
  | 'fold'
  | 'lmdb-rows'
  | 'jetstream-publish'
  | 'jetstream-consume'
  | 'cql-rows';

export interface Ceiling {
  readonly id: CeilingId;
  readonly name: string;
  /** Events a second; syncs a second for `sync`. */
  readonly perSecond: number;
  /** CPU of the process that does it, per event. For HTTP the server's; the client's is not counted. */
  readonly cpuMicroseconds: number;
  /** CPU of the engine it uses, per event; undefined where it uses none. */
  readonly engineCpuMicroseconds?: number;
}

/** Something could not be measured, and why. */
export interface Unmeasured {
  readonly name: string;
  readonly reason: string;
}

export interface Prototype {
  /** Events a second that it was asked for, and that it was sent. */
  readonly asked: number;
  readonly rate: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly cpuMicrosecondsPerEvent: Readonly<Record<string, number>>;
}

export interface Ceilings {
  readonly measured: readonly Ceiling[];
  readonly unmeasured: readonly Unmeasured[];
}
