import cassandra from 'cassandra-driver';
import { TABLES, type Key, type Row, type SetRows, type TableSpec } from '@ticketrail/core';
import { Tables, type ClusteringRange, type RowWrite } from '@ticketrail/pipeline';
import { TablesClosed } from '../lmdb/lmdb-tables.js';
import { batchesOf, type Batch, type BatchLimits, type WritableTable } from './batches.js';
import { checkSchema } from './check-schema.js';
import { clientOf, disconnect, type CqlConnection } from './connection.js';
import { TablesBusy } from './failures.js';
import { NodeLives } from './node-lives.js';
import { type ReadableTable, Reads, type ReadSettings } from './reads.js';
import { routingKeyOf, RowCodec } from './row-codec.js';
import { Requests, type RequestLimits, type RequestStats } from './requests.js';
import { insertOf, selectManyOf, selectOf } from './statements.js';
import { ValueBytes } from './value-bytes.js';

export interface CqlTablesOptions
  extends CqlConnection, Partial<BatchLimits>, Partial<RequestLimits>, Partial<Omit<ReadSettings, 'keyspace'>> {
  readonly keyspace: string;
  /** The tables to be used; opening fails when the database does not have them. Default: every table of core. */
  readonly specs?: readonly TableSpec[];
  /** Of reads and writes, by the name CQL gives it. Default: LOCAL_QUORUM. */
  readonly consistency?: 'ONE' | 'LOCAL_ONE' | 'QUORUM' | 'LOCAL_QUORUM' | 'ALL';
  /**
   * How long the database may take to sync its commit log, and some more: twice its period is plenty. Default: 12 seconds, as
   * Cassandra and ScyllaDB sync every ten by themselves. 0 where a write is answered after the sync.
   */
  readonly syncMs?: number;
  /** Rows that may wait to be written in this process; more are refused with TablesBusy. */
  readonly rowsWaitingMax?: number;
  /** Epoch milliseconds; decides how long a row has to live. Default: the system's clock. */
  readonly now?: () => number;
}

export interface CqlTablesStats extends RequestStats {
  /** Calls. */
  readonly reads: number;
  readonly writes: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Rows handed to `write` that are not on disk yet. */
  readonly rowsWaiting: number;
  /** Nodes that this process holds a connection to, and those it does not. */
  readonly hostsUp: number;
  readonly hostsDown: number;
}

const defaults = {
  consistency: 'LOCAL_QUORUM',
  partitionRowsMax: 128,
  mixedRowsMax: 32,
  batchBytesMax: 40_000,
  inFlightMax: 64,
  attemptsMax: 5,
  backoffMs: 100,
  syncMs: 12_000,
  rowsWaitingMax: 200_000,
  keysPerReadMax: 100,
  pageRowsMax: 1_000,
  now: Date.now,
} as const;

type Settings = typeof defaults & CqlTablesOptions;

type CqlTable = WritableTable & ReadableTable;

/**
 * The tables in a database that speaks CQL: ScyllaDB or Apache Cassandra.
 *
 * A call of `write` answers when enough replicas have all of its rows; it is not one transaction. Rows are written with the
 * caller's clock and may be written again and again. They vanish by themselves when their time is over.
 */
export class CqlTables extends Tables {
  private readonly tables = new WeakMap<TableSpec, CqlTable>();
  private readonly bytes = new ValueBytes();
  private readonly requests: Requests;
  private readonly lives: NodeLives;
  private readonly query: { prepare: true; isIdempotent: true; consistency: number };
  private readonly reads: Reads;
  private readonly counts = { writes: 0, rowsWritten: 0 };
  private rowsWaiting = 0;
  private closed = false;

  private constructor(
    private readonly client: cassandra.Client,
    private readonly settings: Settings,
  ) {
    super();
    this.requests = new Requests(settings);
    this.lives = new NodeLives(client, settings.localDataCenter);
    const consistencies: Record<string, number> = {
      ONE: cassandra.types.consistencies.one,
      LOCAL_ONE: cassandra.types.consistencies.localOne,
      QUORUM: cassandra.types.consistencies.quorum,
      LOCAL_QUORUM: cassandra.types.consistencies.localQuorum,
      ALL: cassandra.types.consistencies.all,
    };
    const consistency = consistencies[settings.consistency] ?? cassandra.types.consistencies.localQuorum;
    this.query = { prepare: true, isIdempotent: true, consistency };
    this.reads = new Reads(client, this.requests, settings, this.query, (table) => this.tableOf(table));
  }

  /** Connects. Throws TablesUnavailable when no node answers, SchemaMissing when the tables are not there as they should be. */
  static async open(options: CqlTablesOptions): Promise<CqlTables> {
    const { keyspace, ...connection } = options;
    const client = clientOf(connection);
    const tables = new CqlTables(client, { ...defaults, ...options } as Settings);
    try {
      await tables.requests.send('Connecting', () => client.connect());
      await checkSchema(client, tables.requests, keyspace, options.specs ?? TABLES);
    } catch (error) {
      await disconnect(client);
      throw error;
    }
    return tables;
  }

