import { readFileSync } from 'node:fs';
import cassandra from 'cassandra-driver';

/** How to reach a database that speaks CQL. */
export interface CqlConnection {
  /** host or host:port; 9042 where no port is given. */
  readonly contactPoints: readonly string[];
  /** The data centre that this process is in: only its nodes are asked. */
  readonly localDataCenter: string;
  readonly username?: string;
  readonly password?: string;
  /** Paths of PEM files. */
  readonly tls?: { readonly caFile: string; readonly certFile?: string; readonly keyFile?: string };
  /** How long one request may take, in milliseconds. */
  readonly requestTimeoutMs?: number;
}

const REQUEST_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A node that came back is used after at most this long. */
const RECONNECT_MS_MIN = 250;
const RECONNECT_MS_MAX = 5_000;
/** An idle connection that does not answer this often is seen to be gone. */
const HEARTBEAT_MS = 5_000;

/** A client that is not connected yet. */
export function clientOf(
  connection: CqlConnection & { readonly keyspace?: string },
  protocolOptions: { readonly maxSchemaAgreementWaitSeconds?: number } = {},
): cassandra.Client {
  const { contactPoints, localDataCenter, keyspace, username, password, tls } = connection;
  const { reconnection } = cassandra.policies;
  const hosts = new HostsSeen({ localDc: localDataCenter });
  const client = new cassandra.Client({
    contactPoints: [...contactPoints],
    localDataCenter,
    ...(keyspace === undefined ? {} : { keyspace }),
    protocolOptions,
    ...(username === undefined ? {} : { credentials: { username, password: password ?? '' } }),
    ...(tls === undefined ? {} : { sslOptions: tlsOptions(tls) }),
    policies: {
      loadBalancing: hosts,
      reconnection: new reconnection.ExponentialReconnectionPolicy(RECONNECT_MS_MIN, RECONNECT_MS_MAX, false),
    },
    pooling: { heartBeatInterval: HEARTBEAT_MS },
    socketOptions: {
      readTimeout: connection.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
    },
    monitorReporting: { enabled: false },
  } as cassandra.DseClientOptions);
  hostsOf.set(client, hosts);
  return client;
}

/** Remembers every host that the driver has made, also those that it has replaced since. */
class HostsSeen extends cassandra.policies.loadBalancing.DefaultLoadBalancingPolicy {
  readonly hosts = new Set<cassandra.Host>();

  override getDistance(host: cassandra.Host): cassandra.types.distance {
    this.hosts.add(host);
    return super.getDistance(host);
  }
}

const hostsOf = new WeakMap<cassandra.Client, HostsSeen>();

/**
 * Disconnects, for good: when a node has been away, driver 4.10 may have made a second host of it, and would go on connecting
 * to the first one for ever. So each host that it ever made is shut down.
 */
export async function disconnect(client: cassandra.Client): Promise<void> {
  await client.shutdown();
  const hosts = [...(hostsOf.get(client)?.hosts ?? [])] as (cassandra.Host & { shutdown?(): Promise<void> })[];
  await Promise.all(hosts.map((host) => host.shutdown?.()));
}

function tlsOptions(tls: NonNullable<CqlConnection['tls']>): object {
  return {
    rejectUnauthorized: true,
    ca: [readFileSync(tls.caFile)],
    ...(tls.certFile === undefined ? {} : { cert: readFileSync(tls.certFile) }),
    ...(tls.keyFile === undefined ? {} : { key: readFileSync(tls.keyFile) }),
  };
}
