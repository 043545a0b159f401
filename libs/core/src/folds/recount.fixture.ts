/**
 * An independent recount: what the rows of every aggregate table must say, straight from the set of events. It shares nothing
 * with the folds but the hash of an event's identity, and is written to be read, not to be quick.
 */
import type { CanonicalEvent, Item } from '../events/canonical.js';
import type { SettledBatch } from '../batches.js';
import { hash64 } from '../hash.js';
import type { TenantEvent } from './event-sets.fixture.js';

/** A row without its position: columns by name. */
export type Recounted = Record<string, unknown>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SIX_HOURS = 6 * HOUR;
const GAMMA = 1.01 / 0.99;
const floor = (time: number, to: number): number => time - (time % to);
const earlier = (a: CanonicalEvent, b: CanonicalEvent): number => a.time - b.time || (a.event_id < b.event_id ? -1 : 1);

/** One event's share in one row. */
interface Share {
  readonly event: CanonicalEvent;
  /** False when the event only makes the row exist. */
  readonly counts: boolean;
  readonly sums: Record<string, number>;
  readonly labels?: Record<string, string | undefined>;
  readonly samples?: Record<string, number>;
}

/** Every aggregate row but the ledger's, by table and key. */
export function recount(all: readonly TenantEvent[]): Map<string, Recounted> {
  const rows = new Map<string, Recounted>();
  for (const tenant of new Set(all.map((one) => one.tenant))) {
    const events = all.filter((one) => one.tenant === tenant).map((one) => one.event);
    const shares = new Map<string, Share[]>();
    const into = (table: string, key: Recounted, share: Share): void => {
      const text = JSON.stringify([table, { tenant, ...key }]);
      shares.set(text, [...(shares.get(text) ?? []), share]);
    };
    money(events, into);
    items(events, into);
    funnel(events, into);
    visits(tenant, events, into);
    feedback(events, into);
    for (const [text, list] of shares) rows.set(text, rowOf(tenant, list));
  }
  return rows;
}

type Into = (table: string, key: Recounted, share: Share) => void;

const isPaid = (event: CanonicalEvent): boolean => event.event_type === 'payment' || event.event_type === 'sale';

function orderOf(event: CanonicalEvent): string | undefined {
  if (event.event_type === 'table_seated' || event.event_type === 'feedback') return undefined;
  return JSON.stringify([event.location_id, event.order_id]);
}

function isVoided(event: CanonicalEvent, events: readonly CanonicalEvent[]): boolean {
  return events.some((other) => other.event_type === 'order_voided' && orderOf(other) === orderOf(event));
}

function money(events: readonly CanonicalEvent[], into: Into): void {
  for (const event of events) {
    if (event.event_type !== 'payment' && event.event_type !== 'sale' && event.event_type !== 'payment_refunded')
      continue;
    const counts = !isVoided(event, events);
    const sign = event.event_type === 'payment_refunded' ? -1 : 1;
    const paid = events.filter((other) => isPaid(other) && orderOf(other) === orderOf(event)).sort(earlier);
    into(
      'revenue_by_location_minute',
      { minute: floor(event.time, MINUTE), location_id: event.location_id },
      {
        event,
        counts,
        labels: { location_name: event.location_name },
        sums: {
          revenue_minor: sign * event.total_minor,
          net_sales_minor: sign * event.subtotal_minor,
          tax_minor: sign * event.tax_minor,
          tips_minor: sign * event.tip_minor,
          refunds_minor: sign < 0 ? event.total_minor : 0,
          payments: sign < 0 ? 0 : 1,
          order_count: paid[0] === event ? 1 : 0,
        },
      },
    );
    const { location_id, payment_method, provider = '' } = event;
    into(
      'payment_mix_by_location_day',
      { day: floor(event.time, DAY), location_id, payment_method, provider },
      {
        event,
        counts,
        sums: {
          payments: sign < 0 ? 0 : 1,
          amount_minor: sign * event.total_minor,
          tips_minor: sign * event.tip_minor,
          refunds_minor: sign < 0 ? event.total_minor : 0,
        },
      },
    );
  }
}

function linesOf(event: CanonicalEvent): readonly Item[] {
  return event.event_type === 'sale' || event.event_type === 'order_placed' || event.event_type === 'order_item_added'
    ? (event.items ?? [])
    : [];
}

