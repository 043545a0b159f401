/** The product as its services, each a process, on a NATS and a Cassandra of this run. */
import { freePort, Program } from './child-process.js';
import { openEngines } from './engines.js';
import type { Product } from './product.js';

const key = 'key-of-the-bench';
const services = ['collector', 'enricher', 'aggregator', 'api'] as const;
const readyWithinMs = 60_000;
/** As `npm start` runs the one process. */
const flags = ['--max-semi-space-size=32'];

/** @param profileDirectory where each service's CPU profile is written when it ends; none when undefined */
export async function startCluster(profileDirectory?: string): Promise<Product> {
  const engines = await openEngines();
  const programs: Program[] = [];
  const stop = async (): Promise<void> => {
    // Those that take events end first, those that count them last.
    for (const program of programs) await program.stop();
    await engines.stop();
  };
  const env = {
    NATS_URL: engines.natsUrl,
    CQL_CONTACT_POINTS: engines.cqlContactPoint,
    TICKETRAIL_API_KEY: key,
    HOST: '127.0.0.1',
    LOG_GIGABYTES_MAX: '8',
    NODE_ENV: 'production',
  };
  try {
    await Program.ofApp('migrator', [], [], env).succeeded(readyWithinMs);
    const urls = new Map<string, URL>();
    for (const service of services) {
      const port = await freePort();
      const profiling = profileDirectory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`];
      programs.push(
        Program.ofApp(service, [...flags, ...profiling], [], {
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
      key,
      processes: [...programs.map(({ name, pid }) => ({ role: name, pid })), ...engines.processes],
      isFresh: true,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
