/** The product's HTTP interface as a terminal or a dashboard uses it. */
export interface Answer<Body> {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Posted {
  readonly accepted: number;
  readonly rejected: readonly { readonly index: number; readonly reason: string; readonly message: string }[];
}

export type Query = Readonly<Record<string, string | number>>;

export class Client {
  constructor(
    readonly url: string,
    readonly key: string,
    /** How long an answer is waited for. Milliseconds. */
    private readonly patienceMs = 30_000,
  ) {}

  /** Any request, with the key unless `headers` says otherwise. The body is decoded when it is JSON. */
  async send<Body>(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string | Uint8Array,
  ): Promise<Answer<Body>> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...headers },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(this.patienceMs),
    });
    const text = await response.text();
    const contentType = response.headers.get('content-type') ?? '';
    return {
      status: response.status,
      contentType,
      headers: response.headers,
      body: (contentType.includes('json') ? JSON.parse(text) : text) as Body,
    };
  }

  /** The body of a GET that must succeed. */
  async get<Body>(path: string, query: Query = {}): Promise<Body> {
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const answer = await this.send<Body>('GET', `${path}?${search.toString()}`);
    if (answer.status !== 200) {
      throw new Error(
        `GET ${path}?${search.toString()} answered ${answer.status}: ${JSON.stringify(answer.body).slice(0, 500)}`,
      );
    }
    return answer.body;
  }

  postJson(event: unknown): Promise<Answer<Posted>> {
    return this.send('POST', '/v1/events', { 'content-type': 'application/json' }, JSON.stringify(event));
  }

  postLines(lines: readonly string[]): Promise<Answer<Posted>> {
    return this.send('POST', '/v1/events', { 'content-type': 'application/x-ndjson' }, lines.join('\n'));
  }

  async isReady(): Promise<boolean> {
    try {
      return (await this.send('GET', '/health/ready')).status === 200;
    } catch {
      return false;
    }
  }
}
