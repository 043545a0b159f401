import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { startNats, type NatsServer, type NatsServerOptions } from '../../../../tools/setup/engines/nats.mjs';
import { connectNats, type NatsOptions } from './connect-nats.js';

/** A real nats-server of a test's own, and the test's connections to it. */
export class NatsFixture {
  private readonly connections: NatsConnection[] = [];

  private constructor(
    private server: NatsServer,
    private readonly options: NatsServerOptions,
  ) {}

  static async start(options: Omit<NatsServerOptions, 'directory'> = {}): Promise<NatsFixture> {
    const directory = await mkdtemp(join(tmpdir(), 'ticketrail-nats-'));
    const server = await startNats({ ...options, directory });
    return new NatsFixture(server, { ...options, directory, port: server.port });
  }

  get url(): string {
    return this.server.url;
  }

  get port(): number {
    return this.server.port;
  }

  get directory(): string {
    return this.options.directory;
  }

  async connect(options: Partial<NatsOptions> = {}): Promise<NatsConnection> {
    const connection = await connectNats({ servers: this.url, name: 'test', ...options });
    this.connections.push(connection);
    return connection;
  }

  async disconnect(): Promise<void> {
    await Promise.all(this.connections.splice(0).map((connection) => connection.close()));
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** Ends the server without a warning, as an outage would. */
  async kill(): Promise<void> {
    this.server.process.kill('SIGKILL');
    await this.server.stop();
  }

  /** Starts the server on the same data and port again. */
  async restart(): Promise<void> {
    await this.server.stop();
    this.server = await startNats(this.options);
  }

  async end(): Promise<void> {
    await this.disconnect();
    await this.server.stop();
    await rm(this.options.directory, { recursive: true });
  }
}