  override get syncMs(): number {
    return this.settings.syncMs;
  }

  override async read(table: TableSpec, keys: readonly Key[]): Promise<(Row | undefined)[]> {
    this.assertOpen();
    return this.reads.read(table, keys);
  }

  override async scan(table: TableSpec, partition: Key, range?: ClusteringRange): Promise<Row[]> {
    this.assertOpen();
    return this.reads.scan(table, partition, range);
  }

  override async scanMany(
    table: TableSpec,
    partitions: readonly Key[],
    range?: Pick<ClusteringRange, 'from' | 'before'>,
  ): Promise<Row[]> {
    this.assertOpen();
    return this.reads.scanMany(table, partitions, range);
  }

  override async scanSets(sets: readonly SetRows[]): Promise<Row[][]> {
    this.assertOpen();
    return this.reads.scanSets(sets);
  }

  /** Throws InvalidKey, InvalidRow or TablesBusy before anything is written; TablesUnavailable or TablesRefused in between. */
  override async write(rows: readonly RowWrite[]): Promise<void> {
    this.assertOpen();
    if (rows.length === 0) return;
    if (this.rowsWaiting > 0 && this.rowsWaiting + rows.length > this.settings.rowsWaitingMax) {
      throw new TablesBusy(
        `${this.rowsWaiting} rows wait to be written; no more than ${this.settings.rowsWaitingMax} may`,
      );
    }
    const batches = batchesOf(
      rows,
      this.settings.now(),
      this.settings,
      (table) => this.tableOf(table),
      this.isEverywhere(rows) ? undefined : (routingKey) => this.replicasOf(routingKey),
    );
    this.counts.writes += 1;
    this.rowsWaiting += rows.length;
    try {
      // The call is over when nothing of it is on its way any more, also when something of it failed.
      const outcomes = await Promise.allSettled(batches.map((batch) => this.send(batch)));
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      this.counts.rowsWritten += rows.length;
    } finally {
      this.rowsWaiting -= rows.length;
    }
  }

  override async life(): Promise<string> {
    this.assertOpen();
    return this.requests.send('Asking which life the database is in', () => this.lives.ask());
  }

  stats(): CqlTablesStats {
    const hosts = this.client.getState().getConnectedHosts().length;
    const rowsWaiting = this.rowsWaiting;
    return {
      ...this.reads.counts,
      ...this.counts,
      ...this.requests.stats(),
      rowsWaiting,
      hostsUp: hosts,
      hostsDown: this.client.hosts.length - hosts,
    };
  }

  /** What keeps the tables from answering, as a sentence; undefined when nothing does. Costs nothing: it asks nobody. */
  problem(): string | undefined {
    if (this.closed) return 'The tables are closed';
    if (this.client.getState().getConnectedHosts().length === 0) return 'No node of the database can be reached';
    return this.requests.problem();
  }

  /** Takes no more, and disconnects. */
  async close(): Promise<void> {
    this.closed = true;
    await disconnect(this.client);
  }

  private async send({ statements, routingKey }: Batch): Promise<void> {
    const options = { ...this.query, routingKey, logged: false };
    const [only, ...more] = statements;
    await this.requests.send('A write', async () => {
      // A single row has no batch's limit on its size.
      if (only !== undefined && more.length === 0)
        await this.client.execute(only.query, only.params as Buffer[], options);
      else await this.client.batch(statements as { query: string; params: Buffer[] }[], options);
    });
  }

  /** Whether each node keeps every row, so that it does not matter which rows go together. Asking for the replicas of each is dear. */
  private isEverywhere([first]: readonly RowWrite[]): boolean {
    if (first === undefined) return true;
    const key = routingKeyOf(this.tableOf(first.table).codec.partition(first.row));
    return this.hostsOf(key).length >= this.client.hosts.length;
  }

  private replicasOf(routingKey: Buffer): string {
    return this.hostsOf(routingKey)
      .map(({ address }) => address)
      .join(' ');
  }

  private hostsOf(routingKey: Buffer): readonly cassandra.Host[] {
    return (this.client.getReplicas(this.settings.keyspace, routingKey) as cassandra.Host[] | null) ?? [];
  }

  private tableOf(table: TableSpec): CqlTable {
    let known = this.tables.get(table);
    if (known === undefined) {
      const { keyspace } = this.settings;
      known = {
        codec: new RowCodec(table, this.bytes),
        insert: insertOf(table, keyspace),
        select: selectOf(table, keyspace),
        selectMany: selectManyOf(table, keyspace),
        scans: new Map(),
      };
      this.tables.set(table, known);
    }
    return known;
  }

  private assertOpen(): void {
    if (this.closed) throw new TablesClosed('The tables are closed');
  }
}
