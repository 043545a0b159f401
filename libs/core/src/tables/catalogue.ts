/**
 * Every table, one per question. Every partition key begins with `generation`, so that a rebuild is a new set of rows and a
 * flip of a pointer, and holds `shard` (the log partition) or determines it, so that each row has one writer.
 */
import { aggregate, type AggregateTable } from './aggregate.js';
import { dayOf } from '../time.js';
import type { TableSpec } from './spec.js';

const MONEY = ['revenue_minor', 'net_sales_minor', 'tax_minor', 'tips_minor', 'refunds_minor'];

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

/** The tables the changelog carries, by their index. */
export const AGGREGATES: readonly AggregateTable[] = [
  REVENUE,
  FUNNEL,
  ITEM_SALES,
  WAIT_TIMES,
  PAYMENT_MIX,
  FEEDBACK,
  LEDGER,
];

export const ORDERS: TableSpec = {
  name: 'orders_by_id',
  answers: 'The state of one order, whatever order its events came in.',
  partition: ['generation', 'tenant', 'order_id'],
  clustering: ['location_id'],
  columns: {
    generation: 'int',
    tenant: 'text',
    order_id: 'text',
    location_id: 'text',
    parts: 'json',
    overflow: 'bigint',
    applied: 'bigint',
    entry: 'text',
  },
};

export const VISITS: TableSpec = {
  name: 'visits_by_table',
  answers: 'What happened at one table in six hours: pairs a seating with its orders and payments.',
  partition: ['generation', 'tenant', 'location_id'],
  clustering: ['table_id', 'period'],
  columns: {
    generation: 'int',
    tenant: 'text',
    location_id: 'text',
    table_id: 'text',
    period: 'bigint',
    moments: 'json',
    applied: 'bigint',
    entry: 'text',
  },
};

/** The history: every settled batch as it stands in the log, compressed (raw DEFLATE). */
export const EVENT_PAGES: TableSpec = {
  name: 'event_pages',
  answers: 'The history: every settled batch.',
  partition: ['generation', 'shard', 'hour'],
  clustering: ['seq'],
  columns: { generation: 'int', shard: 'int', hour: 'bigint', seq: 'bigint', entry: 'text', page: 'blob' },
};

/** One row an entry and hour of event time; `marks` holds eight bytes an event, the hash of its identity, big-endian. */
export const FIRST_SEEN: TableSpec = {
  name: 'first_seen',
  answers: 'At which position an event was first seen, for duplicates that come late.',
  partition: ['generation', 'shard', 'hour'],
  clustering: ['seq'],
  columns: { generation: 'int', shard: 'int', hour: 'bigint', seq: 'bigint', entry: 'text', marks: 'blob' },
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
    log_time: 'bigint',
  },
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
  VISITS,
  EVENT_PAGES,
  FIRST_SEEN,
  REJECTIONS,
  CHECKPOINTS,
  EPOCHS,
];
