/** Every read of the tables in CQL: single rows, ranges of a partition, and many partitions or sets in few requests. */
import cassandra from 'cassandra-driver';
import { rangeOf, type Key, type Row, type SetRows, type TableSpec } from '@ticketrail/core';
import type { ClusteringRange } from '@ticketrail/pipeline';
import { chunksOf, groupsOf, setGroupsOf, type SetGroup } from './partition-groups.js';
import { int, routingKeyOf, type RowCodec } from './row-codec.js';
import type { Requests } from './requests.js';
import { scanManyOf, scanOf, scanSetsOf } from './statements.js';

/** What reads need to know of a table. */
export interface ReadableTable {
  readonly codec: RowCodec;
  /** Statements for one row, and for several of one partition. */
  readonly select: string;
  readonly selectMany: string;
  /** Statements that were made for scans, by their form. */
  readonly scans: Map<string, string>;
}

export interface ReadSettings {
  readonly keyspace: string;
  /** Keys of one partition asked for in one request; ScyllaDB takes a hundred by default. */
  readonly keysPerReadMax: number;
  /** Rows fetched at a time by a scan. */
  readonly pageRowsMax: number;
}

export class Reads {
  readonly counts = { reads: 0, rowsRead: 0 };

  constructor(
    private readonly client: cassandra.Client,
    private readonly requests: Requests,
    private readonly settings: ReadSettings,
    private readonly query: cassandra.QueryOptions,
    private readonly tableOf: (table: TableSpec) => ReadableTable,
  ) {}

  async read(table: TableSpec, keys: readonly Key[]): Promise<(Row | undefined)[]> {
    this.counts.reads += 1;
    const { codec } = this.tableOf(table);
    const partitions = new Map<string, Map<string, Key>>();
    const places = keys.map((key) => {
      const name = codec.identity(key, table.partition);
      const member = codec.identity(key, table.clustering);
      const partition = partitions.get(name);
      if (partition === undefined) partitions.set(name, new Map([[member, key]]));
      else partition.set(member, key);
      return `${name} ${member}`;
    });

    const found = new Map<string, Row>();
    await Promise.all(
      [...partitions].flatMap(([name, members]) =>
        chunksOf([...members.values()], this.settings.keysPerReadMax).map(async (some) => {
          for (const row of await this.readPartition(table, some)) {
            found.set(`${name} ${codec.identity(row as Key, table.clustering)}`, row);
          }
        }),
      ),
    );
    this.counts.rowsRead += found.size;
    // A key that was asked for twice is a row of its own each time: the caller may change one of them.
    const handedOut = new Set<string>();
    return places.map((place) => {
      const row = found.get(place);
      if (row === undefined || !handedOut.has(place)) {
        handedOut.add(place);
        return row;
      }
      return structuredClone(row);
    });
  }

  async scan(table: TableSpec, partition: Key, range: ClusteringRange = {}): Promise<Row[]> {
    this.counts.reads += 1;
    const { limit = limitMax, from = [], before = [], reverse = false } = range;
    const { codec } = this.tableOf(table);
    // Before the empty prefix there is nothing: every row begins with it.
    if (limit <= 0 || (range.before !== undefined && before.length === 0)) return [];

    const { keyspace } = this.settings;
    const query = this.statement(table, `${from.length} ${before.length} ${reverse}`, () =>
      scanOf(table, keyspace, from.length, before.length, reverse && table.clustering.length > 0),
    );
    const keyParts = codec.partition(partition);
    const params = [
      ...keyParts,
      ...boundOf(table, codec, from),
      ...boundOf(table, codec, before),
      int(Math.min(limit, limitMax)),
    ];
    const rows = await this.select(table, query, params, routingKeyOf(keyParts));
    this.counts.rowsRead += rows.length;
    return rows;
  }

  /** Partitions that differ in one column of their keys, such as the minutes of one tenant, are one request. */
  async scanMany(
    table: TableSpec,
    partitions: readonly Key[],
    range: Pick<ClusteringRange, 'from' | 'before'> = {},
  ): Promise<Row[]> {
    this.counts.reads += 1;
    const { from = [], before = [] } = range;
    if (range.before !== undefined && before.length === 0) return [];
    const { codec } = this.tableOf(table);
    const { among, groups } = groupsOf(table.partition, partitions, this.settings.keysPerReadMax);
    const bounds = [...boundOf(table, codec, from), ...boundOf(table, codec, before)];
    const { keyspace } = this.settings;
    const query = this.statement(table, `${among} ${from.length} ${before.length}`, () =>
      scanManyOf(table, keyspace, among, from.length, before.length),
    );
    const requests = groups.map((group) => {
      const first = group[0]!;
      const parts = this.partsAmong(
        table,
        among,
        group.map((one) => one[among]),
        first,
      );
      return this.select(table, query, [...parts, ...bounds], routingKeyOf(codec.partition(first)));
    });
    const rows = (await Promise.all(requests)).flat();
    this.counts.rowsRead += rows.length;
    return rows;
  }

