/**
 * A TCP proxy that misbehaves on request: it stands between a service and an engine and is what a bad network looks like to both.
 *
 * It keeps TCP's promise that a stream has no holes. Bytes that are held up arrive later and in order; a connection of which
 * bytes were swallowed never forwards another one, and is reset when the fault ends.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { ProxiedConnection } from './proxied-connection.js';

export type NetworkFault =
  /** Everything arrives, each chunk this much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Requests go through; of the answers on each connection only this many bytes more do. */
  | { readonly kind: 'drop-answers'; readonly afterBytes: number }
  /** Connections are accepted and stay open, and nothing moves on them until the fault ends. */
  | { readonly kind: 'half-open' }
  /** Open connections are reset now, and new ones as soon as they are made. */
  | { readonly kind: 'reset' }
  /** New connections are refused; open ones go on. */
  | { readonly kind: 'refuse' };

export interface Address {
  readonly host: string;
  readonly port: number;
}

export class TcpProxy {
  #fault: NetworkFault | undefined;
  readonly #connections = new Set<ProxiedConnection>();
  #server: Server | undefined;

  private constructor(
    private readonly target: Address,
    readonly port: number,
  ) {}

  /** Listens on a free port of the loopback and forwards to `target`, which need not be there yet. */
  static async start(target: Address): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true });
    const proxy = new TcpProxy(target, await listening(server, 0));
    proxy.#serve(server);
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get openConnections(): number {
    return this.#connections.size;
  }

  /** Misbehaves from now on, also on the connections that are open. */
  async fail(fault: NetworkFault): Promise<void> {
    await this.heal();
    this.#fault = fault;
    if (fault.kind === 'refuse') this.#stopListening();
    for (const connection of this.#connections) connection.suffer(fault);
  }

  /** Behaves again. */
  async heal(): Promise<void> {
    this.#fault = undefined;
    for (const connection of this.#connections) connection.suffer(undefined);
    if (this.#server !== undefined) return;
    const server = createServer({ allowHalfOpen: true });
    await listening(server, this.port);
    this.#serve(server);
  }

  /** Resets every open connection once; new ones are served. */
  cut(): void {
    for (const connection of this.#connections) connection.reset();
  }

  /** Ends every connection and frees the port. */
  stop(): void {
    this.cut();
    this.#stopListening();
  }

  #serve(server: Server): void {
    this.#server = server;
    server.on('connection', (client: Socket) => {
      const connection = new ProxiedConnection(client, this.target);
      this.#connections.add(connection);
      connection.onClosed = () => this.#connections.delete(connection);
      if (this.#fault !== undefined) connection.suffer(this.#fault);
    });
  }

  #stopListening(): void {
    this.#server?.close();
    this.#server = undefined;
  }
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
