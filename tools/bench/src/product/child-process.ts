/** A program of the product as a child of the bench: started, waited for, ended; none of them outlives the bench. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const outputMax = 10_000;
const endsWithinMs = 20_000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

/** Ends with the bench, also when the bench is interrupted. */
export function adopt(child: ChildProcess): void {
  running.add(child);
  child.once('close', () => running.delete(child));
}

export class Program {
  readonly #child: ChildProcess;
  #output = '';
  #isClosed = false;

  private constructor(
    readonly name: string,
    child: ChildProcess,
  ) {
    this.#child = child;
    adopt(child);
    child.once('close', () => (this.#isClosed = true));
    const collect = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-outputMax);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
  }

  /** @param app a folder of apps/, whose built main.js is run */
  static ofApp(app: string, flags: readonly string[], args: readonly string[], env: NodeJS.ProcessEnv): Program {
    const entry = fileURLToPath(new URL(`../../../../apps/${app}/dist/main.js`, import.meta.url));
    if (!existsSync(entry)) throw new Error(`${entry} is missing: build the workspace first (npm run build)`);
    return Program.run(app, process.execPath, [...flags, entry, ...args], { env: { ...process.env, ...env } });
  }

  static run(
    name: string,
    command: string,
    args: readonly string[],
    options: { env?: NodeJS.ProcessEnv; cwd?: string },
  ): Program {
    return new Program(name, spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.name} could not be started`);
    return this.#child.pid;
  }

  /** The last of what it wrote. */
  get output(): string {
    return this.#output;
  }

  /** Waits until the address answers with a success. */
  async ready(url: URL, withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const isReady = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
        (response) => response.ok,
        () => false,
      );
      if (isReady) return;
      if (this.#isClosed || Date.now() > deadline)
        throw new Error(`the ${this.name} did not get ready. It said:\n${this.#output}`);
      await sleep(50);
    }
  }

  /** Waits for its end, which has to be a success. */
  async succeeded(withinMs: number): Promise<void> {
    const timeout = setTimeout(() => this.#child.kill('SIGKILL'), withinMs);
    const code = this.#isClosed
      ? this.#child.exitCode
      : await new Promise<number | null>((resolve) => this.#child.once('close', resolve));
    clearTimeout(timeout);
    if (code !== 0) throw new Error(`the ${this.name} ended with ${code ?? 'a signal'}. It said:\n${this.#output}`);
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    if (this.#isClosed) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await closed;
  }

  async stop(): Promise<void> {
    if (this.#isClosed) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGTERM');
    const timeout = setTimeout(() => this.#child.kill('SIGKILL'), endsWithinMs);
    await closed;
    clearTimeout(timeout);
  }
}

/** A port of the loopback interface that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
