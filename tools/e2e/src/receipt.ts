/** A receipt as the product answers it. */
import { expect } from '@jest/globals';
import type { Client, Query } from './client.js';
import { eventually } from './wait-for.js';

export interface ReceiptEvent {
  readonly event_id: string;
  readonly event_type: string;
  readonly how: 'applied' | 'late' | 'duplicate' | 'void' | 'refund' | 'rejected';
  readonly contribution: Readonly<Record<string, number>>;
  readonly position: { readonly shard: number; readonly seq: number; readonly index: number | null };
  readonly first: { readonly shard: number; readonly seq: number; readonly index: number | null } | null;
}

export interface Receipt {
  readonly window: { readonly from: string; readonly to: string };
  readonly as_of: { readonly log_time: string; readonly positions: Record<string, number> };
  readonly figure: Readonly<Record<string, number>>;
  readonly recounted: Readonly<Record<string, number>>;
  readonly equal: boolean | null;
  readonly stored: 'current' | 'changed_since';
  readonly problems: readonly string[];
  readonly differences: readonly object[];
  readonly event_count: number;
  readonly events: readonly ReceiptEvent[];
  readonly next_cursor: string | null;
}

export function receiptOf(client: Client, report: string, query: Query): Promise<Receipt> {
  return client.get<Receipt>(`/v1/receipts/${report}`, { limit: 1000, ...query });
}

/** Waits until so many events are in the figures, counted or known as copies. */
export async function untilCounted(client: Client, events: number): Promise<void> {
  await eventually(async () => {
    const books = await client.get<{ applied: number; duplicates: number }>('/v1/ledger');
    expect(books.applied + books.duplicates).toBe(events);
  });
}

/** Positions as `as_of` takes them. */
export function positionsText(positions: Record<string, number>): string {
  return Object.entries(positions)
    .map((pair) => pair.join(':'))
    .join(',');
}

/** What events contribute to an amount, in cents. */
export function centsOfEvents(events: readonly ReceiptEvent[], name = 'revenue'): number {
  return events.reduce((sum, { contribution }) => sum + Math.round((contribution[name] ?? 0) * 100), 0);
}
