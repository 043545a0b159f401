/** Whether the connection to NATS is there, and how often it had to be made anew. */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Metrics } from '@ticketrail/runtime';

export class NatsHealth {
  private lostAt: number | undefined;
  private reconnects = 0;

  constructor(connection: NatsConnection) {
    void this.follow(connection);
  }

  problem(): string | undefined {
    if (this.lostAt === undefined) return undefined;
    return `NATS has not answered for ${Math.round((Date.now() - this.lostAt) / 1000)} seconds`;
  }

  registerMetrics(metrics: Metrics): void {
    metrics.counted('ticketrail_nats_reconnects_total', 'Connections made anew after one was lost', [], (add) =>
      add({}, this.reconnects),
    );
    metrics.gauge('ticketrail_nats_connected', '1 while the connection is there', [], (set) =>
      set({}, this.lostAt === undefined ? 1 : 0),
    );
  }

  /** Ends when the connection is closed for good. */
  private async follow(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect' || type === 'staleConnection') this.lostAt ??= Date.now();
      if (type === 'reconnect') {
        this.lostAt = undefined;
        this.reconnects++;
      }
    }
  }
}
