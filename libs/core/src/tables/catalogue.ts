/**
 * Every table, one per question. Every partition key begins with `generation`, so that a rebuild is a new set of rows and a
 * flip of a pointer, and holds `shard` (the log partition) or determines it, so that each row has one writer.
 */
import { aggregate, type AggregateTable } from './aggregate.js';
import { dayOf } from '../time.js';
import type { TableSpec } from './spec.js';

const MONEY = ['revenue_minor', 'net_sales_minor', 'tax_minor', 'tips_minor', 'refunds_minor'] as const;

export const REVENUE = aggregate(0, {
  name: 'revenue_by_location_minute',
  answers: 'Revenue of all locations over a few minutes.',
  bucket: 'minute',
  members: { location_id: 'text' },
  labels: ['location_name'],
  sums: [...MONEY, 'payments', 'order_count'],
  mirrors: (values) => [
    {
      spec: {
        name: 'revenue_by_minute_of_location',
        answers: "One location's day, minute by minute.",
        partition: ['generation', 'tenant', 'location_id', 'day'],
        clustering: ['minute', 'shard'],
        columns: {
          generation: 'int',
          tenant: 'text',
          location_id: 'text',
          day: 'bigint',
          minute: 'bigint',
          shard: 'int',
          ...values,
        },
      },
      rowOf: (row) => ({ ...row, day: dayOf(row['minute'] as number) }),
    },
  ],
});

export const FUNNEL = aggregate(1, {
  name: 'funnel_by_location_minute',
  answers: 'Seated, placed, completed, paid: how many of each, of all locations over an hour.',
  bucket: 'minute',
  members: { location_id: 'text' },
  labels: ['location_name'],
  sums: ['tables_seated', 'orders_placed', 'orders_completed', 'payments'],
});

export const ITEM_SALES = aggregate(2, {
  name: 'item_sales_by_minute',
  answers: 'Trending items.',
  bucket: 'minute',
  members: { item_id: 'text' },
  labels: ['item_name', 'category'],
  sums: ['quantity', 'orders', 'amount_minor'],
});

export const WAIT_TIMES = aggregate(3, {
  name: 'wait_times_by_location_hour',
  answers: 'How long guests wait, kitchens take and tables are held, by location and hour, as sketches of minutes.',
  bucket: 'day',
  members: { location_id: 'text', hour: 'bigint', hour_of_day: 'int' },
  labels: ['location_name'],
  sums: ['visits'],
  sketches: ['wait_minutes', 'kitchen_minutes', 'visit_minutes'],
  cadence: 'slow',
});

export const PAYMENT_MIX = aggregate(4, {
  name: 'payment_mix_by_location_day',
  answers: 'How people pay.',
  bucket: 'day',
  members: { location_id: 'text', payment_method: 'text', provider: 'text' },
  sums: ['payments', 'amount_minor', 'tips_minor', 'refunds_minor'],
  cadence: 'slow',
});

export const FEEDBACK = aggregate(5, {
  name: 'feedback_by_location_day',
  answers: 'What guests say: ratings and net promoter score.',
  bucket: 'day',
  members: { location_id: 'text' },
  labels: ['location_name'],
  sums: ['responses', 'ratings', 'rating_sum', 'scores', 'promoters', 'passives', 'detractors'],
  cadence: 'slow',
});

/** By minute of log time, not of event time: when something was taken, not when it happened. */
export const LEDGER = aggregate(6, {
  name: 'ledger_by_minute',
  answers: 'The books: accepted = applied + duplicates + rejected.',
  bucket: 'day',
  members: { minute: 'bigint' },
  sums: ['events_accepted', 'events_applied', 'events_duplicate', 'events_rejected'],
});

/** The figures whose restatements are counted apart: an event may change one of a minute's and leave the others as they were. */
export const RESTATED_FIGURES = ['revenue', 'funnel', 'items', 'waits', 'payment_mix', 'feedback'] as const;

/**
 * One row a restated minute and location; waits are restated by the hour, feedback by the day. By figure the events that
 * changed it, and the log time of the last of them. What the minute changed by, one change after the other, is in RESTATEMENTS.
 */
export const RESTATED = aggregate(7, {
  name: 'restated_by_location_minute',
  answers: 'Whether a minute changed after it was settled, by how much, and when it last did.',
  bucket: 'minute',
  members: { location_id: 'text' },
  sums: ['revenue_minor', ...RESTATED_FIGURES.map((figure) => `${figure}_events`)],
  latest: RESTATED_FIGURES.map((figure) => `${figure}_restated_at`),
  cadence: 'slow',
});

