import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between a client and a nats-server, and loses what it is told to. */
export class Proxy {
  /** What is lost next, known by a text in it, and how. */
  private next: { readonly text: string; readonly how: 'swallow' | 'cut' } | undefined;
  private readonly sockets = new Set<Socket>();
  /** Answers lost so far. */
  lost = 0;

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  /** @param port where the real server listens */
  static async start(port: number): Promise<Proxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Proxy(server, port);
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The server will store the next message, and its answer will not arrive. */
  loseNextAcknowledgement(how: 'swallow' | 'cut'): void {
    this.next = { text: '"seq":', how };
  }

  /** The server will send a reader its next entry, and it will not arrive. */
  loseNextDelivery(): void {
    this.next = { text: '$JS.ACK.', how: 'swallow' };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    const upstream = connect({ port: this.port, host: '127.0.0.1' });
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => {
      if (this.next === undefined || !data.includes(this.next.text)) {
        client.write(data);
        return;
      }
      if (this.next.how === 'cut') client.destroy();
      this.next = undefined;
      this.lost++;
    });
  }
}
