/** Makes each topic's answer once per tenant when its table changed, and tells everybody who listens. */
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, Replica, TenantLoading } from '@ticketrail/pipeline';
import { Metrics } from '@ticketrail/runtime';
import { Figures } from './figures.js';
import { TOPICS } from './topics.js';

export interface Listener {
  tell(topic: string, data: string): void;
  end(): void;
}

interface Channel {
  readonly tenant: string;
  readonly topic: string;
  readonly listeners: Set<Listener>;
  /** What was told last, for those who join. */
  latest: string | undefined;
  version: number;
  askedAt: number;
  isAsking: boolean;
}

/** How often changes are looked for. Milliseconds. */
const TICK_MS = 20;

/** How often it is looked how busy the thread is. Milliseconds. */
const LOOK_MS = 1_000;

/** A figure of a moving window changes though no event comes: it is told again after this long. Milliseconds. */
const REFRESH_MS = 5_000;

/**
 * How many times as long as `everyMs` a topic waits before it is told again. Questions and the changelog come first: with thousands
 * who look on, or a machine that has enough to do, everybody is told less often instead of the answers taking the whole thread.
 *
 * @param busy share of the time in which the thread had something to do
 */
export function stretchOf(busy: number): number {
  if (busy < 0.5) return 1;
  if (busy < 0.75) return 2.5;
  return busy < 0.9 ? 5 : 10;
}

@Injectable()
export class Broadcast implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('stream');
  private readonly channels = new Map<string, Channel>();
  private timer: NodeJS.Timeout | undefined;
  private stretch = 1;
  private lookedAt = 0;
  private utilization = performance.eventLoopUtilization();

  constructor(
    private readonly figures: Figures,
    private readonly replica: Replica,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    metrics.gauge('ticketrail_api_stream_listeners', 'Listeners of the stream, by topic', ['topic'], (set) => {
      for (const name of Object.keys(TOPICS)) {
        let count = 0;
        for (const channel of this.channels.values()) if (channel.topic === name) count += channel.listeners.size;
        set({ topic: name }, count);
      }
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** Streams never end by themselves, and the server waits for its connections. */
  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
    for (const { listeners } of this.channels.values()) for (const listener of listeners) listener.end();
  }

  /** Tells the listener each topic now and whenever it changes; the answer ends that. */
  join(tenant: string, topics: readonly string[], listener: Listener): () => void {
    const joined = topics.map((topic) => {
      const key = `${tenant}\u0000${topic}`;
      let channel = this.channels.get(key);
      if (channel === undefined) {
        channel = { tenant, topic, listeners: new Set(), latest: undefined, version: -1, askedAt: 0, isAsking: false };
        this.channels.set(key, channel);
      }
      channel.listeners.add(listener);
      if (channel.latest !== undefined) listener.tell(topic, channel.latest);
      return { key, channel };
    });
    this.tick();
    return () => {
      for (const { key, channel } of joined) {
        channel.listeners.delete(listener);
        if (channel.listeners.size === 0) this.channels.delete(key);
      }
    };
  }

  private tick(): void {
    const now = this.clock.now();
    if (now - this.lookedAt >= LOOK_MS) {
      const utilization = performance.eventLoopUtilization();
      this.stretch = stretchOf(performance.eventLoopUtilization(utilization, this.utilization).utilization);
      this.utilization = utilization;
      this.lookedAt = now;
    }
    for (const channel of this.channels.values()) {
      const { table, everyMs } = TOPICS[channel.topic]!;
      if (channel.isAsking || now - channel.askedAt < Math.min(REFRESH_MS, everyMs * this.stretch)) continue;
      const version = this.replica.version(table, channel.tenant);
      if (version === channel.version && now - channel.askedAt < REFRESH_MS) continue;
      channel.version = version;
      channel.askedAt = now;
      channel.isAsking = true;
      void this.ask(channel);
    }
  }

  private async ask(channel: Channel): Promise<void> {
    try {
      channel.latest = JSON.stringify(await TOPICS[channel.topic]!.answer(this.figures, channel.tenant));
      for (const listener of channel.listeners) listener.tell(channel.topic, channel.latest);
    } catch (error) {
      if (error instanceof TenantLoading) {
        // Asked again with the next tick: the dashboard gets its figures when they are there.
        channel.version = -1;
        return;
      }
      this.logger.error(`topic ${channel.topic}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
    } finally {
      channel.isAsking = false;
    }
  }
}
