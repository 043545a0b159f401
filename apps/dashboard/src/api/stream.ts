import { backoffMs, retryAfterMs } from './backoff.js';
import { SseParser } from './sse.js';

/**
 * The live stream over fetch, because EventSource cannot send an Authorization header. It reconnects for ever, except after a refused
 * key: asking again with the same key would only fill the server's log.
 */
export type StreamState =
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'open' }
  | { readonly kind: 'waiting'; readonly retryAtMs: number; readonly reason: string }
  | { readonly kind: 'refused'; readonly status: number };

export interface StreamOptions {
  readonly url: string;
  readonly key: string;
  /** Called with every whole message, in order. */
  readonly onMessage: (event: string, data: string) => void;
  /** Called whenever anything arrives, a beat included. */
  readonly onNews: () => void;
  readonly onState: (state: StreamState) => void;
  readonly fetch?: typeof globalThis.fetch;
  readonly random?: () => number;
  readonly nowMs?: () => number;
  /** With nothing heard for this long (beats come every 10 s) the connection is taken for dead, whatever the socket says. */
  readonly silenceMsMax?: number;
}

export interface LiveStream {
  close(): void;
  /** Try at once instead of waiting: the network is back, or the tab is looked at again. */
  retryNow(): void;
}

export function openStream(options: StreamOptions): LiveStream {
  const { url, key, onMessage, onNews, onState, silenceMsMax = 30_000 } = options;
  const fetchIt = options.fetch ?? globalThis.fetch.bind(globalThis);
  const random = options.random ?? Math.random;
  const nowMs = options.nowMs ?? Date.now;
  let closed = false;
  let attempt = 0;
  let abort: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function connect(): Promise<void> {
    const current = new AbortController();
    abort = current;
    let watchdog = setTimeout(() => current.abort(), silenceMsMax);
    const heard = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => current.abort(), silenceMsMax);
    };
    onState({ kind: 'connecting', attempt });
    try {
      const response = await fetchIt(url, {
        headers: { accept: 'text/event-stream', authorization: `Bearer ${key}` },
        signal: current.signal,
      });
      if (closed) return;
      if (response.status === 401 || response.status === 403)
        return onState({ kind: 'refused', status: response.status });
      if (!response.ok || !response.body) {
        await response.body?.cancel().catch(() => undefined);
        return wait(
          `the server answered ${response.status}`,
          retryAfterMs(response.headers.get('retry-after'), nowMs()),
        );
      }
      heard();
      onState({ kind: 'open' });
      await read(response.body, heard);
      wait('the server ended the stream', 0);
    } catch {
      wait(current.signal.aborted ? 'nothing was heard' : 'the connection broke', 0);
    } finally {
      clearTimeout(watchdog);
      current.abort();
    }
  }

  async function read(body: ReadableStream<Uint8Array>, heard: () => void): Promise<void> {
    const parser = new SseParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || closed) return;
      heard();
      onNews();
      attempt = 0;
      for (const message of parser.push(decoder.decode(value, { stream: true }))) {
        if (message.kind === 'event') onMessage(message.event, message.data);
      }
    }
  }

  function wait(reason: string, atLeastMs: number): void {
    if (closed) return;
    const delayMs = backoffMs(attempt++, random(), atLeastMs);
    onState({ kind: 'waiting', retryAtMs: nowMs() + delayMs, reason });
    timer = setTimeout(next, delayMs);
  }

  function next(): void {
    timer = undefined;
    if (!closed) void connect();
  }

  void connect();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      abort?.abort();
    },
    retryNow() {
      if (closed || timer === undefined) return;
      clearTimeout(timer);
      next();
    },
  };
}