function items(events: readonly CanonicalEvent[], into: Into): void {
  for (const event of events) {
    for (const item_id of new Set(linesOf(event).map((line) => line.item_id))) {
      const lines = linesOf(event).filter((line) => line.item_id === item_id);
      const holders = events
        .filter((other) => orderOf(other) === orderOf(event) && linesOf(other).some((line) => line.item_id === item_id))
        .sort(earlier);
      into(
        'item_sales_by_minute',
        { minute: floor(event.time, MINUTE), item_id },
        {
          event,
          counts: !isVoided(event, events),
          labels: { item_name: lines[0]!.item_name, category: lines[0]!.category },
          sums: {
            quantity: lines.reduce((sum, line) => sum + line.quantity, 0),
            orders: holders[0] === event ? 1 : 0,
            amount_minor: lines.reduce((sum, line) => sum + line.quantity * (line.price_minor ?? 0), 0),
          },
        },
      );
    }
  }
}

function funnel(events: readonly CanonicalEvent[], into: Into): void {
  for (const event of events) {
    const is = (...types: string[]): number => (types.includes(event.event_type) ? 1 : 0);
    const sums = {
      tables_seated: is('table_seated'),
      orders_placed: is('order_placed', 'sale'),
      orders_completed: is('order_completed'),
      payments: is('payment', 'sale'),
    };
    if (Object.values(sums).every((sum) => sum === 0)) continue;
    const key = { minute: floor(event.time, MINUTE), location_id: event.location_id };
    into('funnel_by_location_minute', key, {
      event,
      counts: true,
      sums,
      labels: { location_name: event.location_name },
    });
  }
}

function visits(tenant: string, events: readonly CanonicalEvent[], into: Into): void {
  const keyOf = (event: CanonicalEvent): Recounted => ({
    day: floor(event.time, DAY),
    location_id: event.location_id,
    hour: floor(event.time, HOUR),
    hour_of_day: new Date(event.time + (event.utc_offset_minutes ?? 0) * MINUTE).getUTCHours(),
  });
  const table = 'wait_times_by_location_hour';
  const lastPaid = new Map<CanonicalEvent, CanonicalEvent>();
  for (const event of events) {
    if (event.event_type === 'order_completed' && event.kitchen_time_minutes !== undefined) {
      const samples = { kitchen_minutes: event.kitchen_time_minutes };
      into(table, keyOf(event), {
        event,
        counts: true,
        sums: {},
        samples,
        labels: { location_name: event.location_name },
      });
    }
    if (event.event_type === 'table_seated') {
      const labels = { location_name: event.location_name };
      into(table, keyOf(event), { event, counts: true, sums: { visits: 1 }, labels });
    }
    if ((event.event_type !== 'order_completed' && event.event_type !== 'payment') || event.table_id === undefined)
      continue;
    const seating = seatingBefore(tenant, event, event.table_id, events);
    if (seating === undefined) continue;
    if (event.event_type === 'order_completed') {
      const samples = { wait_minutes: (event.time - seating.time) / MINUTE };
      into(table, keyOf(seating), { event, counts: true, sums: {}, samples });
    } else {
      const known = lastPaid.get(seating);
      if (known === undefined || earlierAtTable(tenant, known, event) < 0) lastPaid.set(seating, event);
    }
  }
  for (const [seating, event] of lastPaid) {
    const samples = { visit_minutes: (event.time - seating.time) / MINUTE };
    into(table, keyOf(seating), { event, counts: true, sums: {}, samples });
  }
}

/** At a table, of equal times the one with the smaller hash is the earlier. */
function earlierAtTable(tenant: string, a: CanonicalEvent, b: CanonicalEvent): number {
  return a.time - b.time || (identity(tenant, a) < identity(tenant, b) ? -1 : 1);
}

/** The latest seating at the table, not after the event (a seating at the same instant came first) and six hours before at most. */
function seatingBefore(
  tenant: string,
  event: CanonicalEvent,
  tableId: string,
  events: readonly CanonicalEvent[],
): CanonicalEvent | undefined {
  return events
    .filter((other) => other.event_type === 'table_seated' && other.table_id === tableId)
    .filter((other) => other.location_id === event.location_id)
    .filter((other) => other.time <= event.time && event.time - other.time <= SIX_HOURS)
    .sort((a, b) => earlierAtTable(tenant, a, b))
    .at(-1);
}

