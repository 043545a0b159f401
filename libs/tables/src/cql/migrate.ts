import cassandra from 'cassandra-driver';
import { TABLES, type TableSpec } from '@ticketrail/core';
import { checkSchema } from './check-schema.js';
import { clientOf, disconnect, type CqlConnection } from './connection.js';
import { checksumOf, readMigrations, statementsOf, type Migration } from './migrations.js';
import { Requests } from './requests.js';
import { forCassandra } from './schema.js';

/** A migration that was applied has another text now. What it did cannot be known from here: restore it, and add a new one. */
export class MigrationChanged extends Error {
  readonly code = 'MIGRATION_CHANGED';
}

/** The database was migrated by a newer version than this one. */
export class DatabaseNewer extends Error {
  readonly code = 'DATABASE_NEWER';
}

/** Nodes did not come to agree on the schema in time. Running the migrator again goes on where it stopped. */
export class SchemaNotAgreed extends Error {
  readonly code = 'SCHEMA_NOT_AGREED';
}

export interface MigrateOptions extends CqlConnection {
  readonly keyspace: string;
  /** How many copies each data centre keeps, by its name. Only used when the keyspace is created. */
  readonly replication: Readonly<Record<string, number>>;
  /** Default: those of the repository. */
  readonly migrations?: readonly Migration[];
  /** What must be there at the end. Default: every table of core. */
  readonly specs?: readonly TableSpec[];
}

export interface MigrateResult {
  /** Versions that this run applied. */
  readonly applied: readonly number[];
  /** Version of the database now. */
  readonly version: number;
}

const DDL_TIMEOUT_MS = 30_000;
const SCHEMA_AGREEMENT_SECONDS = 30;

/**
 * Brings a database to this version of the code, creating its keyspace if need be: applies what has not been applied, in order,
 * each when all nodes agree on the one before. Two at a time do no harm; a run that was interrupted goes on with the next.
 * Data is never touched.
 *
 * Throws MigrationChanged, DatabaseNewer, SchemaNotAgreed, SchemaMissing (the migrations do not add up to the tables of the
 * code), TablesUnavailable, TablesRefused.
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  const { keyspace, ...reached } = options;
  const migrations = options.migrations ?? (await readMigrations());
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(keyspace)) throw new TypeError(`${keyspace} cannot be the name of a keyspace`);
  const requests = new Requests({ inFlightMax: 1, attemptsMax: 5, backoffMs: 200 });
  const connection = { ...reached, requestTimeoutMs: DDL_TIMEOUT_MS };
  let client = clientOf(connection, { maxSchemaAgreementWaitSeconds: SCHEMA_AGREEMENT_SECONDS });
  const run = (cql: string): Promise<void> => runStatement(client, requests, cql);
  try {
    await requests.send('Connecting', () => client.connect());
    await run(keyspaceCql(keyspace, options.replication));
    await disconnect(client);
    // Unqualified names belong to the keyspace of the connection, which has to be there to connect to it.
    client = clientOf({ ...connection, keyspace }, { maxSchemaAgreementWaitSeconds: SCHEMA_AGREEMENT_SECONDS });
    await requests.send('Connecting', () => client.connect());
    await run(registryCql);

    const applied = await pendingOf(client, requests, migrations);
    for (const migration of applied) {
      for (const statement of statementsOf(migration.cql)) await run(statement);
      await record(client, requests, migration);
    }
    await checkSchema(client, requests, keyspace, options.specs ?? TABLES);
    return { applied: applied.map(({ version }) => version), version: migrations.length };
  } finally {
    await disconnect(client);
  }
}

const registryCql =
  'CREATE TABLE IF NOT EXISTS schema_migrations (component text, version int, name text, checksum text, applied_at timestamp, ' +
  "PRIMARY KEY (component, version)) WITH comment = 'Which steps of the schema were applied.'";

/** Everything is of one component, so that one partition holds all versions. */
const COMPONENT = 'tables';

