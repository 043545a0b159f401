/** NATS and Cassandra on a new directory, as the product's own set-up provisions and starts them. */
import { join } from 'node:path';
import { provisionEngines, startEngines } from '../../../setup/engines/local-engines.mjs';
import { adopt } from './child-process.js';
import { TemporaryDirectory } from './temporary-directory.js';
import type { MeteredProcess } from './usage-meter.js';

export interface BenchEngines {
  readonly natsUrl: string;
  readonly cqlContactPoint: string;
  readonly processes: readonly MeteredProcess[];
  /** Gone when they are stopped. */
  readonly directory: string;
  /** What each of them keeps, by a name for it. */
  readonly directories: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function openEngines(): Promise<BenchEngines> {
  await provisionEngines();
  const directory = new TemporaryDirectory();
  try {
    const engines = await startEngines({ directory: directory.path });
    adopt(engines.nats.process);
    adopt(engines.cassandra.process);
    return {
      natsUrl: engines.natsUrl,
      cqlContactPoint: engines.cqlContactPoint,
      processes: [
        { role: 'nats-server', pid: engines.nats.pid },
        { role: 'cassandra', pid: engines.cassandra.pid },
      ],
      directory: directory.path,
      directories: {
        'nats-server': join(directory.path, 'nats'),
        cassandra: join(directory.path, 'cassandra', 'data', 'data'),
        'commit log of cassandra': join(directory.path, 'cassandra', 'data', 'commitlog'),
      },
      async stop(): Promise<void> {
        await engines.stop();
        await directory.remove();
      },
    };
  } catch (error) {
    await directory.remove();
    throw error;
  }
}
