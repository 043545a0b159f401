import type {
  Devices,
  DurationRow,
  MinuteRow,
  Problem,
  Receipt,
  RejectionRow,
  Report,
  Restatements,
  RevenueRow,
  RevenueTotals,
} from '../contract.js';
import { receiptQuery, type ReceiptQuestion } from './receipt-query.js';

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

  restatements(): Promise<Restatements> {
    return this.#get('v1/restatements', { window: '24h', limit: '50' });
  }

  devicesMissing(): Promise<Devices> {
    return this.#get('v1/devices/missing', { limit: '50' });
  }

  devicesSilent(): Promise<Devices> {
    return this.#get('v1/devices/silent', { limit: '50' });
  }

  /** @param cursor `next_cursor` of the page before */
  receipt(question: ReceiptQuestion, cursor?: string): Promise<Receipt> {
    const more: Record<string, string> = cursor === undefined ? {} : { cursor };
    return this.#get(`v1/receipts/${question.report}`, { ...receiptQuery(question), ...more, limit: '100' });
  }

  /** All events of a receipt as CSV (RFC 4180). */
  async receiptCsv(question: ReceiptQuestion): Promise<Blob> {
    const query = { ...receiptQuery(question), format: 'csv' };
    return (await this.#answer(`v1/receipts/${question.report}`, query, 'text/csv')).blob();
  }

  async #get<T>(path: string, query: Record<string, string>): Promise<T> {
    return (await (await this.#answer(path, query, 'application/json')).json()) as T;
  }

  async #answer(path: string, query: Record<string, string>, accept: string): Promise<Response> {
    const url = `${path}?${new URLSearchParams(query).toString()}`;
    let response: Response;
    try {
      response = await fetch(url, {
        headers: { accept, authorization: `Bearer ${this.key}` },
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
    return response;
  }
}
