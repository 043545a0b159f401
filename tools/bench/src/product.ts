/** The product under load: one that runs already, or the standalone program started for the run on a new data directory. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Product {
  readonly url: URL;
  readonly key: string;
  /** Undefined when the product runs elsewhere and its process was not named. */
  readonly pid: number | undefined;
  /** Nothing was in it before the run, so that totals can be compared. */
  readonly isFresh: boolean;
  stop(): Promise<void>;
}

const entry = fileURLToPath(new URL('../../../apps/standalone/dist/main.js', import.meta.url));
const readyWithinMs = 30_000;

/** A bench that is interrupted must not leave a product behind. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

export async function startProduct(): Promise<Product> {
  if (!existsSync(entry)) throw new Error(`${entry} is missing: build the workspace first (npm run build)`);
  const directory = await mkdtemp(join(tmpdir(), 'ticketrail-bench-'));
  const port = await freePort();
  const key = 'key-of-the-bench';
  // With the flag that `npm start` gives it.
  const child = spawn(process.execPath, ['--max-semi-space-size=32', entry, '--empty'], {
    env: {
      ...process.env,
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: directory,
      TICKETRAIL_API_KEY: key,
      NODE_ENV: 'production',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-10_000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  children.add(child);
  child.once('close', () => children.delete(child));

  const url = new URL(`http://127.0.0.1:${port}`);
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const isReady = await fetch(new URL('/health/ready', url)).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) break;
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`the product did not get ready. It said:\n${output}`);
    await sleep(50);
  }
  return {
    url,
    key,
    pid: child.pid,
    isFresh: true,
    async stop(): Promise<void> {
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      const timeout = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await closed;
      clearTimeout(timeout);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
