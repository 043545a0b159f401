/** The product as its services, each a process, on a NATS and a Cassandra of this run. */
import { TABLES_SYNC_MS } from '../../../setup/engines/cassandra.mjs';
import { freePort, Program } from './child-process.js';
import { openEngines } from './engines.js';
import { environment, profiling, type Fate, type Product, type StartOptions } from './product.js';
import { keysEnvironment, tenantKeys } from './tenants.js';
import type { MeteredProcess } from './usage-meter.js';

/** With thousands of tenants a product has much to look for before it is ready. */
const readyWithinMs = 300_000;

/** One process of the cluster, or the one that took its place. */
class Service {
  program: Program;

  private constructor(
    readonly role: string,
    readonly url: URL,
    private readonly start: () => Program,
  ) {
    this.program = start();
  }

  static async start(
    role: string,
    options: StartOptions,
    env: Readonly<Record<string, string>>,
    member: string,
  ): Promise<Service> {
    const port = await freePort();
    const own = { ...env, PORT: String(port), MEMBER_NAME: member };
    const start = (): Program => Program.ofApp(role, profiling(options, role), [], own);
    return new Service(role, new URL(`http://127.0.0.1:${port}`), start);
  }

  get metered(): MeteredProcess {
    return { role: this.role, pid: this.program.pid };
  }

  ready(): Promise<void> {
    return this.program.ready(new URL('/health/ready', this.url), readyWithinMs);
  }

  async kill(fate: Fate): Promise<void> {
    await this.program.kill();
    if (fate === 'restarted') this.program = this.start();
  }
}

/** @param options `aggregators`: how many processes share the partitions */
export async function startCluster(options: StartOptions & { readonly aggregators: number }): Promise<Product> {
  const engines = await openEngines();
  const services: Service[] = [];
  const stop = async (): Promise<void> => {
    // Those that take events end first, those that count them last.
    for (const { program } of services) await program.stop();
    await engines.stop();
  };
  const keys = tenantKeys(options.tenants);
  const env = {
    ...environment(options),
    ...keysEnvironment(keys, engines.directory),
    NATS_URL: engines.natsUrl,
    CQL_CONTACT_POINTS: engines.cqlContactPoint,
    TABLES_SYNC_MS: String(TABLES_SYNC_MS),
  };
  try {
    await Program.ofApp('migrator', [], [], env).succeeded(readyWithinMs);
    const aggregators = Array.from({ length: options.aggregators }, () => 'aggregator');
    for (const role of ['collector', 'enricher', ...aggregators, 'api']) {
      services.push(await Service.start(role, options, env, `${role}-${services.length}-of-the-bench`));
    }
    for (const service of services) await service.ready();
    const urlOf = (wanted: string): URL => services.find(({ role }) => role === wanted)!.url;
    const processes = [...services.map(({ metered }) => metered), ...engines.processes];
    return {
      collectorUrl: urlOf('collector'),
      apiUrl: urlOf('api'),
      keys: keys.map(({ key }) => key),
      processes,
      metrics: services.map(({ role, url }) => ({ role, url: new URL('/metrics', url) })),
      directories: engines.directories,
      isFresh: true,
      kill: async (fate) => {
        const index = services.findIndex(({ role }) => role === 'aggregator');
        const victim = services[index]!;
        await victim.kill(fate);
        processes[index] = victim.metered;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
