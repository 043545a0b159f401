/** All ceilings of this machine, one after the other, each while nothing else of the bench runs. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchOptions } from '../options.js';
import { openEngines, type BenchEngines } from '../product/engines.js';
import type { OnProgress } from '../run.js';
import { bareServer } from './bare-server.js';
import type { Ceiling, Ceilings, Unmeasured } from './ceiling.js';

const stageMsMax = 300_000;
const script = fileURLToPath(new URL('stage-process.js', import.meta.url));

async function stage(name: string, locations: number, ...engine: readonly (string | number)[]): Promise<Ceiling[]> {
  const args = [script, name, String(locations), ...engine.map(String)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: stageMsMax });
  return JSON.parse(stdout) as Ceiling[];
}

export async function measureCeilings(options: BenchOptions, onProgress: OnProgress): Promise<Ceilings> {
  const measured: Ceiling[] = [];
  const unmeasured: Unmeasured[] = [];
  const { locations } = options.run;
  const steps: (readonly [name: string, step: () => Promise<void>])[] = [];
  const add = (name: string, ceiling: () => Promise<Ceiling | Ceiling[]>): void => {
    steps.push([name, async () => void measured.push(...[await ceiling()].flat())]);
  };
  for (const batch of [1, 100] as const) {
    for (const kind of ['node-http', 'fastify'] as const)
      add(`${kind}, ${batch} a request`, () => bareServer(kind, batch));
  }
  for (const name of ['json', 'sync', 'normalise', 'settle', 'fold', 'lmdb-rows'])
    add(name, () => stage(name, locations));

  let engines: BenchEngines | undefined;
  const engine = (role: string): number => {
    const found = engines?.processes.find((one) => one.role === role);
    if (found === undefined) throw new Error('there are no engines');
    return found.pid;
  };
  steps.push(['engines', async () => void (engines = await openEngines())]);
  add('JetStream', () => stage('jetstream', locations, engines?.natsUrl ?? '', engine('nats-server')));
  add('CQL', () => stage('cql-rows', locations, engines?.cqlContactPoint ?? '', engine('cassandra')));
  try {
    for (const [index, [name, step]] of steps.entries()) {
      onProgress(index / steps.length, `ceilings: ${name}`);
      await step().catch((error: unknown) => {
        unmeasured.push({
          name,
          reason: (error instanceof Error ? error.message : String(error)).split('\n')[0] as string,
        });
      });
    }
  } finally {
    await engines?.stop();
  }
  return { measured, unmeasured };
}
