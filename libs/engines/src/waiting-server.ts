/** Answers on a service's port while its engines are not there yet: alive, not ready, and why. */
import { createServer, type Server } from 'node:http';

export class WaitingServer {
  private reason = 'starting';

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const isLive = request.url === '/health/live';
      const body = isLive
        ? { status: 'ok' }
        : { status: 'error', error: { engines: { status: 'down', problem: this.reason } } };
      response.writeHead(isLive ? 200 : 503, {
        'content-type': 'application/json',
        connection: 'close',
        'retry-after': '1',
      });
      response.end(JSON.stringify(body));
    });
  }

  static async listen(port: number, host: string): Promise<WaitingServer> {
    const server = createServer();
    const waiting = new WaitingServer(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return waiting;
  }

  say(reason: string): void {
    this.reason = reason;
  }

  /** Frees the port. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}
