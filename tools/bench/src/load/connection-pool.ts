/**
 * HTTP/1.1 over plain sockets, kept alive, one request at a time on each: a fraction of the cost of a general client, which on
 * a small machine would be taken from the product under test. It understands what the product sends and nothing more.
 */
import { connect, type Socket } from 'node:net';

export interface Response {
  readonly status: number;
  readonly body: string;
}

interface Waiting {
  readonly request: Uint8Array;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: Error) => void;
}

/** Sends on a free connection, opens new ones up to a limit, and keeps what comes beyond in the order it came. */
export class ConnectionPool {
  readonly #host: string;
  readonly #port: number;
  readonly #connectionsMax: number;
  readonly #free: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #queue: Waiting[] = [];
  #queueHead = 0;

  constructor(url: URL, connectionsMax: number) {
    this.#host = url.hostname;
    this.#port = Number(url.port === '' ? 80 : url.port);
    this.#connectionsMax = connectionsMax;
  }

  /** `request` is the whole request, head and body. */
  send(request: Uint8Array): Promise<Response> {
    return new Promise((resolve, reject) => {
      const waiting = { request, resolve, reject };
      const connection = this.#free.pop() ?? (this.#all.size < this.#connectionsMax ? this.#open() : undefined);
      if (connection === undefined) this.#queue.push(waiting);
      else connection.send(waiting);
    });
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }

  #open(): Connection {
    const connection = new Connection(connect(this.#port, this.#host), {
      idle: () => {
        const next = this.#queue[this.#queueHead];
        if (next === undefined) {
          this.#free.push(connection);
          return;
        }
        this.#queueHead++;
        if (this.#queueHead > 1_024) {
          this.#queue.splice(0, this.#queueHead);
          this.#queueHead = 0;
        }
        connection.send(next);
      },
      gone: () => {
        this.#all.delete(connection);
        const index = this.#free.indexOf(connection);
        if (index >= 0) this.#free.splice(index, 1);
      },
    });
    this.#all.add(connection);
    return connection;
  }
}

class Connection {
  #received = '';
  #waiting: Waiting | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly on: { idle: () => void; gone: () => void },
  ) {
    socket.setNoDelay(true);
    // One character a byte, so that lengths are those of the wire; the body is decoded when it is complete.
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => {
      this.on.gone();
      this.#fail(new Error('the connection was closed before the answer was complete'));
    });
  }

  send(waiting: Waiting): void {
    this.#waiting = waiting;
    this.socket.write(waiting.request);
  }

  close(): void {
    this.socket.destroy();
  }

  #take(text: string): void {
    this.#received = this.#received === '' ? text : this.#received + text;
    const head = this.#received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#received.slice(0, head + 2))?.[1];
    const isChunked = length === undefined && /\r\ntransfer-encoding: *chunked/i.test(this.#received.slice(0, head));
    if (isChunked && !this.#received.endsWith('\r\n0\r\n\r\n')) return;
    const end = isChunked ? this.#received.length : head + 4 + Number(length ?? 0);
    if (this.#received.length < end) return;
    const raw = this.#received.slice(head + 4, end);
    const body = Buffer.from(isChunked ? joinChunks(raw) : raw, 'latin1').toString();
    const status = Number(this.#received.slice(9, 12));
    this.#received = this.#received.slice(end);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.on.idle();
    waiting?.resolve({ status, body });
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

function joinChunks(raw: string): string {
  let joined = '';
  for (let at = 0; ;) {
    const lineEnd = raw.indexOf('\r\n', at);
    const size = Number.parseInt(raw.slice(at, lineEnd), 16);
    if (!(size > 0)) return joined;
    joined += raw.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
  }
}
