/** The product as one process, on a new data directory. */
import { freePort, Program } from './child-process.js';
import type { Product } from './product.js';
import { TemporaryDirectory } from './temporary-directory.js';

const key = 'key-of-the-bench';
const readyWithinMs = 30_000;
/** As `npm start` runs it. */
const flags = ['--max-semi-space-size=32'];

/** @param profileDirectory where a CPU profile is written when it ends; none when undefined */
export async function startStandalone(profileDirectory?: string): Promise<Product> {
  const directory = new TemporaryDirectory();
  const port = await freePort();
  const profiling = profileDirectory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`];
  const program = Program.ofApp('standalone', [...flags, ...profiling], ['--empty'], {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: directory.path,
    TICKETRAIL_API_KEY: key,
    NODE_ENV: 'production',
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
    key,
    processes: [{ role: 'standalone', pid: program.pid }],
    isFresh: true,
    stop,
  };
}