/** The tables the changelog carries, by their index. */
export const AGGREGATES: readonly AggregateTable[] = [
  REVENUE,
  FUNNEL,
  ITEM_SALES,
  WAIT_TIMES,
  PAYMENT_MIX,
  FEEDBACK,
  LEDGER,
  RESTATED,
];

/**
 * One row an event of an order, written once. `slice` is a hash of tenant and order, so that one flush writes several rows of each
 * partition. `part` is the event; null in the row that says from which place on the order took no more (see isOrderFull).
 */
export const ORDERS: TableSpec = {
  name: 'order_parts',
  answers: 'The state of one order, whatever order its events came in.',
  partition: ['generation', 'shard', 'slice'],
  clustering: ['tenant', 'order_id', 'location_id', 'place'],
  columns: {
    generation: 'int',
    shard: 'int',
    slice: 'int',
    tenant: 'text',
    order_id: 'text',
    location_id: 'text',
    place: 'bigint',
    part: 'json',
    entry: 'text',
  },
};

/**
 * One row a stretch of the log behind `since` up to `seq`; `marks` holds eight bytes an order, a hash; `unmarked` is 1
 * where orders are missing. See OrderMarks.
 */
export const ORDER_MARKS: TableSpec = {
  name: 'order_marks',
  answers: 'Which orders may have rows, so that one that is new need not be looked for.',
  partition: ['generation', 'shard'],
  clustering: ['since', 'unmarked'],
  columns: {
    generation: 'int',
    shard: 'int',
    since: 'bigint',
    unmarked: 'int',
    seq: 'bigint',
    first_at: 'bigint',
    marks: 'blob',
  },
};

/**
 * One row a moment, written once; `period` is the start of six hours of event time, `slice` a hash of the table. `moment` is
 * [kind, time, event_id, utc_offset_minutes]: nothing asks for one of them alone, and each column costs as much as a short row.
 */
export const VISITS: TableSpec = {
  name: 'visit_moments',
  answers: 'What happened at one table in six hours: pairs a seating with its orders and payments.',
  partition: ['generation', 'shard', 'period', 'slice'],
  clustering: ['tenant', 'location_id', 'table_id', 'place'],
  columns: {
    generation: 'int',
    shard: 'int',
    period: 'bigint',
    slice: 'int',
    tenant: 'text',
    location_id: 'text',
    table_id: 'text',
    place: 'bigint',
    moment: 'json',
    entry: 'text',
  },
};

/** Ranges are lists of [from, to], both included; see NumberRanges. */
export const COLLECTOR_NUMBERS: TableSpec = {
  name: 'collector_numbers',
  answers: "Which of the collectors' numbered messages never came.",
  partition: ['generation', 'shard'],
  clustering: ['collector', 'boot'],
  columns: {
    generation: 'int',
    shard: 'int',
    collector: 'text',
    boot: 'text',
    messages: 'bigint',
    last_n: 'bigint',
    missing: 'json',
    given_up: 'json',
    missing_beyond: 'bigint',
    first_at: 'bigint',
    last_at: 'bigint',
    applied: 'bigint',
    entry: 'text',
  },
};

/** A device is of one location, and a location of one shard, so every number of a device comes to one row. */
export const DEVICES: TableSpec = {
  name: 'devices',
  answers: "Which of the devices' numbered events never came, and which devices fell silent.",
  partition: ['generation', 'tenant', 'shard'],
  clustering: ['location_id', 'device_id'],
  columns: {
    generation: 'int',
    tenant: 'text',
    shard: 'int',
    location_id: 'text',
    device_id: 'text',
    events: 'bigint',
    runs: 'json',
    missing_beyond: 'bigint',
    usual_gap_ms: 'bigint',
    last_event_at: 'bigint',
    last_seen_at: 'bigint',
    applied: 'bigint',
    entry: 'text',
  },
};

/** The history: every settled batch as it stands in the log, byte for byte. Compressing it is the engine's. */
export const EVENT_PAGES: TableSpec = {
  name: 'event_pages',
  answers: 'The history: every settled batch.',
  partition: ['generation', 'shard', 'hour'],
  clustering: ['seq'],
  columns: { generation: 'int', shard: 'int', hour: 'bigint', seq: 'bigint', entry: 'text', page: 'blob' },
  isBulky: true,
};

/**
 * The index of the history by event time: one row an entry and minute of event time. `marks` holds eight bytes an event, the
 * hash of its identity; `places` six bytes an event and `copies` six a duplicate: the hash of its location, its type and its
 * index in the entry. All big-endian. See HistoryIndex.
 */
