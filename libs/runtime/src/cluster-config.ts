/** Where the engines of a cluster are, and how a process makes itself known to them. */
import { hostname } from 'node:os';
import { choice, type Environment, given, integer, list, matching } from './environment.js';

/** Files that a connection with TLS needs. Absent: no TLS. */
export interface TlsFiles {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** The log: NATS JetStream. */
export interface NatsConfig {
  readonly servers: readonly string[];
  readonly nkeySeedFile: string | undefined;
  readonly credentialsFile: string | undefined;
  readonly tls: TlsFiles | undefined;
  /** Begins the names of streams, subjects and buckets, so that several installations share one NATS. */
  readonly prefix: string;
  /** Copies of each stream, on as many servers. */
  readonly replicas: number;
}

export const CONSISTENCIES = ['LOCAL_QUORUM', 'QUORUM', 'LOCAL_ONE', 'ONE', 'ALL'] as const;

/** The tables: ScyllaDB, or another database that speaks CQL. */
export interface CqlConfig {
  /** host:port */
  readonly contactPoints: readonly string[];
  readonly localDataCenter: string;
  readonly keyspace: string;
  readonly replicationFactor: number;
  readonly username: string | undefined;
  readonly passwordFile: string | undefined;
  readonly tls: TlsFiles | undefined;
  readonly consistency: (typeof CONSISTENCIES)[number];
  /** How long the database may take to sync what it answered; 0: it is on disk when it answers. Milliseconds. */
  readonly syncMs: number;
}

export interface ClusterConfig {
  /** Name of this process among the members of its role: must be its own. */
  readonly memberName: string;
  /** How long a start waits for the engines, and for the migrator's work, before it gives up. Milliseconds. */
  readonly enginesWaitMs: number;
  readonly nats: NatsConfig;
  readonly cql: CqlConfig;
}

export function readClusterConfig(env: Environment): ClusterConfig {
  return {
    memberName:
      matching(env, 'MEMBER_NAME', /^[A-Za-z0-9_-]{1,100}$/, 'be letters, digits, dashes and underscores') ??
      `${hostname()
        .replace(/[^A-Za-z0-9_-]/g, '-')
        .slice(0, 80)}-${process.pid}`,
    enginesWaitMs: integer(env, 'ENGINES_WAIT_SECONDS', 300, 0, 86_400) * 1000,
    nats: {
      servers: list(
        env,
        'NATS_URL',
        'nats://127.0.0.1:4222',
        /^(nats|tls):\/\/[^\s@/]+$/,
        'be addresses such as nats://host:4222, separated by commas; credentials come from files',
      ),
      nkeySeedFile: given(env, 'NATS_NKEY_SEED_FILE'),
      credentialsFile: given(env, 'NATS_CREDS_FILE'),
      tls: tlsOf(given(env, 'NATS_TLS_CA_FILE'), given(env, 'NATS_TLS_CERT_FILE'), given(env, 'NATS_TLS_KEY_FILE')),
      prefix: matching(env, 'LOG_PREFIX', /^[A-Za-z0-9-]{0,32}$/, 'be letters, digits and dashes') ?? '',
      replicas: integer(env, 'LOG_REPLICAS', 1, 1, 5),
    },
    cql: {
      contactPoints: list(
        env,
        'CQL_CONTACT_POINTS',
        '127.0.0.1:9042',
        /^[^\s:]+:\d{1,5}$/,
        'be addresses such as host:9042, separated by commas',
      ),
      localDataCenter: given(env, 'CQL_LOCAL_DATACENTER') ?? 'datacenter1',
      keyspace:
        matching(env, 'CQL_KEYSPACE', /^[a-z][a-z0-9_]{0,47}$/, 'be lower-case letters, digits and underscores') ??
        'ticketrail',
      replicationFactor: integer(env, 'CQL_REPLICATION_FACTOR', 1, 1, 9),
      username: given(env, 'CQL_USERNAME'),
      passwordFile: given(env, 'CQL_PASSWORD_FILE'),
      tls: tlsOf(given(env, 'CQL_TLS_CA_FILE'), given(env, 'CQL_TLS_CERT_FILE'), given(env, 'CQL_TLS_KEY_FILE')),
      consistency: choice(env, 'CQL_CONSISTENCY', CONSISTENCIES, 'LOCAL_QUORUM'),
      syncMs: integer(env, 'TABLES_SYNC_MS', 12_000, 0, 600_000),
    },
  };
}

function tlsOf(
  caFile: string | undefined,
  certFile: string | undefined,
  keyFile: string | undefined,
): TlsFiles | undefined {
  if (caFile === undefined && certFile === undefined && keyFile === undefined) return undefined;
  return {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
}
