/** The product as its services, each a process, on a NATS and a Cassandra of this run. */
import { TABLES_SYNC_MS } from '../../../setup/engines/cassandra.mjs';
import { freePort, Program } from './child-process.js';
import { openEngines } from './engines.js';
import { environment, profiling, type Product, type StartOptions } from './product.js';
import { keysEnvironment, tenantKeys } from './tenants.js';

/** With thousands of tenants a product has much to look for before it is ready. */
const readyWithinMs = 300_000;

/** @param options `aggregators`: how many processes share the partitions */
export async function startCluster(options: StartOptions & { readonly aggregators: number }): Promise<Product> {
  const engines = await openEngines();
  const programs: Program[] = [];
  const stop = async (): Promise<void> => {
    // Those that take events end first, those that count them last.
    for (const program of programs) await program.stop();
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
    const services: { program: Program; url: URL }[] = [];
    const aggregators = Array.from({ length: options.aggregators }, () => 'aggregator');
    for (const name of ['collector', 'enricher', ...aggregators, 'api']) {
      const port = await freePort();
      const member = { PORT: String(port), MEMBER_NAME: `${name}-${services.length}-of-the-bench` };
      const program = Program.ofApp(name, profiling(options, name), [], { ...env, ...member });
      programs.push(program);
      services.push({ program, url: new URL(`http://127.0.0.1:${port}`) });
    }
    for (const { program, url } of services) await program.ready(new URL('/health/ready', url), readyWithinMs);
    const urlOf = (name: string): URL => services.find(({ program }) => program.name === name)!.url;
    return {
      collectorUrl: urlOf('collector'),
      apiUrl: urlOf('api'),
      keys: keys.map(({ key }) => key),
      processes: [...programs.map(({ name, pid }) => ({ role: name, pid })), ...engines.processes],
      metrics: services.map(({ program, url }) => ({ role: program.name, url: new URL('/metrics', url) })),
      directories: engines.directories,
      isFresh: true,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
