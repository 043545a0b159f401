import type { DurationRow, MinuteRow, Problem, RejectionRow, Report, RevenueRow, RevenueTotals } from '../contract.js';

/** An answer that is not a figure: the server's own words where it gave some. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ApiError';
  }
}

const ANSWER_MS_MAX = 15_000;

/** Addresses are relative, so that the page also works behind a path prefix. */
export const STREAM_URL = 'v1/stream';

/** The reads that the stream does not send. */
export class Client {
  constructor(
    private readonly key: string,
    private readonly onRefused: (status: number) => void,
  ) {}

  kitchen(): Promise<Report<DurationRow>> {
    return this.#get('v1/kitchen', { limit: '50' });
  }

  /** The five minutes that end with the minute of `at`; the totals are what is wanted. */
  revenueAt(atMs: number): Promise<Report<RevenueRow, RevenueTotals>> {
    return this.#get('v1/revenue/live', { window: '5m', at: new Date(atMs).toISOString(), limit: '1' });
  }

  locationRevenue(locationId: string, window: '1h' | '24h'): Promise<Report<MinuteRow & Partial<RevenueTotals>>> {
    return this.#get(`v1/locations/${encodeURIComponent(locationId)}/revenue`, { window });
  }

  rejections(): Promise<Report<RejectionRow>> {
    return this.#get('v1/rejections', { window: '24h', limit: '100' });
  }

  async #get<T>(path: string, query: Record<string, string>): Promise<T> {
    const url = `${path}?${new URLSearchParams(query).toString()}`;
    let response: Response;
    try {
      response = await fetch(url, {
        headers: { accept: 'application/json', authorization: `Bearer ${this.key}` },
        cache: 'no-store',
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
    } catch (cause) {
      throw new ApiError(0, 'The server cannot be reached.', { cause });
    }
    if (response.status === 401) this.onRefused(response.status);
    if (!response.ok) {
      const problem = (await response.json().catch(() => ({}))) as Problem;
      throw new ApiError(response.status, problem.detail ?? problem.title ?? `The server answered ${response.status}.`);
    }
    return (await response.json()) as T;
  }
}
