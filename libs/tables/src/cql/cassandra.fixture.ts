import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fileURLToPath } from 'node:url';
import type { TableSpec } from '@ticketrail/core';
import { clientOf, type CqlConnection } from './connection.js';
import { CqlTables, type CqlTablesOptions } from './cql-tables.js';
import { migrate } from './migrate.js';
import { ddlOf } from './schema.js';

interface Server {
  readonly contactPoint: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
}
interface Setup {
  startCassandra(options: {
    directory: string;
    port?: number;
    heapMb?: number;
    commitLogSync?: 'group';
  }): Promise<Server>;
}

/** How long a Cassandra may take to be downloaded and started. */
export const START_MS_MAX = 240_000;

/** What it answered is on disk: tests kill it. */
const SETTINGS = { heapMb: 768, commitLogSync: 'group' } as const;

/** A Cassandra of one test file, in a directory of its own. */
export class CassandraFixture {
  private keyspaces = 0;

  private constructor(
    readonly directory: string,
    private readonly setup: Setup,
    private server: Server,
  ) {}

  static async start(): Promise<CassandraFixture> {
    const path = fileURLToPath(new URL('../../../../tools/setup/engines/cassandra.mjs', import.meta.url));
    const setup = (await import(pathToFileURL(path).href)) as Setup;
    const directory = await mkdtemp(join(tmpdir(), 'ticketrail-cassandra-'));
    return new CassandraFixture(directory, setup, await setup.startCassandra({ directory, ...SETTINGS }));
  }

  get connection(): CqlConnection {
    return { contactPoints: [this.server.contactPoint], localDataCenter: 'datacenter1' };
  }

  get pid(): number {
    return this.server.pid;
  }

  nextKeyspace(): string {
    this.keyspaces += 1;
    return `test_${this.keyspaces}`;
  }

  /** New, empty tables in a keyspace of their own. */
  async create(specs: readonly TableSpec[], keyspace = this.nextKeyspace()): Promise<CqlTablesOptions> {
    const cql = specs.map((table) => `${ddlOf(table)};\n`).join('\n');
    await migrate({
      ...this.connection,
      keyspace,
      replication: { datacenter1: 1 },
      migrations: [{ version: 1, name: 'tables', cql }],
      specs,
    });
    return { ...this.connection, keyspace, specs };
  }

  async open(specs: readonly TableSpec[]): Promise<CqlTables> {
    return CqlTables.open(await this.create(specs));
  }

  /** Rows of any query, as a person at the database would see them. */
  async ask(query: string): Promise<Record<string, unknown>[]> {
    const client = clientOf(this.connection);
    try {
      return (await client.execute(query)).rows as unknown as Record<string, unknown>[];
    } finally {
      await client.shutdown();
    }
  }

  async killAndRestart(): Promise<void> {
    await this.server.kill();
    this.server = await this.setup.startCassandra({ directory: this.directory, port: this.server.port, ...SETTINGS });
  }

  async stop(): Promise<void> {
    await this.server.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}