  /** A request asks for some sets, of partitions that differ in one column of their keys. */
  async scanSets(sets: readonly SetRows[]): Promise<Row[][]> {
    const byText = new Map(sets.map((set) => [setText(set.table, set.partition, set.prefix), set]));
    const found = new Map<string, Row[]>();
    await Promise.all(
      setGroupsOf([...byText.values()], SETS_PER_REQUEST).map(async (group) => {
        const { table, prefix } = group.sets[0]!;
        const clustering = table.clustering.slice(0, prefix.length);
        const own = new Map(group.sets.map((set) => [setText(table, set.partition, set.prefix), [] as Row[]]));
        for (const row of await this.scanGroup(group)) {
          const begins = clustering.map((column) => row[column]);
          // Each partition is asked for the sets of the others too, which another request may have been asked for.
          own.get(setText(table, row as Key, begins))?.push(row);
        }
        for (const [text, rows] of own) found.set(text, rows);
      }),
    );
    return sets.map((set) => found.get(setText(set.table, set.partition, set.prefix))!);
  }

  private async scanGroup({ among, sets }: SetGroup): Promise<Row[]> {
    const { table, partition, prefix } = sets[0]!;
    if (sets.length === 1) return this.scan(table, partition, rangeOf({ prefix }));
    const { codec } = this.tableOf(table);
    const { keyspace } = this.settings;
    const query = this.statement(table, `sets ${among} ${prefix.length}`, () =>
      scanSetsOf(table, keyspace, among, prefix.length),
    );
    this.counts.reads += 1;
    const values = [...new Set(sets.map((set) => set.partition[among]))];
    const parts = this.partsAmong(table, among, values, partition);
    const prefixes = sets.map((set) => listed(boundOf(table, codec, set.prefix)));
    const rows = await this.select(table, query, [...parts, prefixes], routingKeyOf(codec.partition(partition)));
    this.counts.rowsRead += rows.length;
    return rows;
  }

  /** The statement of this form, made once a table. */
  private statement(table: TableSpec, form: string, make: () => string): string {
    const { scans } = this.tableOf(table);
    let made = scans.get(form);
    if (made === undefined) scans.set(form, (made = make()));
    return made;
  }

  /** The partition key as the parts of a statement, with a list for one of its columns. */
  private partsAmong(table: TableSpec, among: string, values: readonly unknown[], others: Key): unknown[] {
    const { codec } = this.tableOf(table);
    return table.partition.map((column) =>
      column === among ? values.map((value) => codec.keyPart(among, value)) : codec.keyPart(column, others[column]),
    );
  }

  private readPartition(table: TableSpec, keys: readonly Key[]): Promise<Row[]> {
    const { codec, select, selectMany } = this.tableOf(table);
    const [first, ...more] = keys;
    if (first === undefined) return Promise.resolve([]);
    const partition = codec.partition(first);
    const clusteringOf = (key: Key): Buffer[] => table.clustering.map((column) => codec.keyPart(column, key[column]));
    const routingKey = routingKeyOf(partition);
    if (more.length === 0) {
      return this.select(table, select, [...partition, ...clusteringOf(first)], routingKey);
    }
    return this.select(table, selectMany, [...partition, keys.map((key) => listed(clusteringOf(key)))], routingKey);
  }

  private async select(table: TableSpec, query: string, params: unknown[], routingKey: Buffer): Promise<Row[]> {
    const { codec } = this.tableOf(table);
    const options = { ...this.query, routingKey, fetchSize: this.settings.pageRowsMax };
    const rows: Row[] = [];
    let pageState: string | undefined;
    do {
      const page: cassandra.types.ResultSet = await this.requests.send('A read', () =>
        this.client.execute(query, params, pageState === undefined ? options : { ...options, pageState }),
      );
      for (const row of page.rows) rows.push(codec.decode(row));
      pageState = page.pageState ?? undefined;
    } while (pageState !== undefined);
    return rows;
  }
}

const limitMax = 2 ** 31 - 1;

/**
 * Sets asked for in one request. An order each, of a partition each: 16 cost a third of what they cost one by one, on both sides;
 * 4 and 64 cost more.
 */
const SETS_PER_REQUEST = 16;

function setText(table: TableSpec, partition: Key, prefix: readonly unknown[]): string {
  return JSON.stringify([table.name, table.partition.map((column) => partition[column]), prefix]);
}

/** A member of a list that is looked for: the value of one column, or those of several. */
function listed(parts: readonly Buffer[]): unknown {
  return parts.length === 1 ? parts[0] : cassandra.types.Tuple.fromArray([...parts]);
}

/** A prefix of the clustering key, as parts of a statement. */
function boundOf(table: TableSpec, codec: RowCodec, values: readonly (string | number)[]): Buffer[] {
  return values.map((value, index) => codec.keyPart(table.clustering[index] ?? '', value));
}
