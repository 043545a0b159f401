import http from 'node:http';
import https from 'node:https';

/** What the server said to one request. */
export interface PostAnswer {
  readonly status: number;
  /** What the Retry-After header asks for, in milliseconds; null without one. */
  readonly retryAfterMs: number | null;
  readonly body: string;
}

const ANSWER_CHARACTERS_MAX = 4_000_000;

/** Posts NDJSON over connections that are kept. An answer of any status is a value; only a failed connection rejects. */
export class Poster {
  readonly #url: URL;
  readonly #key: string;
  readonly #timeoutMs: number;
  readonly #client: typeof http | typeof https;
  readonly #agent: http.Agent;

  constructor(options: { url: string; key: string; connectionsMax: number; timeoutMs: number }) {
    this.#url = new URL('/v1/events', options.url);
    this.#key = options.key;
    this.#timeoutMs = options.timeoutMs;
    this.#client = this.#url.protocol === 'https:' ? https : http;
    this.#agent = new this.#client.Agent({ keepAlive: true, maxSockets: options.connectionsMax });
  }

  post(body: string, signal: AbortSignal): Promise<PostAnswer> {
    return new Promise((resolve, reject) => {
      const request = this.#client.request(
        this.#url,
        {
          method: 'POST',
          agent: this.#agent,
          signal,
          timeout: this.#timeoutMs,
          headers: {
            'content-type': 'application/x-ndjson',
            'content-length': Buffer.byteLength(body),
            authorization: `Bearer ${this.#key}`,
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => {
            if (text.length < ANSWER_CHARACTERS_MAX) text += part;
          });
          response.on('error', reject);
          response.on('end', () => {
            const retryAfterMs = parseRetryAfter(response.headers['retry-after'], response.headers.date);
            resolve({ status: response.statusCode ?? 0, retryAfterMs, body: text });
          });
        },
      );
      request.on('timeout', () => request.destroy(new Error(`No answer within ${this.#timeoutMs} ms.`)));
      request.on('error', reject);
      request.end(body);
    });
  }

  /** Closes the kept connections; what is under way fails. */
  close(): void {
    this.#agent.destroy();
  }
}

/** Seconds, or a date, which is measured against the server's own clock. */
export function parseRetryAfter(header: string | undefined, date: string | undefined): number | null {
  if (header === undefined) return null;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const waitMs = Date.parse(header) - Date.parse(date ?? '');
  return Number.isNaN(waitMs) ? null : Math.max(0, waitMs);
}
