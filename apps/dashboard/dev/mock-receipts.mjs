/** Made-up receipts, restatements and terminals, for working on the page without the product. */
const MINUTE = 60_000;
const iso = (ms) => new Date(ms).toISOString();
const cents = (value) => Math.round(value * 100) / 100;
const HOWS = ['applied', 'applied', 'applied', 'late', 'duplicate', 'applied', 'refund', 'applied', 'void'];

/** A receipt of `count` events in pages; `difference` is what the recount is off by. */
export function makeReceipt(now, report, query, { count = 137, difference = 0 } = {}) {
  const span = Number.parseInt(query.get('window') ?? '5m', 10) * MINUTE;
  const to = Math.floor(Date.parse(query.get('at') ?? iso(now)) / MINUTE) * MINUTE + MINUTE;
  const events = Array.from({ length: count }, (_, i) => {
    const how = HOWS[i % HOWS.length];
    const amount = how === 'refund' ? -12.5 : cents(20 + ((i * 7919) % 9000) / 100);
    const counts = how === 'applied' || how === 'late' || how === 'refund';
    const given = {
      revenue: { revenue: amount, order_count: how === 'refund' ? 0 : 1 },
      funnel: { [['tables_seated', 'orders_placed', 'orders_completed', 'payments'][i % 4]]: 1 },
      items: { quantity: 1 + (i % 3), orders: 1 },
    }[report];
    return {
      event_id: `evt_${String(i).padStart(4, '0')}-6f2a`,
      event_type: how === 'void' ? 'order_voided' : how === 'refund' ? 'payment_refunded' : 'payment',
      time: iso(to - span + (i * span) / count),
      location_id: query.get('location_id') ?? 'loc_00142',
      order_id: `ord_${i}`,
      how,
      contribution: counts ? given : {},
      log_time: iso(now - 1000),
      position: { shard: 3, seq: 88_000 + i, index: i % 7 },
      entry: 'c0ffee00c0ffee00c0ffee00c0ffee00',
      first: how === 'duplicate' ? { shard: 3, seq: 87_990, index: 1 } : null,
    };
  });
  const sum = (column) => cents(events.reduce((n, { contribution }) => n + (contribution[column] ?? 0), 0));
  const figure = {
    revenue: { revenue: sum('revenue'), order_count: sum('order_count'), net_sales: 100, tax: 8.75, tips: 12 },
    funnel: {
      tables_seated: sum('tables_seated'),
      orders_placed: sum('orders_placed'),
      orders_completed: sum('orders_completed'),
      payments: sum('payments'),
    },
    items: { total_quantity: sum('quantity'), order_count: sum('orders') },
  }[report];
  const first = Object.keys(figure)[0];
  const offset = Number(query.get('cursor') ?? 0);
  const end = offset + Number(query.get('limit') ?? 100);
  return {
    report,
    key: {},
    window: { from: iso(to - span), to: iso(to) },
    as_of: { log_time: query.get('as_of') ?? iso(now - 40), positions: { 3: 88_120 } },
    figure,
    recounted: { ...figure, [first]: cents(figure[first] - difference) },
    equal: query.has('as_of') ? null : difference === 0,
    stored: query.has('as_of') ? 'changed_since' : 'current',
    differences: [],
    problems: [],
    event_count: count,
    totals: { duplicate: events.filter(({ how }) => how === 'duplicate').length, rejected: 0 },
    events: events.slice(offset, end),
    next_cursor: end < count ? String(end) : null,
  };
}

export function receiptCsv(receipt) {
  const lines = receipt.events.map((event) => `${event.event_id},${event.event_type},${event.time},${event.how}`);
  return ['event_id,event_type,time,how', ...lines, ''].join('\r\n');
}

export function makeRestatements(now, envelope, empty) {
  const rows = (empty ? [] : [212, -18.4, 0, 65.55]).map((revenue, i) => ({
    restated_at: iso(now - (i + 1) * 11 * MINUTE),
    minute: iso(Math.floor((now - (i + 4) * 23 * MINUTE) / MINUTE) * MINUTE),
    location_id: `loc_${String(142 + i * 7).padStart(5, '0')}`,
    location_name: ['Chicago - River North', 'Chicago - West Loop', 'Austin - Domain', 'Boston - Seaport'][i],
    events: 1 + (i % 3),
    revenue,
    net_sales: revenue,
    tax: 0,
    tips: 0,
    refunds: 0,
    payments: revenue === 0 ? 0 : 1,
    order_count: 1,
    tables_seated: revenue === 0 ? 2 : 0,
    orders_placed: 0,
    orders_completed: 0,
    item_quantity: 0,
    item_amount: 0,
    samples_moved: 0,
    feedback_responses: 0,
    position: { shard: i, seq: 1200 + i },
  }));
  const totals = {
    restatements: rows.length,
    events: rows.reduce((n, row) => n + row.events, 0),
    revenue: cents(rows.reduce((n, row) => n + row.revenue, 0)),
  };
  return { ...envelope, rows, row_count: rows.length, totals, is_complete: true };
}

export function makeDevices(now, kind, empty) {
  const device = (i, missing, silent_since) => ({
    location_id: `loc_${String(142 + i * 7).padStart(5, '0')}`,
    device_id: `terminal_${i + 3}`,
    events: 4_210,
    last_seq: 4_300,
    missing,
    missing_count: missing.reduce((n, { from, to }) => n + to - from + 1, 0),
    missing_beyond: 0,
    last_event_at: iso(now - 40_000),
    last_seen_at: iso(now - 39_000),
    usual_gap_seconds: 40,
    silent_since,
  });
  const rows = {
    missing: [
      device(4, [{ from: 881, to: 884 }], null),
      device(
        9,
        [
          { from: 12, to: 12 },
          { from: 20, to: 41 },
        ],
        null,
      ),
    ],
    silent: [device(6, [], iso(now - 47 * MINUTE))],
  }[kind];
  const shown = empty ? [] : rows;
  return { as_of: { log_time: iso(now - 40), positions: { 0: 1 } }, rows: shown, row_count: shown.length };
}
