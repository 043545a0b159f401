/** An event with its place in the order of arrival. */
export interface StoredEvent {
  readonly offset: number;
  /** The event as JSON. */
  readonly line: string;
}

/**
 * The latest events in memory, numbered from 0 without holes. Old ones are forgotten, their numbers never given again, so that a
 * reader who was away too long can tell how much it missed.
 */
export class EventStore {
  readonly #capacity: number;
  readonly #lines: string[] = [];
  #next = 0;
  readonly #listeners = new Set<() => void>();

  constructor(capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) throw new Error('A store keeps at least one event.');
    this.#capacity = capacity;
  }

  /** The offset of the oldest event that is kept. */
  get oldest(): number {
    return Math.max(0, this.#next - this.#capacity);
  }

  /** The offset that the next event will have. */
  get next(): number {
    return this.#next;
  }

  append(lines: readonly string[]): void {
    if (lines.length === 0) return;
    for (const line of lines) this.#lines[this.#next++ % this.#capacity] = line;
    for (const listener of this.#listeners) listener();
  }

  /** Up to `limit` events from an offset on, or from the oldest where that is gone. */
  read(offset: number, limit: number): StoredEvent[] {
    const events: StoredEvent[] = [];
    const from = Math.max(offset, this.oldest);
    for (let at = from; at < Math.min(this.#next, from + limit); at++) {
      events.push({ offset: at, line: this.#lines[at % this.#capacity] ?? '' });
    }
    return events;
  }

  /** Calls back after each addition, until the returned function is called. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
