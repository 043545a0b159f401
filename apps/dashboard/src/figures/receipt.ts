import type { Receipt, ReceiptEvent, ReceiptReport } from '../contract.js';
import { count, countChange, money, moneyChange, NONE, percent } from './format.js';

/** How a column of a report is called and written. */
interface Column {
  readonly name: string;
  readonly write: (value: number | null | undefined) => string;
  readonly change: (value: number | null | undefined) => string;
}

const amount = (name: string): Column => ({ name, write: money, change: moneyChange });
const number = (name: string): Column => ({ name, write: count, change: countChange });
const rate = (name: string): Column => ({ name, write: percent, change: percent });

/** What a figure of each report is made of; the first column is the one that is asked about. */
const FIGURES: Readonly<Record<ReceiptReport, Readonly<Record<string, Column>>>> = {
  revenue: {
    revenue: amount('Revenue'),
    order_count: number('Orders'),
    net_sales: amount('Net sales'),
    tax: amount('Tax'),
    tips: amount('Tips'),
  },
  funnel: {
    tables_seated: number('Seated'),
    orders_placed: number('Ordered'),
    orders_completed: number('Completed'),
    payments: number('Paid'),
    conversion_rate_order_to_completed: rate('Completed of ordered'),
  },
  items: { total_quantity: number('Sold'), order_count: number('Orders') },
};

/** What one event contributes, by the names the fold gives it. */
const CONTRIBUTIONS: Readonly<Record<ReceiptReport, Readonly<Record<string, Column>>>> = {
  revenue: { revenue: amount(''), order_count: number('order') },
  funnel: {
    tables_seated: number('seated'),
    orders_placed: number('ordered'),
    orders_completed: number('completed'),
    payments: number('paid'),
  },
  items: { quantity: number('sold'), orders: number('order') },
};

/** One line of the equation: the figure as stored, and as its events give it. */
export interface EquationLine {
  readonly name: string;
  readonly stored: string;
  readonly recounted: string;
  readonly equal: boolean;
}

export interface Equation {
  readonly verdict: 'equal' | 'different' | 'gone-on' | 'incomplete';
  /** The whole of it in words. */
  readonly sentence: string;
  readonly lines: readonly EquationLine[];
}

export function equationOf(report: ReceiptReport, receipt: Receipt): Equation {
  const lines = Object.entries(FIGURES[report])
    .filter(([column]) => column in receipt.figure)
    .map(([column, { name, write }]) => ({
      name,
      stored: write(receipt.figure[column]),
      recounted: write(receipt.recounted[column]),
      equal: receipt.figure[column] === receipt.recounted[column],
    }));
  const first = lines[0];
  const { duplicate, rejected } = receipt.totals;
  const counted = receipt.event_count - duplicate - rejected;
  const events = counted === 1 ? '1 event' : `${count(counted)} events`;
  const beside = duplicate === 0 ? '' : ` (and ${count(duplicate)} not counted again)`;
  const sum = `${first?.stored ?? NONE} = sum of ${events}${beside}`;
  if (receipt.problems.length > 0) {
    return { verdict: 'incomplete', sentence: `${sum}. Part of the history could not be used.`, lines };
  }
  if (receipt.equal === null) {
    return { verdict: 'gone-on', sentence: `${sum}, as known then. The figure has gone on since.`, lines };
  }
  return receipt.equal
    ? { verdict: 'equal', sentence: `${sum}. Recounted: equal.`, lines }
    : { verdict: 'different', sentence: `${sum}? A recount gives ${first?.recounted ?? NONE}.`, lines };
}

/** What became of an event, as a mark and in words; in time and counted is nothing to remark. */
export function markOf(event: ReceiptEvent): { readonly mark: string; readonly why: string } | undefined {
  switch (event.how) {
    case 'applied':
      return undefined;
    case 'late':
      return { mark: 'late', why: 'It came after its minute was settled, and restated it.' };
    case 'duplicate': {
      const at = event.first ? ` at ${event.first.shard}:${event.first.seq}` : '';
      return { mark: 'duplicate', why: `Not counted again: the first of it stands${at}.` };
    }
    case 'void':
      return { mark: 'void', why: 'It took back what its order had contributed.' };
    case 'refund':
      return { mark: 'refund', why: 'Money given back.' };
    case 'rejected':
      return { mark: 'rejected', why: 'Refused, so it is in no figure.' };
  }
}

/** +$65.55, +1 order; or a dash for an event that adds nothing. */
export function contributionOf(report: ReceiptReport, event: ReceiptEvent): string {
  const parts = Object.entries(CONTRIBUTIONS[report])
    .filter(([column]) => (event.contribution[column] ?? 0) !== 0)
    .map(([column, { name, change }]) => `${change(event.contribution[column])} ${name}`.trim());
  return parts.length === 0 ? NONE : parts.join(', ');
}

/** 3:1204.7, as it stands in the log: partition, position, index. */
export function positionOf({ position }: ReceiptEvent): string {
  const { shard, seq, index } = position;
  return index === null ? `${shard}:${seq}` : `${shard}:${seq}.${index}`;
}

/** What was restated, in words: "+$212.00", or what else changed. */
export function restatementText(row: {
  readonly revenue: number;
  readonly tables_seated: number;
  readonly orders_placed: number;
  readonly orders_completed: number;
  readonly payments: number;
  readonly item_quantity: number;
  readonly samples_moved: number;
  readonly feedback_responses: number;
}): string {
  if (row.revenue !== 0) return moneyChange(row.revenue);
  const changes: [number, string][] = [
    [row.payments, 'payments'],
    [row.tables_seated, 'seated'],
    [row.orders_placed, 'ordered'],
    [row.orders_completed, 'completed'],
    [row.item_quantity, 'items'],
    [row.feedback_responses, 'ratings'],
  ];
  const first = changes.find(([value]) => value !== 0);
  if (first) return `${countChange(first[0])} ${first[1]}`;
  return row.samples_moved > 0 ? 'waits moved' : moneyChange(0);
}

/** 881–884, 890 and 12 more. */
export function missingText(device: {
  readonly missing: readonly { readonly from: number; readonly to: number }[];
  readonly missing_count: number;
}): string {
  const shown = device.missing.slice(0, 3);
  const numbers = shown.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const rest = device.missing_count - numbers;
  const text = shown.map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
  return rest <= 0 ? text : text === '' ? `${count(rest)} numbers` : `${text} and ${count(rest)} more`;
}
