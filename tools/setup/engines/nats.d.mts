import type { ChildProcess } from 'node:child_process';

/** The version that is built when none is there. */
export const NATS_VERSION: string;

/**
 * The path of a nats-server: NATS_SERVER_PATH, one on PATH that is new enough, or one built with Go and kept in the cache.
 * Throws an Error that says what to install when none can be had.
 *
 * @param say is told what takes long
 */
export function provisionNats(say?: (sentence: string) => void): Promise<string>;

export interface NatsServerOptions {
  /** Where the server keeps its data, its configuration and its output; made when missing. */
  readonly directory: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Bytes on disk that all streams together may take, such as '64MB'. Default: the server's own. */
  readonly maxFileStore?: string;
  /** More of nats-server's configuration, such as an authorization block. */
  readonly config?: string;
}

export interface NatsServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Asks the server to end, makes it end when it does not, and resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a nats-server with JetStream on 127.0.0.1 that syncs every message, and resolves when it answers. May be started
 * again on the same directory and port after it was stopped.
 */
export function startNats(options: NatsServerOptions): Promise<NatsServer>;