export const FIRST_SEEN: TableSpec = {
  name: 'first_seen',
  answers:
    'At which position an event was first seen, for duplicates that come late; which pages hold the events of a minute.',
  partition: ['generation', 'shard', 'hour'],
  clustering: ['minute', 'seq'],
  columns: {
    generation: 'int',
    shard: 'int',
    hour: 'bigint',
    minute: 'bigint',
    seq: 'bigint',
    entry: 'text',
    log_time: 'bigint',
    marks: 'blob',
    places: 'blob',
    copies: 'blob',
  },
};

export const REJECTIONS: TableSpec = {
  name: 'rejections',
  answers: 'What was refused, why, and what it said.',
  partition: ['generation', 'tenant', 'day', 'shard'],
  clustering: ['seq', 'place'],
  columns: {
    generation: 'int',
    tenant: 'text',
    day: 'bigint',
    shard: 'int',
    seq: 'bigint',
    place: 'int',
    at: 'bigint',
    reason: 'text',
    message: 'text',
    payload: 'text',
  },
};

/** What a restatement says a minute changed by, in this order; `samples_moved` counts waits, kitchen times and visits. */
export const RESTATEMENT_SUMS = [
  ...MONEY,
  'payments',
  'order_count',
  'tables_seated',
  'orders_placed',
  'orders_completed',
  'payments_made',
  'item_quantity',
  'item_orders',
  'item_amount_minor',
  'samples_moved',
  'responses',
] as const;

/**
 * One row an entry that changed settled minutes of the tenant. The sums are those of all its changes; `events` as well, so an
 * event that changed several minutes is in it once for each. `changes` lists minute, location_id, location_name, events and the
 * sums of the first of them, `changes_beyond` says how many more there were: see RESTATEMENT_CHANGES_MAX.
 */
export const RESTATEMENTS: TableSpec = {
  name: 'restatements',
  answers: 'What was restated on a day of log time, in the order in which it was.',
  partition: ['generation', 'tenant', 'day', 'shard'],
  clustering: ['at', 'seq'],
  columns: {
    generation: 'int',
    tenant: 'text',
    day: 'bigint',
    shard: 'int',
    at: 'bigint',
    seq: 'bigint',
    entry: 'text',
    events: 'bigint',
    ...Object.fromEntries(RESTATEMENT_SUMS.map((sum) => [sum, 'bigint' as const])),
    changes: 'json',
    changes_beyond: 'bigint',
  },
};

/** Up to which position the rows of a shard are complete, and what the next owner has to know. */
export const CHECKPOINTS: TableSpec = {
  name: 'checkpoints',
  answers: 'Where to go on after a restart.',
  partition: ['generation', 'shard'],
  clustering: [],
  columns: {
    generation: 'int',
    shard: 'int',
    seq: 'bigint',
    entry: 'text',
    ingest: 'bigint',
    ingest_id: 'text',
    log_time: 'bigint',
    earlier_seq: 'bigint',
    earlier_entry: 'text',
    earlier_ingest: 'bigint',
    earlier_ingest_id: 'text',
    earlier_log_time: 'bigint',
  },
};

/** Written before the rows it speaks of: which entry of the log they may be of at most. */
export const REACHES: TableSpec = {
  name: 'reaches',
  answers: 'Up to which entry rows may be ahead of the checkpoint.',
  partition: ['generation', 'shard'],
  clustering: [],
  columns: { generation: 'int', shard: 'int', seq: 'bigint', entry: 'text' },
};

/** Which logs these tables were built from: an unknown log is refused. */
export const EPOCHS: TableSpec = {
  name: 'epochs',
  answers: 'Which log the positions in these tables belong to.',
  partition: ['registry'],
  clustering: ['epoch'],
  columns: { registry: 'text', epoch: 'int', log: 'text', base: 'bigint', partitions: 'int', generation: 'int' },
};

/** Every table there is. */
export const TABLES: readonly TableSpec[] = [
  ...AGGREGATES.flatMap((table) => [table.spec, ...table.mirrors.map((mirror) => mirror.spec)]),
  ORDERS,
  ORDER_MARKS,
  VISITS,
  COLLECTOR_NUMBERS,
  DEVICES,
  EVENT_PAGES,
  FIRST_SEEN,
  REJECTIONS,
  RESTATEMENTS,
  CHECKPOINTS,
  REACHES,
  EPOCHS,
];
