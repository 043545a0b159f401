/**
 * The engines of a cluster: the log on NATS JetStream, the tables on a CQL database.
 *
 * Services open what is there; only the migrator makes anything. Two services that registered an epoch at once would each write
 * with a clock of its own.
 */
import { readFileSync } from 'node:fs';
import { connectNats, createMembership, JetStreamEventLog, NatsMembership } from '@ticketrail/log';
import { type Epoch, findEpoch, openEpoch } from '@ticketrail/pipeline';
import { type Config, ConfigError, SystemClock, type TlsFiles } from '@ticketrail/runtime';
import { CqlTables, migrate } from '@ticketrail/tables';
import { NatsControl } from './control.js';
import type { Engines, LogEngine } from './engines.js';
import { NatsHealth } from './nats-health.js';
import { OwnedPartitions } from './owned-partitions.js';
import { registerTablesMetrics } from './tables-metrics.js';

export type ClusterRole = 'collector' | 'enricher' | 'aggregator' | 'api';
type NatsConnection = Awaited<ReturnType<typeof connectNats>>;

/** One attempt; whoever waits for engines says between attempts what is missing. Milliseconds. */
const CONNECT_MS_MAX = 2_000;

/** The log cannot be opened by a service before the migrator has done its work. */
export class EpochMissing extends Error {
  readonly code = 'EPOCH_MISSING';
}

/** The log of a service that needs nothing else. */
export async function openClusterLog(config: Config, role: ClusterRole): Promise<LogEngine> {
  const connection = await connect(config, role);
  const log = await openLog(config, connection);
  const health = new NatsHealth(connection);
  return {
    log,
    control: new NatsControl(connection, config.cluster.nats.prefix, inboxOf(role)),
    problem: () => health.problem(),
    registerMetrics: (metrics) => health.registerMetrics(metrics),
    close: once(() => closeLog(connection, log)),
  };
}

/** Log, tables and the epoch that joins them. Throws EpochMissing before the migrator has registered it. */
export async function openClusterEngines(config: Config, role: ClusterRole): Promise<Engines> {
  const connection = await connect(config, role);
  const log = await openLog(config, connection);
  let tables: CqlTables | undefined;
  try {
    tables = await openTables(config);
    const epoch = await findEpoch(log, tables, log.partitions);
    if (epoch === undefined) throw new EpochMissing('no epoch is registered for the log; the migrator registers it');
    const membership = await NatsMembership.open(connection, {
      member: config.cluster.memberName,
      partitions: epoch.partitions,
      prefix: config.cluster.nats.prefix,
    });
    const control = new NatsControl(connection, config.cluster.nats.prefix, inboxOf(role));
    return assemble(connection, control, log, tables, epoch, membership);
  } catch (error) {
    await tables?.close();
    await closeLog(connection, log);
    throw error;
  }
}

/** Makes what services need and is not there yet: streams, schema, the epoch. For one process at a time. */
export async function prepareCluster(config: Config): Promise<Epoch> {
  const connection = await connect(config, 'migrator');
  try {
    const { nats, cql } = config.cluster;
    const log = await JetStreamEventLog.create(connection, {
      prefix: nats.prefix,
      partitions: config.partitions,
      replicas: nats.replicas,
      // A settled event is longer than what came in, and must find room when nothing more is taken.
      bytesMax: Math.floor(config.logBytesMax / 3),
      eventsBytesMax: Math.floor((config.logBytesMax * 2) / 3),
    });
    await createMembership(connection, { prefix: nats.prefix, replicas: nats.replicas });
    await migrate({
      ...cqlConnection(config),
      keyspace: cql.keyspace,
      replication: { [cql.localDataCenter]: cql.replicationFactor },
    });
    const tables = await openTables(config);
    try {
      return await openEpoch(log, tables, new SystemClock(), log.partitions);
    } finally {
      await tables.close();
      log.close();
    }
  } finally {
    await connection.close();
  }
}

function assemble(
  connection: NatsConnection,
  control: NatsControl,
  log: JetStreamEventLog,
  tables: CqlTables,
  epoch: Epoch,
  membership: NatsMembership,
): Engines {
  const health = new NatsHealth(connection);
  return {
    log,
    control,
    tables,
    epoch,
    membership: new OwnedPartitions(membership),
    problem: () => health.problem() ?? tables.problem(),
    registerMetrics: (metrics) => {
      health.registerMetrics(metrics);
      registerTablesMetrics(metrics, tables);
    },
    // Rows vanish by themselves when their time is over.
    sweep: async () => undefined,
    close: once(async () => {
      await tables.close();
      await closeLog(connection, log);
    }),
  };
}

/** Where each service has a user of its own, it may listen to its own answers only. */
function inboxOf(role: string): string {
  return `_INBOX.${role}`;
}

function connect({ cluster }: Config, role: string): Promise<NatsConnection> {
  const { servers, nkeySeedFile, credentialsFile, tls } = cluster.nats;
  return connectNats({
    servers,
    name: `${role} ${cluster.memberName}`,
    inboxPrefix: inboxOf(role),
    connectMsMax: CONNECT_MS_MAX,
    ...(nkeySeedFile === undefined ? {} : { nkeySeedFile }),
    ...(credentialsFile === undefined ? {} : { credentialsFile }),
    ...(tls === undefined ? {} : { tls }),
  });
}

async function openLog({ cluster, partitions }: Config, connection: NatsConnection): Promise<JetStreamEventLog> {
  try {
    return await JetStreamEventLog.open(connection, { prefix: cluster.nats.prefix, partitions });
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function closeLog(connection: NatsConnection, log: JetStreamEventLog): Promise<void> {
  log.close();
  await connection.close();
}

function openTables(config: Config): Promise<CqlTables> {
  const { keyspace, consistency, syncMs } = config.cluster.cql;
  return CqlTables.open({ ...cqlConnection(config), keyspace, consistency, syncMs });
}

function cqlConnection({ cluster }: Config) {
  const { contactPoints, localDataCenter, username, passwordFile, tls } = cluster.cql;
  return {
    contactPoints,
    localDataCenter,
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: readSecret('CQL_PASSWORD_FILE', passwordFile) }),
    ...(tls === undefined ? {} : { tls: withAuthority(tls) }),
  };
}

function withAuthority({ caFile, ...others }: TlsFiles): TlsFiles & { caFile: string } {
  if (caFile === undefined)
    throw new ConfigError('CQL_TLS_CA_FILE is not set, and CQL_TLS_CERT_FILE or CQL_TLS_KEY_FILE is');
  return { caFile, ...others };
}

function readSecret(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new ConfigError(`${variable} ${file} cannot be read`, { cause });
  }
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => (closed ??= close());
}
