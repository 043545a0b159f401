/** The product as one process, on a new data directory. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, Program } from './child-process.js';
import { environment, profiling, type Product, type StartOptions } from './product.js';
import { TemporaryDirectory } from './temporary-directory.js';
import { keysEnvironment, tenantKeys } from './tenants.js';

/** With thousands of tenants a product has much to look for before it is ready. */
const readyWithinMs = 300_000;

export async function startStandalone(options: StartOptions): Promise<Product> {
  const directory = new TemporaryDirectory();
  const port = await freePort();
  const keys = tenantKeys(options.tenants);
  const data = join(directory.path, 'data');
  mkdirSync(data);
  const program = Program.ofApp('standalone', profiling(options, 'standalone'), ['--empty'], {
    ...environment(options),
    ...keysEnvironment(keys, directory.path),
    PORT: String(port),
    DATA_DIR: data,
  });
  const stop = async (): Promise<void> => {
    await program.stop();
    await directory.remove();
  };
  const url = new URL(`http://127.0.0.1:${port}`);
  try {
    await program.ready(new URL('/health/ready', url), readyWithinMs);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    collectorUrl: url,
    apiUrl: url,
    keys: keys.map(({ key }) => key),
    processes: [{ role: 'standalone', pid: program.pid }],
    metrics: [{ role: 'standalone', url: new URL('/metrics', url) }],
    directories: { lmdb: data },
    isFresh: true,
    stop,
  };
}
