/**
 * Who is alive, as a bucket of beats tells.
 *
 * A member is gone when it says so, or when it was not heard for `ttlMs` while this process could hear. A process that hears
 * nobody, because NATS is away, knows nothing new: it keeps the list it has. When it hears again, everybody gets a whole
 * `ttlMs` to be heard.
 */
import type { KV, KvWatchEntry } from '@nats-io/kv';
import type { QueuedIterator } from '@nats-io/transport-node';

export interface Member {
  readonly role: string;
  readonly member: string;
}

export class MemberList {
  /** By key: when it was heard last, on this process's own clock. */
  private readonly heard = new Map<string, number>();
  private watching: QueuedIterator<KvWatchEntry> | undefined;
  private hasAll = false;
  private hearingAt = -Infinity;

  constructor(
    private readonly bucket: KV,
    /** Keys to watch, such as `enricher.*`. */
    private readonly keys: string,
    private readonly ttlMs: number,
    private readonly onChange: () => void,
  ) {}

  /** Begins to listen, or begins anew, and resolves when it listens. What is known stays known. */
  async listen(): Promise<void> {
    this.watching?.stop();
    const watching = await this.bucket.watch({ key: this.keys });
    this.watching = watching;
    void this.follow(watching);
  }

  close(): void {
    this.watching?.stop();
    this.watching = undefined;
  }

  /** Whether everybody who was there when it began to listen is known. */
  get isComplete(): boolean {
    return this.hasAll;
  }

  /** When the key was heard last, in milliseconds of this process; undefined when it never was or has gone. */
  heardAt(key: string): number | undefined {
    return this.heard.get(key);
  }

  /** Says that this process hears at this moment; only then is silence a sign. */
  hears(): void {
    const now = performance.now();
    if (now - this.hearingAt > this.ttlMs) for (const key of this.heard.keys()) this.heard.set(key, now);
    this.hearingAt = now;
    let isChanged = false;
    for (const [key, at] of this.heard) {
      if (now - at <= this.ttlMs) continue;
      this.heard.delete(key);
      isChanged = true;
    }
    if (isChanged) this.onChange();
  }

  members(): Member[] {
    return [...this.heard.keys()].sort().map((key) => {
      const dot = key.indexOf('.');
      return { role: key.slice(0, dot), member: key.slice(dot + 1) };
    });
  }

  private async follow(watching: QueuedIterator<KvWatchEntry>): Promise<void> {
    try {
      for await (const entry of watching) {
        this.hear(entry);
        if (entry.delta === 0 && !this.hasAll) {
          this.hasAll = true;
          this.onChange();
        }
      }
    } catch {
      // Whoever beats notices that nothing is heard any more, and listens anew.
    }
    if (this.watching === watching) this.watching = undefined;
  }

  private hear({ key, operation }: KvWatchEntry): void {
    const wasKnown = this.heard.has(key);
    if (operation === 'PUT') this.heard.set(key, performance.now());
    else this.heard.delete(key);
    if (wasKnown !== this.heard.has(key)) this.onChange();
  }
}
