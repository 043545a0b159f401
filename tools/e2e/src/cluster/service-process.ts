/** One service of the cluster as its own process, to be started, ended, killed, stopped and woken like any process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from '../client.js';
import { productKey, type Ended } from '../product.js';
import { sleep } from '../wait-for.js';

export const roles = ['collector', 'enricher', 'aggregator', 'api'] as const;
export type Role = (typeof roles)[number];

/** Of what a process says, this much is kept for the case that a test fails. Characters. */
const outputCharactersMax = 200_000;
/** A till does not wait for half a minute. */
const clientPatienceMs = 8_000;
const endsWithinMs = 30_000;

/** Starts an app's compiled entry. Only what is given stands in its environment. */
export function spawnApp(app: string, environment: Readonly<Record<string, string>>): ChildProcess {
  const entry = fileURLToPath(new URL(`../../../../apps/${app}/dist/main.js`, import.meta.url));
  if (!existsSync(entry)) throw new Error(`${entry} is missing: build the workspace first (npm run build)`);
  const child = spawn(process.execPath, ['--enable-source-maps', entry], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}

/** Children that outlive a failing test would hold ports and partitions. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export class ServiceProcess {
  readonly client: Client;
  output = '';
  #process: ChildProcess | undefined;
  /** Every process it ever was, to be sure in the end that none is left. */
  readonly pids: number[] = [];

  constructor(
    readonly role: Role,
    readonly name: string,
    readonly port: number,
    private readonly environment: Readonly<Record<string, string>>,
  ) {
    this.client = new Client(`http://127.0.0.1:${port}`, productKey, clientPatienceMs);
  }

  get isRunning(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /**
   * Whether it has ended because of NODEJS-681: cassandra-driver 4.10 throws where nobody can catch it when its control connection
   * is cut in the middle of a refresh. Such a process ends with 1 rather than limp on, and an orchestrator starts it anew.
   */
  get wasEndedByDriver(): boolean {
    return (
      !this.isRunning && this.#process?.exitCode === 1 && /ControlConnection\._refresh/.test(this.output.slice(-2_000))
    );
  }

  /** Starts it; see `untilReady`. */
  start(): void {
    if (this.isRunning) throw new Error(`${this.name} is running already`);
    const child = spawnApp(this.role, {
      ...this.environment,
      PORT: String(this.port),
      HOST: '127.0.0.1',
      MEMBER_NAME: this.name,
    });
    this.#process = child;
    if (child.pid !== undefined) this.pids.push(child.pid);
    this.#note(`--- ${this.name} starts as process ${child.pid}\n`);
    const collect = (chunk: Buffer): void => this.#note(chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('exit', (code, signal) => this.#note(`--- ${this.name} ended: ${signal ?? `code ${code}`}\n`));
  }

  async untilReady(withinMs = 60_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!(await this.client.isReady())) {
      if (!this.isRunning) throw new Error(`${this.name} ended while starting. It said:\n${this.output.slice(-3_000)}`);
      if (Date.now() > deadline) {
        const why = await this.readiness().catch(String);
        throw new Error(`${this.name} is not ready within ${withinMs} ms: ${JSON.stringify(why)}`);
      }
      await sleep(50);
    }
  }

  /** What its health says, ready or not; undefined when it does not answer. */
  async readiness(): Promise<{ status: number; body: unknown } | undefined> {
    const answer = await this.client.send<unknown>('GET', '/health/ready').catch(() => undefined);
    return answer === undefined ? undefined : { status: answer.status, body: answer.body };
  }

  /** Ends it with a signal, and resolves when it is gone: TERM as an orchestrator does it, KILL as a power cut does. */
  end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<Ended> {
    const child = this.#process;
    if (child === undefined || !this.isRunning) throw new Error(`${this.name} is not running`);
    const started = Date.now();
    return new Promise((resolve) => {
      const patience = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
      child.once('close', (code, by) => {
        clearTimeout(patience);
        resolve({ code, signal: by, output: this.output, afterMs: Date.now() - started });
      });
      // A stopped process takes no TERM.
      if (signal === 'SIGTERM') child.kill('SIGCONT');
      child.kill(signal);
    });
  }

  /** Stops it in the middle of whatever it does; to everybody else it is a process that has fallen silent. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
    this.#note(`--- ${this.name} is stopped\n`);
  }

  wake(): void {
    this.#process?.kill('SIGCONT');
    this.#note(`--- ${this.name} goes on\n`);
  }

  /** The sum of a metric over its labels; undefined when there is none of that name. */
  async metric(name: string): Promise<number | undefined> {
    const { body } = await this.client.send<string>('GET', '/metrics');
    const values = body
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
  }

  #note(text: string): void {
    this.output = (this.output + text).slice(-outputCharactersMax);
  }
}
