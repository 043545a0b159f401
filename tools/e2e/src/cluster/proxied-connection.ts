/** One connection through the proxy: two directions, each of which forwards, holds up, or swallows. */
import { connect, type Socket } from 'node:net';
import type { Address, NetworkFault } from './tcp-proxy.js';

/** So much waits in one direction before its sender is held. Bytes. */
const waitingBytesMax = 1_048_576;

export class ProxiedConnection {
  onClosed: () => void = () => undefined;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #requests: Direction;
  readonly #answers: Direction;
  #isClosed = false;

  constructor(client: Socket, target: Address) {
    this.#client = client;
    this.#server = connect({ host: target.host, port: target.port, allowHalfOpen: true });
    this.#client.setNoDelay(true);
    this.#server.setNoDelay(true);
    this.#requests = new Direction(this.#client, this.#server);
    this.#answers = new Direction(this.#server, this.#client);
    for (const socket of [this.#client, this.#server]) {
      socket.on('error', () => this.reset());
      socket.on('close', () => this.#closeWhenBothAre());
    }
  }

  /** Takes on a fault of the network, or ends the one there is. */
  suffer(fault: NetworkFault | undefined): void {
    if (fault?.kind === 'reset' || this.#answers.hasSwallowed) return this.reset();
    this.#requests.hold(fault?.kind === 'half-open', fault?.kind === 'delay' ? fault.ms : 0);
    this.#answers.hold(fault?.kind === 'half-open', fault?.kind === 'delay' ? fault.ms : 0);
    this.#answers.swallowAfter(fault?.kind === 'drop-answers' ? fault.afterBytes : Number.POSITIVE_INFINITY);
  }

  /** Ends it as a crash does: both sides see a reset. */
  reset(): void {
    this.#requests.stop();
    this.#answers.stop();
    reset(this.#client);
    reset(this.#server);
  }

  #closeWhenBothAre(): void {
    if (this.#isClosed || !this.#client.destroyed || !this.#server.destroyed) {
      // A side that went away takes the other with it, but what it said last is still delivered.
      if (this.#client.destroyed && !this.#server.destroyed) this.#server.destroySoon();
      if (this.#server.destroyed && !this.#client.destroyed) this.#answers.endSoon();
      return;
    }
    this.#isClosed = true;
    this.#requests.stop();
    this.#answers.stop();
    this.onClosed();
  }
}

/** A socket that is connecting, or that says its last words, cannot be reset; it is closed, and unread bytes reset it then. */
function reset(socket: Socket): void {
  if (socket.connecting || socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

/** The way from one socket to another. */
class Direction {
  hasSwallowed = false;
  readonly #waiting: { readonly chunk: Buffer; readonly arrivedAt: number }[] = [];
  #waitingBytes = 0;
  #isHeld = false;
  #delayMs = 0;
  #bytesLeft = Number.POSITIVE_INFINITY;
  #hasEnded = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
  ) {
    from.on('data', (chunk: Buffer) => {
      this.#waiting.push({ chunk, arrivedAt: Date.now() });
      this.#waitingBytes += chunk.length;
      if (this.#waitingBytes > waitingBytesMax) from.pause();
      this.#forward();
    });
    from.on('end', () => this.endSoon());
    to.on('drain', () => this.#forward());
  }

  hold(isHeld: boolean, delayMs: number): void {
    this.#isHeld = isHeld;
    this.#delayMs = delayMs;
    this.#forward();
  }

  swallowAfter(bytes: number): void {
    this.#bytesLeft = bytes;
  }

  /** No more comes: the other side is told once everything that waits was forwarded. */
  endSoon(): void {
    this.#hasEnded = true;
    this.#forward();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
  }

  #forward(): void {
    clearTimeout(this.#timer);
    while (!this.#isHeld && this.#waiting[0] !== undefined && !this.to.writableNeedDrain) {
      const { chunk, arrivedAt } = this.#waiting[0];
      const earlyMs = arrivedAt + this.#delayMs - Date.now();
      if (earlyMs > 0) {
        this.#timer = setTimeout(() => this.#forward(), earlyMs);
        return;
      }
      this.#waiting.shift();
      this.#waitingBytes -= chunk.length;
      this.#deliver(chunk);
    }
    if (this.#waitingBytes <= waitingBytesMax) this.from.resume();
    if (this.#hasEnded && this.#waiting.length === 0 && !this.#isHeld && !this.to.destroyed) this.to.end();
  }

  #deliver(chunk: Buffer): void {
    const passing = chunk.subarray(0, Math.max(0, Math.min(chunk.length, this.#bytesLeft)));
    this.#bytesLeft -= chunk.length;
    if (passing.length < chunk.length) this.hasSwallowed = true;
    if (passing.length > 0 && !this.to.destroyed) this.to.write(passing);
  }
}
