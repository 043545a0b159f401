/** A real nats-server and a real Cassandra in a directory of their own, which can be ended, started again and rolled back. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCassandra, type Cassandra } from '../../../setup/engines/cassandra.mjs';
import { startNats, type NatsServer } from '../../../setup/engines/nats.mjs';
import type { Address } from './tcp-proxy.js';

export type EngineName = 'nats' | 'cassandra';
export const engineNames = ['nats', 'cassandra'] as const;

export class EngineSet {
  readonly addresses: Readonly<Record<EngineName, Address>>;
  #nats: NatsServer | undefined;
  #cassandra: Cassandra | undefined;
  readonly #pids: number[] = [];

  private constructor(
    readonly directory: string,
    nats: NatsServer,
    cassandra: Cassandra,
  ) {
    this.#nats = nats;
    this.#cassandra = cassandra;
    this.#pids.push(nats.pid, cassandra.pid);
    const host = '127.0.0.1';
    this.addresses = { nats: { host, port: nats.port }, cassandra: { host, port: cassandra.port } };
  }

  /** Both on empty directories. */
  static async start(): Promise<EngineSet> {
    const directory = await mkdtemp(join(tmpdir(), 'ticketrail-cluster-'));
    const starting = [
      startNats({ directory: join(directory, 'nats') }),
      startCassandra({ directory: join(directory, 'cassandra') }),
    ] as const;
    const [nats, cassandra] = await Promise.allSettled(starting);
    if (nats.status === 'fulfilled' && cassandra.status === 'fulfilled') {
      return new EngineSet(directory, nats.value, cassandra.value);
    }
    // The one that did start must not be left behind.
    if (nats.status === 'fulfilled') await nats.value.stop();
    if (cassandra.status === 'fulfilled') await cassandra.value.stop();
    await rm(directory, { recursive: true, force: true });
    throw nats.status === 'rejected' ? nats.reason : (cassandra as PromiseRejectedResult).reason;
  }

  /** Ends an engine, in order or as kill -9 does, and resolves when it is gone. */
  async end(engine: EngineName, how: 'term' | 'kill'): Promise<void> {
    const running = engine === 'nats' ? this.#nats : this.#cassandra;
    if (running === undefined) throw new Error(`${engine} is not running`);
    if (how === 'kill') {
      const gone = new Promise((resolve) => running.process.once('exit', resolve));
      running.process.kill('SIGKILL');
      await gone;
    }
    await running.stop();
    if (engine === 'nats') this.#nats = undefined;
    else this.#cassandra = undefined;
  }

  /** Starts an ended engine again, on the same directory and port. */
  async startAgain(engine: EngineName): Promise<void> {
    const { port } = this.addresses[engine];
    const directory = join(this.directory, engine);
    if (engine === 'nats') {
      this.#nats = await startNats({ directory, port });
      this.#pids.push(this.#nats.pid);
    } else {
      this.#cassandra = await startCassandra({ directory, port });
      this.#pids.push(this.#cassandra.pid);
    }
  }

  isRunning(engine: EngineName): boolean {
    return (engine === 'nats' ? this.#nats : this.#cassandra) !== undefined;
  }

  /** Keeps a copy of an ended engine's data, under a name. */
  async copyData(engine: EngineName, name: string): Promise<void> {
    await this.#replace(join(this.directory, engine), join(this.directory, `${engine}-${name}`));
  }

  /** Puts a copy in place of the data of the ended engine: what came since then has never been. */
  async putBack(engine: EngineName, name: string): Promise<void> {
    await this.#replace(join(this.directory, `${engine}-${name}`), join(this.directory, engine));
  }

  /** Forgets an ended engine's data: its next start is its first. */
  async forgetData(engine: EngineName): Promise<void> {
    await rm(join(this.directory, engine), { recursive: true, force: true });
  }

  async #replace(from: string, to: string): Promise<void> {
    await rm(to, { recursive: true, force: true });
    await cp(from, to, { recursive: true, preserveTimestamps: true });
  }

  /** Ends both, removes their data, and answers every process they ever were. */
  async dispose(): Promise<readonly number[]> {
    // Its data go as well, so nothing has to be written out in order.
    await Promise.all([this.#nats?.stop(), this.#cassandra?.kill()]);
    await rm(this.directory, { recursive: true, force: true });
    return this.#pids;
  }
}
