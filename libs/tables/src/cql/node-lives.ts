/** Which life the database is in: each node says when it was started last, and one that is not there might be anywhere. */
import type cassandra from 'cassandra-driver';
import { TablesUnavailable } from './failures.js';

/** What a node increases at each start, in Cassandra and in ScyllaDB. */
const QUERY = "SELECT gossip_generation FROM system.local WHERE key = 'local'";

/** A node that was there is waited for this long before it counts as down: most are back sooner, and were not restarted. */
const DOWN_PATIENCE_MS = 20_000;

export class NodeLives {
  /** When each node was there last, by address; on the clock of `performance`. */
  private readonly seenAt = new Map<string, number>();

  constructor(
    private readonly client: cassandra.Client,
    private readonly dataCenter: string,
  ) {}

  /**
   * Another text once a node was restarted, came, or went. Only nodes of our own data centre: they alone answer for a row.
   * Throws TablesUnavailable while it is open whether a node is down, and what the driver throws.
   */
  async ask(): Promise<string> {
    const nodes = this.client.hosts.values().filter(({ datacenter }) => datacenter === this.dataCenter);
    const lives = await Promise.all(nodes.map(async (node) => `${node.address} ${await this.lifeOf(node)}`));
    return lives.sort().join(', ');
  }

  private async lifeOf(node: cassandra.Host): Promise<string> {
    const { address } = node;
    if (!node.isUp()) {
      const seenAt = this.seenAt.get(address);
      if (seenAt !== undefined && performance.now() - seenAt < DOWN_PATIENCE_MS) {
        throw new TablesUnavailable(`The node ${address} of the database cannot be reached, perhaps for a moment only`);
      }
      return 'down';
    }
    const { rows } = await this.client.execute(QUERY, [], { host: node, isIdempotent: true });
    this.seenAt.set(address, performance.now());
    const generation = (rows[0] as { gossip_generation?: number | null } | undefined)?.gossip_generation;
    // A node that does not say: any interruption of our own connections may have been a restart.
    return String(generation ?? (node as cassandra.Host & { isUpSince: number }).isUpSince);
  }
}
