/**
 * The product as a cluster: real engines, a proxy between each role and each engine, and as many processes of each service as
 * a test asks for. Nothing here knows what is inside them.
 */
import { TABLES_SYNC_MS } from '../../../setup/engines/cassandra.mjs';
import { freePort } from '../free-port.js';
import type { Client } from '../client.js';
import { productKey } from '../product.js';
import { sleep } from '../wait-for.js';
import { EngineSet, engineNames, type EngineName } from './engine-set.js';
import { roles, ServiceProcess, spawnApp, type Role } from './service-process.js';
import { TcpProxy } from './tcp-proxy.js';

export interface ClusterOptions {
  /** Processes of each service. */
  readonly each?: number;
  readonly partitions?: number;
  /** More of the services' environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How much of each process's output is shown when a test fails. Characters. */
const tailCharacters = 2_500;
const migratesWithinMs = 60_000;

export class Cluster {
  readonly #services: ServiceProcess[] = [];
  readonly #pids: number[] = [];

  private constructor(
    readonly engines: EngineSet,
    private readonly proxies: ReadonlyMap<string, TcpProxy>,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Engines, streams and tables, and every service ready. */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const { each = 1, partitions = 4, environment = {} } = options;
    const engines = await EngineSet.start();
    const proxies = new Map<string, TcpProxy>();
    for (const role of [...roles, 'migrator']) {
      for (const engine of engineNames) {
        proxies.set(`${role} ${engine}`, await TcpProxy.start(engines.addresses[engine]));
      }
    }
    const cluster = new Cluster(engines, proxies, {
      PARTITIONS: String(partitions),
      TICKETRAIL_API_KEY: productKey,
      CQL_LOCAL_DATACENTER: 'datacenter1',
      LOG_GIGABYTES_MAX: '3',
      TABLES_SYNC_MS: String(TABLES_SYNC_MS),
      // A start that waits longer than a test does could not say what it waits for.
      ENGINES_WAIT_SECONDS: '50',
      ...environment,
    });
    try {
      await cluster.migrate();
      await cluster.explain(() => Promise.all(roles.map((role) => cluster.scale(role, each))));
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
    return cluster;
  }

  get services(): readonly ServiceProcess[] {
    return this.#services;
  }

  of(role: Role): ServiceProcess[] {
    return this.#services.filter((service) => service.role === role);
  }

  /** By its name, such as `enricher-2`. */
  service(name: string): ServiceProcess {
    const found = this.#services.find((service) => service.name === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  /** Where a till may post: every collector there is, whether or not it is well. */
  get collectors(): readonly Client[] {
    return this.of('collector').map(({ client }) => client);
  }

  get api(): Client {
    const [first] = this.of('api');
    if (first === undefined) throw new Error('there is no api');
    return first.client;
  }

  /** The network between the processes of a role and an engine. */
  network(role: Role, engine: EngineName): TcpProxy {
    const proxy = this.proxies.get(`${role} ${engine}`);
    if (proxy === undefined) throw new Error(`nothing stands between ${role} and ${engine}`);
    return proxy;
  }

  /** Runs the migrator to its end, which has to be a good one. */
  async migrate(): Promise<void> {
    const { code, output } = await this.runMigrator();
    if (code !== 0) throw new Error(`the migrator ended with code ${code}. It said:\n${output}`);
  }

  /** Runs the migrator to its end, whatever that is. */
  async runMigrator(): Promise<{ code: number | null; output: string }> {
    const child = spawnApp('migrator', this.#environmentOf('migrator'));
    if (child.pid !== undefined) this.#pids.push(child.pid);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const patience = setTimeout(() => child.kill('SIGKILL'), migratesWithinMs);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(patience);
    return { code, output };
  }

  /** Starts processes of a role, or ends the newest in order, until there are so many; resolves when all are ready. */
  async scale(role: Role, count: number): Promise<void> {
    const running = this.of(role);
    for (const service of running.slice(count)) {
      await service.end('SIGTERM');
      this.#forget(service);
    }
    const started: ServiceProcess[] = [];
    for (let number = running.length; number < count; number++) {
      const name = `${role}-${number + 1}`;
      const service = new ServiceProcess(role, name, await freePort(), this.#environmentOf(role));
      this.#services.push(service);
      service.start();
      started.push(service);
    }
    await Promise.all(started.map((service) => service.untilReady()));
  }

  /** Ends every service in order, and starts it again, with those that the driver has ended (see `wasEndedByDriver`). */
  async restartServices(): Promise<void> {
    const standing = this.#services.filter((service) => !service.wasEndedByDriver);
    await Promise.all(standing.map((service) => service.end('SIGTERM')));
    for (const service of this.#services) service.start();
    await this.untilReady();
  }

  /** Resolves when every process says that it does its work. */
  async untilReady(withinMs = 60_000): Promise<void> {
    await Promise.all(this.#services.map((service) => service.untilReady(withinMs)));
  }

  /** What every process said last. */
  tails(): string {
    return this.#services.map(({ name, output }) => `===== ${name}\n${output.slice(-tailCharacters)}`).join('\n');
  }

  /** Does `work`; when that fails, everybody's last words are printed, since the reason stands there. */
  async explain<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      process.stderr.write(`the cluster's last words:\n${this.tails()}\n`);
      throw error;
    }
  }

  /** Ends everything, removes all data, and fails if a process is left. */
  async dispose(): Promise<void> {
    await Promise.all(this.#services.filter(({ isRunning }) => isRunning).map((service) => service.end('SIGKILL')));
    this.#pids.push(...this.#services.splice(0).flatMap(({ pids }) => pids));
    for (const proxy of this.proxies.values()) proxy.stop();
    this.#pids.push(...(await this.engines.dispose()));
    await sleep(50);
    const left = this.#pids.filter(isAlive);
    if (left.length > 0) throw new Error(`processes ${left.join(', ')} are left behind`);
  }

  #forget(service: ServiceProcess): void {
    this.#pids.push(...service.pids);
    this.#services.splice(this.#services.indexOf(service), 1);
  }

  #environmentOf(role: Role | 'migrator'): Record<string, string> {
    const address = (engine: EngineName): string => this.proxies.get(`${role} ${engine}`)?.address ?? '';
    return {
      ...this.environment,
      NATS_URL: `nats://${address('nats')}`,
      CQL_CONTACT_POINTS: address('cassandra'),
    };
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
