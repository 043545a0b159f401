import type { NatsConnection } from '@nats-io/transport-node';

/**
 * Tells that the connection was lost and is back: answers that were under way will not come any more, and what the server held
 * for this connection may be gone.
 */
export class Reconnects {
  private readonly listeners = new Set<() => void>();
  private connected = true;

  constructor(connection: NatsConnection) {
    void this.follow(connection);
  }

  /** Whether there is a connection. What is sent without one does not go out later: the client forgets it when it dials. */
  get isConnected(): boolean {
    return this.connected;
  }

  /** Resolves when there is a connection, after `msMax`, or when `signal` aborts. */
  whenConnected(msMax: number, signal: AbortSignal): Promise<void> {
    if (this.connected || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        stopListening();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, msMax);
      const stopListening = this.listen(end);
      signal.addEventListener('abort', end, { once: true });
    });
  }

  /** @returns a function that ends the listening */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** The client ends the statuses when the connection is closed for good; nobody need wait any longer then. */
  private async follow(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') this.connected = false;
      if (type !== 'reconnect') continue;
      this.connected = true;
      this.tell();
    }
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
