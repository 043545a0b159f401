/** A reader of server-sent events, as much of the format as the product uses. */
export interface StreamEvent {
  readonly topic: string;
  readonly data: unknown;
  /** When it arrived, epoch milliseconds. */
  readonly at: number;
}

export class StreamReader {
  readonly events: StreamEvent[] = [];
  /** Why nothing comes any more, when it was not `close`. */
  failure: unknown;
  readonly #abort = new AbortController();

  /** Connects, and reads until `close`. */
  static async open(url: string, headers: Record<string, string>): Promise<StreamReader> {
    const reader = new StreamReader();
    const response = await fetch(url, { headers, signal: reader.#abort.signal });
    const type = response.headers.get('content-type') ?? '';
    if (response.status !== 200 || !type.startsWith('text/event-stream') || response.body === null) {
      throw new Error(`the stream answered ${response.status} ${type}`);
    }
    void reader.#read(response.body);
    return reader;
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of body) {
        text += decoder.decode(chunk, { stream: true }).replaceAll('\r\n', '\n');
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          this.#take(text.slice(0, end));
          text = text.slice(end + 2);
        }
      }
    } catch (error) {
      // A product that goes away ends its streams; whoever waits for an event then waits in vain and says so.
      if (!this.#abort.signal.aborted) this.failure = error;
    }
  }

  #take(block: string): void {
    const fields = block.split('\n').map((line) => /^(event|data): ?(.*)$/.exec(line));
    const topic = fields.find((field) => field?.[1] === 'event')?.[2];
    const data = fields.flatMap((field) => (field?.[1] === 'data' ? [field[2]] : [])).join('\n');
    // A comment is the server's heartbeat and has neither.
    if (topic !== undefined) this.events.push({ topic, data: JSON.parse(data), at: Date.now() });
  }
}