function feedback(events: readonly CanonicalEvent[], into: Into): void {
  for (const event of events) {
    if (event.event_type !== 'feedback') continue;
    const { rating, nps_score: score } = event;
    into(
      'feedback_by_location_day',
      { day: floor(event.time, DAY), location_id: event.location_id },
      {
        event,
        counts: true,
        labels: { location_name: event.location_name },
        sums: {
          responses: 1,
          ratings: rating === undefined ? 0 : 1,
          rating_sum: rating ?? 0,
          scores: score === undefined ? 0 : 1,
          promoters: score !== undefined && score > 8 ? 1 : 0,
          passives: score === 7 || score === 8 ? 1 : 0,
          detractors: score !== undefined && score < 7 ? 1 : 0,
        },
      },
    );
  }
}

/** Adds the shares of one row up. */
function rowOf(tenant: string, shares: readonly Share[]): Recounted {
  const row: Recounted = {};
  const sums: Record<string, number> = {};
  const samples: Record<string, Map<number, number>> = {};
  let fingerprint = 0n;
  for (const { event, counts, sums: own, samples: measured = {} } of shares) {
    for (const [name, value] of Object.entries(own)) sums[name] = (sums[name] ?? 0) + (counts ? value : 0);
    for (const [name, value] of Object.entries(measured)) {
      // A thousandth of a minute is no time at all.
      const bin =
        value <= 0.001
          ? Math.ceil(Math.log(0.001) / Math.log(GAMMA)) - 1
          : Math.ceil(Math.log(value) / Math.log(GAMMA));
      const bins = (samples[name] ??= new Map());
      bins.set(bin, (bins.get(bin) ?? 0) + 1);
    }
    if (counts) fingerprint += identity(tenant, event);
  }
  Object.assign(row, labelsOf(shares), sums);
  for (const [name, bins] of Object.entries(samples)) row[name] = [...bins].sort(([a], [b]) => a - b).flat();
  row['events'] = shares.filter((share) => share.counts).length;
  row['fingerprint'] = (fingerprint % 2n ** 64n).toString(16).padStart(16, '0');
  return row;
}

/** Of the shares that know a name, those of the latest instant; of several the greatest name. */
function labelsOf(shares: readonly Share[]): Recounted {
  const knowing = shares.filter(({ labels = {} }) => Object.values(labels).some((label) => label !== undefined));
  const latest = Math.max(...knowing.map(({ event }) => event.time));
  const labels: Recounted = {};
  for (const { event, labels: own } of knowing) {
    if (event.time !== latest) continue;
    labels['label_time'] = latest;
    for (const [name, label] of Object.entries(own!)) {
      if (label !== undefined && label > ((labels[name] as string | undefined) ?? '')) labels[name] = label;
    }
  }
  return labels;
}

function identity(tenant: string, event: CanonicalEvent): bigint {
  const hash = { hi: 0, lo: 0 };
  hash64(tenant, event.location_id, event.event_id, hash);
  return (BigInt(hash.hi) << 32n) + BigInt(hash.lo);
}

/** The ledger: per tenant and minute of log time. */
export function recountLedger(batches: readonly SettledBatch[]): Map<string, Recounted> {
  const rows = new Map<string, Recounted>();
  for (const { log_time: time, parts } of batches) {
    for (const part of parts) {
      const key = { tenant: part.tenant, day: floor(time, DAY), minute: floor(time, MINUTE) };
      const text = JSON.stringify(['ledger_by_minute', key]);
      const before = rows.get(text) as Record<string, number> | undefined;
      rows.set(text, {
        events_accepted: (before?.['events_accepted'] ?? 0) + part.accepted,
        events_applied: (before?.['events_applied'] ?? 0) + part.events.length,
        events_duplicate: (before?.['events_duplicate'] ?? 0) + part.duplicates.length,
        events_rejected: (before?.['events_rejected'] ?? 0) + part.rejections.length,
        events: 0,
        fingerprint: '0000000000000000',
      });
    }
  }
  return rows;
}
