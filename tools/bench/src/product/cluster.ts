/** The product as its services, each a process, on a NATS and a Cassandra of this run. */
import { TABLES_SYNC_MS } from '../../../setup/engines/cassandra.mjs';
import { freePort, Program } from './child-process.js';
import { openEngines } from './engines.js';
import { environment, profiling, type Product, type StartOptions } from './product.js';
import { keysEnvironment, tenantKeys } from './tenants.js';

const services = ['collector', 'enricher', 'aggregator', 'api'] as const;
/** With thousands of tenants a product has much to look for before it is ready. */
const readyWithinMs = 300_000;

export async function startCluster(options: StartOptions): Promise<Product> {
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
    const urls = new Map<string, URL>();
    for (const service of services) {
      const port = await freePort();
      programs.push(
        Program.ofApp(service, profiling(options, service), [], {
          ...env,
          PORT: String(port),
          MEMBER_NAME: `${service}-of-the-bench`,
        }),
      );
      urls.set(service, new URL(`http://127.0.0.1:${port}`));
    }
    for (const program of programs) {
      await program.ready(new URL('/health/ready', urls.get(program.name)), readyWithinMs);
    }
    return {
      collectorUrl: urls.get('collector') as URL,
      apiUrl: urls.get('api') as URL,
      keys: keys.map(({ key }) => key),
      processes: [...programs.map(({ name, pid }) => ({ role: name, pid })), ...engines.processes],
      metrics: Object.fromEntries([...urls].map(([service, url]) => [service, new URL('/metrics', url)])),
      directories: engines.directories,
      isFresh: true,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