function keyspaceCql(keyspace: string, replication: MigrateOptions['replication']): string {
  const copies = Object.entries(replication).map(([datacenter, factor]) => {
    if (!/^[\w.-]+$/.test(datacenter) || !Number.isInteger(factor) || factor < 1) {
      throw new TypeError(`${datacenter}: ${factor} is not a data centre and its number of copies`);
    }
    return `, '${datacenter}': ${factor}`;
  });
  if (copies.length === 0) throw new TypeError('Some data centre must keep the data');
  return `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = {'class': 'NetworkTopologyStrategy'${copies.join('')}} AND durable_writes = true`;
}

async function pendingOf(
  client: cassandra.Client,
  requests: Requests,
  migrations: readonly Migration[],
): Promise<Migration[]> {
  const query = 'SELECT version, name, checksum FROM schema_migrations WHERE component = ?';
  const consistency = cassandra.types.consistencies.localQuorum;
  const { rows } = await requests.send('Reading which migrations were applied', () =>
    client.execute(query, [COMPONENT], { prepare: true, isIdempotent: true, consistency }),
  );
  const checksums = new Map<number, string>();
  for (const row of rows) {
    const version = row['version'] as number;
    checksums.set(version, row['checksum'] as string);
    if (version > migrations.length) {
      throw new DatabaseNewer(
        `The database is of version ${version} (${String(row['name'])}), this code knows ${migrations.length}: use newer code`,
      );
    }
  }
  return migrations.filter((migration) => {
    const applied = checksums.get(migration.version);
    if (applied === undefined || applied === checksumOf(migration)) return applied === undefined;
    throw new MigrationChanged(
      `Migration ${migration.version} (${migration.name}) was applied with another text: restore it, and add a new one`,
    );
  });
}

async function record(client: cassandra.Client, requests: Requests, migration: Migration): Promise<void> {
  const insert =
    'INSERT INTO schema_migrations (component, version, name, checksum, applied_at) VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?';
  const { version, name } = migration;
  const now = new Date();
  const params = [COMPONENT, version, name, checksumOf(migration), now, now.getTime() * 1000];
  const consistency = cassandra.types.consistencies.localQuorum;
  await requests.send('Recording a migration', () =>
    client.execute(insert, params, { prepare: true, isIdempotent: true, consistency }),
  );
}

async function runStatement(client: cassandra.Client, requests: Requests, cql: string): Promise<void> {
  const result = await requests.send('A change of the schema', () => executeOnce(client, cql));
  // The driver says so, although its types do not.
  if ((result?.info as { isSchemaInAgreement?: boolean } | undefined)?.isSchemaInAgreement === false) {
    throw new SchemaNotAgreed(`The nodes did not agree on the schema within ${SCHEMA_AGREEMENT_SECONDS} s`);
  }
}

/** A column that is there already was added by a run that ended before it could say so, or by one beside this one. */
async function executeOnce(client: cassandra.Client, cql: string): Promise<cassandra.types.ResultSet | undefined> {
  try {
    return await client.execute(cql, [], { isIdempotent: true });
  } catch (error) {
    const reworded = forCassandra(cql);
    if (reworded !== cql && isConfigError(error)) return client.execute(reworded, [], { isIdempotent: true });
    const [, table = '', column = ''] = /^ALTER TABLE (\w+) ADD (\w+) \w+$/i.exec(cql) ?? [];
    if (column === '' || !(error instanceof cassandra.errors.ResponseError)) throw error;
    const query =
      'SELECT type FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ? AND column_name = ?';
    const there = await client.execute(query, [client.keyspace, table, column], { prepare: true, isIdempotent: true });
    if (there.rowLength === 0) throw error;
    return undefined;
  }
}

/** An option of a table that the database does not know, or asks for. */
function isConfigError(error: unknown): boolean {
  const { responseErrorCodes } = cassandra.types;
  return error instanceof cassandra.errors.ResponseError && error.code === responseErrorCodes.configError;
}
