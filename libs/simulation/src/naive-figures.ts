/**
 * The independent model of the rows: what some of the tables must say, straight from the set of events that count. It knows
 * nothing of orders of arrival, positions or differences, and shares nothing with the folds but the hash of an identity.
 */
import { hash64 } from '@ticketrail/core';
import type { SentEvent } from './sent-event.js';
import type { Books } from './settled-check.js';

/** Columns that must be so, by table and key. */
export type Figures = Map<string, Record<string, number | string>>;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export function naiveFigures(applied: readonly SentEvent[], books: ReadonlyMap<string, Books>): Figures {
  const figures: Figures = new Map();
  const fingerprints = new Map<string, bigint>();
  const add = (
    table: string,
    key: readonly (string | number)[],
    event: SentEvent,
    weight: number,
    sums: Record<string, number>,
  ): void => {
    const name = JSON.stringify([table, event.tenant, ...key]);
    const row = figures.get(name) ?? { events: 0 };
    figures.set(name, row);
    for (const [sum, value] of Object.entries(sums)) row[sum] = ((row[sum] ?? 0) as number) + weight * value;
    row['events'] = (row['events'] as number) + weight;
    fingerprints.set(name, (fingerprints.get(name) ?? 0n) + BigInt(weight) * identity(event));
  };

  const voided = new Set(applied.filter(({ type }) => type === 'order_voided').map(orderOf));
  const firstPayments = new Map<string, SentEvent>();
  for (const event of applied) {
    if (event.type !== 'payment') continue;
    const first = firstPayments.get(orderOf(event));
    if (first === undefined || event.time < first.time || (event.time === first.time && event.id < first.id)) {
      firstPayments.set(orderOf(event), event);
    }
  }
  for (const event of applied) {
    const minute = Math.floor(event.time / MINUTE_MS) * MINUTE_MS;
    const day = Math.floor(event.time / DAY_MS) * DAY_MS;
    const is = (type: SentEvent['type']): number => (event.type === type ? 1 : 0);
    if (event.type !== 'payment_refunded' && event.type !== 'order_voided') {
      add('funnel_by_location_minute', [minute, event.locationId], event, 1, {
        tables_seated: is('table_seated'),
        orders_placed: is('order_placed'),
        orders_completed: is('order_completed'),
        payments: is('payment'),
      });
    }
    if (event.type !== 'payment' && event.type !== 'payment_refunded') continue;
    const weight = voided.has(orderOf(event)) ? 0 : 1;
    const sign = event.type === 'payment' ? 1 : -1;
    add('revenue_by_location_minute', [minute, event.locationId], event, weight, {
      revenue_minor: sign * event.totalMinor,
      net_sales_minor: sign * event.subtotalMinor,
      tax_minor: sign * event.taxMinor,
      tips_minor: sign * event.tipMinor,
      refunds_minor: is('payment_refunded') * event.totalMinor,
      payments: is('payment'),
      order_count: firstPayments.get(orderOf(event)) === event ? 1 : 0,
    });
    add('payment_mix_by_location_day', [day, event.locationId, event.method, ''], event, weight, {
      payments: is('payment'),
      amount_minor: sign * event.totalMinor,
    });
  }
  for (const [name, fingerprint] of fingerprints) {
    figures.get(name)!['fingerprint'] = BigInt.asUintN(64, fingerprint).toString(16).padStart(16, '0');
  }
  for (const [text, book] of books) {
    const [tenant, minute] = text.split('/') as [string, string];
    const day = Math.floor(Number(minute) / DAY_MS) * DAY_MS;
    figures.set(JSON.stringify(['ledger_by_minute', tenant, day, Number(minute)]), {
      events_accepted: book.accepted,
      events_applied: book.applied,
      events_duplicate: book.duplicate,
      events_rejected: book.rejected,
    });
  }
  return figures;
}

function orderOf({ tenant, locationId, orderId }: SentEvent): string {
  return `${tenant}/${locationId}/${orderId}`;
}

function identity({ tenant, locationId, id }: SentEvent): bigint {
  hash64(tenant, locationId, id, hash);
  return (BigInt(hash.hi) << 32n) | BigInt(hash.lo);
}

const hash = { hi: 0, lo: 0 };
