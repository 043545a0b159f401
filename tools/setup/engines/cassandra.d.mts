import type { ChildProcess } from 'node:child_process';

export interface CassandraOptions {
  /** Keeps everything; may be started again. */
  readonly directory: string;
  /** Of CQL; a free one where it is not given. */
  readonly port?: number;
  readonly heapMb?: number;
  /** `periodic` (the default) answers a write at once and syncs every second; `group` answers it when it is on disk. */
  readonly commitLogSync?: 'group' | 'batch' | 'periodic';
  /** Is told what takes long. */
  readonly say?: (text: string) => void;
}

export interface Cassandra {
  /** host:port of CQL. */
  readonly contactPoint: string;
  readonly port: number;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Ends it in order; answers when it is gone. */
  stop(): Promise<void>;
  /** Ends it as kill -9 does; answers when it is gone. */
  kill(): Promise<void>;
}

/** What the services are to be told of a Cassandra with `periodic`. */
export const TABLES_SYNC_MS: number;

export function provisionCassandra(
  say?: (text: string) => void,
): Promise<{ classpath: string; java: string; archive: string | undefined }>;
export function startCassandra(options: CassandraOptions): Promise<Cassandra>;
