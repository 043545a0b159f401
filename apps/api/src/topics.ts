/** What the stream tells: each topic is a report, asked with its defaults, again whenever its table changes. */
import {
  type AggregateTable,
  FEEDBACK,
  FUNNEL,
  ITEM_SALES,
  LEDGER,
  PAYMENT_MIX,
  REVENUE,
  WAIT_TIMES,
} from '@ticketrail/core';
import type { Figures } from './figures.js';

export interface Topic {
  readonly table: AggregateTable;
  /** It is told at most this often, and less often where the thread is busy: see stretchOf. Milliseconds. */
  readonly everyMs: number;
  readonly answer: (figures: Figures, tenant: string) => Promise<unknown>;
}

const LIMIT = { limit: 50 };
const FAST_MS = 100;
const SLOW_MS = 2_000;

export const TOPICS: Readonly<Record<string, Topic>> = {
  revenue: { table: REVENUE, everyMs: FAST_MS, answer: (figures, tenant) => figures.revenue(tenant, LIMIT) },
  series: { table: REVENUE, everyMs: FAST_MS, answer: (figures, tenant) => figures.series(tenant, {}, '1h') },
  funnel: { table: FUNNEL, everyMs: FAST_MS, answer: (figures, tenant) => figures.funnel(tenant, LIMIT) },
  items: { table: ITEM_SALES, everyMs: FAST_MS, answer: (figures, tenant) => figures.items(tenant, {}) },
  'wait-times': { table: WAIT_TIMES, everyMs: SLOW_MS, answer: (figures, tenant) => figures.waits(tenant, LIMIT) },
  payments: { table: PAYMENT_MIX, everyMs: SLOW_MS, answer: (figures, tenant) => figures.payments(tenant, {}) },
  feedback: { table: FEEDBACK, everyMs: SLOW_MS, answer: (figures, tenant) => figures.feedback(tenant, LIMIT) },
  ledger: { table: LEDGER, everyMs: FAST_MS, answer: (figures, tenant) => figures.ledger(tenant, {}) },
};
