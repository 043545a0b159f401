/**
 * The product as its users run it: the standalone program as a child process on a free port, with a data directory of its own.
 * Nothing here knows what is inside.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from './client.js';
import { freePort } from './free-port.js';
import { sleep } from './wait-for.js';

const builtEntry = fileURLToPath(new URL('../../../apps/standalone/dist/main.js', import.meta.url));
const readyWithinMs = 60_000;
export const productKey = 'key-of-the-proof';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  /** From the signal (or the start) to the end. */
  readonly afterMs: number;
}

/** Starts the program with any environment and waits for its end; for starts that are meant to fail. */
export async function runToEnd(environment: Record<string, string>, withinMs = 20_000): Promise<Ended> {
  const process = spawnProduct(environment);
  const started = Date.now();
  let output = '';
  process.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  process.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => {
      process.kill('SIGKILL');
      reject(new Error(`the program should have ended within ${withinMs} ms. It said:\n${output}`));
    }, withinMs);
    process.once('close', (code, signal) => {
      clearTimeout(timeout);
      resolve({ code, signal, output, afterMs: Date.now() - started });
    });
  });
}

export class Product {
  readonly client: Client;
  output = '';
  #process: ChildProcess | undefined;
  #isEndExpected = false;

  private constructor(
    readonly port: number,
    readonly dataDirectory: string,
  ) {
    this.client = new Client(`http://127.0.0.1:${port}`, productKey);
  }

  /** On a new, empty data directory; ready when this answers. */
  static async start(): Promise<Product> {
    const directory = await mkdtemp(join(tmpdir(), 'ticketrail-e2e-'));
    const product = new Product(await freePort(), directory);
    await product.startAgain();
    return product;
  }

  get environment(): Record<string, string> {
    return { PORT: String(this.port), HOST: '127.0.0.1', DATA_DIR: this.dataDirectory, TICKETRAIL_API_KEY: productKey };
  }

  get isRunning(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Starts it on the same port and data, and waits until it says it is ready. */
  async startAgain(): Promise<void> {
    if (this.isRunning) throw new Error('the product is running already');
    const child = spawnProduct(this.environment);
    this.#process = child;
    this.output = '';
    this.#isEndExpected = false;
    const collect = (chunk: Buffer): void => {
      this.output += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const deadline = Date.now() + readyWithinMs;
    while (!(this.output.includes(this.client.url) && (await this.client.isReady()))) {
      if (!this.isRunning) throw new Error(`the product ended while starting. It said:\n${this.output}`);
      if (Date.now() > deadline) throw new Error(`not ready within ${readyWithinMs} ms. It said:\n${this.output}`);
      await sleep(50);
    }
  }

  /** As Ctrl-C does it. */
  interrupt(): Promise<Ended> {
    return this.#end('SIGINT');
  }

  /** As the power switch does it: nothing is flushed, nobody is asked. */
  killHard(): Promise<Ended> {
    return this.#end('SIGKILL');
  }

  /** Ends it, if it still runs, and removes its data. */
  async dispose(): Promise<void> {
    const isHealthy =
      this.#process === undefined || this.#isEndExpected || (this.isRunning && (await this.client.isReady()));
    // Whatever test failed, the reason stands here.
    if (!isHealthy)
      process.stderr.write(`the product was not healthy in the end. It said:\n${this.output.slice(-6_000)}\n`);
    if (this.isRunning) await this.killHard();
    await rm(this.dataDirectory, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<Ended> {
    const child = this.#process;
    if (child === undefined || !this.isRunning) throw new Error(`the product is not running. It said:\n${this.output}`);
    const started = Date.now();
    const closed = new Promise<Ended>((resolve) =>
      child.once('close', (code, by) =>
        resolve({ code, signal: by, output: this.output, afterMs: Date.now() - started }),
      ),
    );
    this.#isEndExpected = true;
    child.kill(signal);
    return closed;
  }
}

/** Children that outlive a failing test would hold ports and disks. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

function spawnProduct(environment: Record<string, string>): ChildProcess {
  const entry = process.env['TICKETRAIL_E2E_ENTRY'] ?? builtEntry;
  if (!existsSync(entry)) throw new Error(`${entry} is missing: build the workspace first (npm run build)`);
  const child = spawn(process.execPath, [entry, '--empty'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}
