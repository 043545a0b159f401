import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

  /** Stops it in the middle of whatever it does, and answers when it is stopped. */
  async pause(): Promise<void> {
    process.kill(this.server.pid, 'SIGSTOP');
    // Its first thread takes the signal when it gets a processor; on a busy machine the others answer a write until then.
    while (!(await isStopped(this.server.pid))) await sleep(10);
  }

  wake(): void {
    process.kill(this.server.pid, 'SIGCONT');
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

/** Whether no thread of a process runs any more. Only Linux tells; elsewhere a second has to do. */
async function isStopped(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return sleep(1_000, true);
  const threads = await readdir(`/proc/${pid}/task`);
  const states = await Promise.all(
    threads.map(async (thread) => {
      // A thread may have ended since.
      const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => '');
      // The state follows the name, which is in brackets and may have some itself.
      return stat.slice(stat.lastIndexOf(')') + 2)[0];
    }),
  );
  return states.every((state) => state === 'T');
}
