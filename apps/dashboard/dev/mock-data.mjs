/**
 * A plausible Friday evening of a chain of restaurants, made up from the clock and a few waves: no state but counters, so that every
 * report of one moment agrees with the others.
 */
const MINUTE = 60_000;
const GRACE = 10 * MINUTE;
const CITIES = [
  ['Chicago', ['River North', 'West Loop', 'Wicker Park', 'Hyde Park']],
  ['Austin', ['South Congress', 'Domain', 'East 6th']],
  ['Boston', ['Back Bay', 'Seaport', 'Cambridge']],
  ['New York', ['Union Square', 'Tribeca', 'Williamsburg', 'Upper West Side', 'Columbus Circle – Shops']],
  ['Seattle', ['Capitol Hill', 'Ballard']],
  ['Denver', ['LoDo', 'Cherry Creek']],
  ['Portland', ['Pearl District', 'Hawthorne']],
  ['Miami', ['Brickell', 'Wynwood', 'Coral Gables']],
  ['San Francisco', ['Mission', 'Marina', 'Hayes Valley', 'SoMa']],
  ['Nashville', ['The Gulch', '12 South']],
  ['Atlanta', ['Midtown', 'Buckhead', 'Inman Park']],
  ['Dallas', ['Uptown', 'Deep Ellum', 'Bishop Arts']],
  ['Phoenix', ['Arcadia', 'Old Town Scottsdale']],
  ['Philadelphia', ['Rittenhouse', 'Fishtown']],
  ['Minneapolis', ['North Loop', 'Uptown']],
  ['San Diego', ['Gaslamp', 'La Jolla', 'North Park']],
  ['Washington', ['Georgetown', 'Navy Yard', '14th Street']],
  ['Los Angeles', ['Silver Lake', 'Venice', 'Arts District', 'Pasadena']],
];
const LOCATIONS = CITIES.flatMap(([city, places]) => places.map((place) => `${city} - ${place}`)).map(
  (location_name, i) => ({
    location_id: `loc_${String(142 + i * 7).padStart(5, '0')}`,
    location_name,
  }),
);
const ITEMS = [
  ['Margherita Pizza', 'Pizza'],
  ['Caesar Salad', 'Salad'],
  ['Truffle Fries', 'Sides'],
  ['Old Fashioned', 'Bar'],
  ['Cacio e Pepe', 'Pasta'],
  ['Smash Burger', 'Mains'],
  ['Pinot Noir, glass', 'Bar'],
  ['Burrata & Heirloom Tomato', 'Starters'],
  ['Tiramisù', 'Dessert'],
  ['Sparkling Water', 'Drinks'],
  ['Roast Chicken', 'Mains'],
];
const cents = (value) => Math.round(value * 100) / 100;
const noise = (...seed) => {
  let h = 2166136261;
  for (const c of seed.join('/')) h = Math.imul(h ^ c.charCodeAt(0), 16777619) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 2246822519) >>> 0;
  return ((h ^ (h >>> 13)) >>> 0) / 2 ** 32;
};
const iso = (ms) => new Date(ms).toISOString();

/** What a location took in a minute up to `now`, so that the minute that is not over is smaller. */
function minuteOf(i, minute, now) {
  const hour = new Date(minute).getUTCHours() + new Date(minute).getUTCMinutes() / 60;
  const rush = 0.35 + Math.exp(-((hour - 19.5) ** 2) / 6) + 0.5 * Math.exp(-((hour - 12.5) ** 2) / 2);
  const busy = 0.4 + noise('busy', i) * 1.4;
  const part = Math.max(0, Math.min(1, (now - minute) / MINUTE));
  const orders = Math.floor((rush * busy * (0.5 + noise('orders', i, minute)) * 2.2 + noise('more', i, minute)) * part);
  const net_sales = cents(orders * (38 + 22 * noise('ticket', i, minute)));
  const tax = cents(net_sales * 0.0875);
  const tips = cents(net_sales * (0.12 + 0.1 * noise('tip', i, minute)));
  return { orders, net_sales, tax, tips, revenue: cents(net_sales + tax + tips) };
}

export function makeReports({ empty = false, difference = 0 } = {}) {
  const started = Date.now();
  const locations = empty ? [] : LOCATIONS;
  const envelope = (now, spanMs, wholeDays = false) => {
    const to = wholeDays
      ? Math.floor(now / 86_400_000) * 86_400_000 + 86_400_000
      : Math.floor(now / MINUTE) * MINUTE + MINUTE;
    return {
      window: { from: iso(to - spanMs), to: iso(to) },
      as_of: { log_time: iso(now - 40), positions: { 0: Math.floor(now / 250), 1: Math.floor(now / 260) } },
      completeness: {
        state: 'provisional',
        settles_at: iso(to + GRACE),
        in_flight: empty ? 0 : 20 + Math.floor(noise(now) * 40),
      },
    };
  };
  const sum = (rows, ...columns) =>
    Object.fromEntries(columns.map((c) => [c, cents(rows.reduce((n, row) => n + row[c], 0))]));
  const byMinute = (now, minutesBack, indexes) => {
    const rows = [];
    const last = Math.floor(now / MINUTE) * MINUTE;
    for (let minute = last - (minutesBack - 1) * MINUTE; minute <= last; minute += MINUTE) {
      const all = indexes.map((i) => minuteOf(i, minute, now));
      rows.push({
        minute: iso(minute),
        ...sum(all, 'revenue', 'net_sales', 'tax', 'tips'),
        order_count: all.reduce((n, m) => n + m.orders, 0),
      });
    }
    return rows;
  };
  const all = locations.map((_, i) => i);

  const reports = {
    revenue(now) {
      const rows = locations.map((place, i) => {
        const minutes = byMinute(now, 5, [i]);
        return { ...place, ...sum(minutes, 'revenue', 'net_sales', 'tax', 'tips', 'order_count') };
      });
      rows.sort((a, b) => b.revenue - a.revenue);
      return {
        ...envelope(now, 5 * MINUTE),
        ...(empty ? {} : { restated: { events: 3, amount: 212, last_at: iso(started - 4 * MINUTE) } }),
        rows: rows.slice(0, 50),
        totals: sum(rows, 'revenue', 'order_count', 'net_sales', 'tax', 'tips'),
      };
    },
    series: (now) => ({
      ...envelope(now, 60 * MINUTE),
      rows: byMinute(now, 60, all).map(({ minute, revenue, order_count }) => ({ minute, revenue, order_count })),
    }),
    funnel(now) {
      const tick = Math.floor(now / 2000) - Math.floor(started / 2000);
      const rates = (row) => ({
        ...row,
        conversion_rate_seated_to_order: row.tables_seated ? row.orders_placed / row.tables_seated : null,
        conversion_rate_order_to_completed: row.orders_placed ? row.orders_completed / row.orders_placed : null,
        conversion_rate_order_to_payment: row.orders_placed ? row.payments / row.orders_placed : null,
      });
      const rows = locations.map((place, i) => {
        const tables_seated = 12 + Math.floor(noise('seat', i) * 70) + (tick >> 2);
        const orders_placed = Math.floor(tables_seated * (0.82 + 0.15 * noise('place', i)));
        const orders_completed = Math.floor(orders_placed * (0.55 + 0.38 * noise('done', i)));
        return rates({
          ...place,
          tables_seated,
          orders_placed,
          orders_completed,
          payments: Math.floor(orders_completed * 0.93),
        });
      });
      rows.sort((a, b) => b.tables_seated + b.orders_placed - a.tables_seated - a.orders_placed);
      return {
        ...envelope(now, 60 * MINUTE),
        rows: rows.slice(0, 50),
        totals: rates(sum(rows, 'tables_seated', 'orders_placed', 'orders_completed', 'payments')),
      };
    },
    items(now) {
      const tick = Math.floor((now - started) / 3000);
      const rows = (empty ? [] : ITEMS).map(([item_name, category], i) => ({
        item_id: `item_${101 + i}`,
        item_name,
        category,
        total_quantity: Math.floor(640 / (1 + i * 0.23)) + Math.floor(tick * noise('item', i)),
        order_count: Math.floor(410 / (1 + i * 0.22)) + (tick >> 1),
      }));
      return {
        ...envelope(now, 30 * MINUTE),
        rows: rows.sort((a, b) => b.total_quantity - a.total_quantity).slice(0, 10),
      };
    },
    'wait-times': (now) => durations(now, 'wait', 34),
    kitchen: (now) => durations(now, 'kitchen', 14),
    payments(now) {
      const kinds = [
        ['credit_card', 'visa', 0.381],
        ['credit_card', 'mastercard', 0.214],
        ['mobile_wallet', 'apple_pay', 0.187],
        ['debit_card', null, 0.104],
        ['cash', null, 0.071],
        ['gift_card', null, 0.028],
        ['mobile_wallet', 'google_pay', 0.015],
      ];
      const whole = 1_284_310.42 + Math.floor((now - started) / 2000) * 83.17;
      const rows = (empty ? [] : kinds).map(([payment_method, provider, share]) => ({
        payment_method,
        provider,
        payments: Math.floor((whole * share) / 61),
        amount: cents(whole * share),
        tips: cents(whole * share * 0.15),
        share,
      }));
      return { ...envelope(now, 86_400_000, true), rows, totals: sum(rows, 'payments', 'amount', 'tips') };
    },
    feedback(now) {
      const rows = locations.map((place, i) => {
        const responses = 4 + Math.floor(noise('answers', i) * 60);
        const detractors = Math.floor(responses * noise('bad', i) * 0.4);
        const promoters = Math.floor((responses - detractors) * (0.4 + 0.5 * noise('good', i)));
        const passives = responses - detractors - promoters;
        return {
          ...place,
          responses,
          average_rating: cents(3 + 2 * noise('good', i)),
          nps: Math.round(((promoters - detractors) / responses) * 100),
          promoters,
          passives,
          detractors,
        };
      });
      const totals = sum(rows, 'responses', 'promoters', 'passives', 'detractors');
      return {
        ...envelope(now, 7 * 86_400_000, true),
        rows: rows.slice(0, 50),
        totals: empty
          ? { ...totals, nps: null, average_rating: null }
          : {
              ...totals,
              nps: Math.round(((totals.promoters - totals.detractors) / totals.responses) * 100),
              average_rating: 4.21,
            },
      };
    },
    ledger(now) {
      const passed = Math.floor((now - started) / 20);
      const applied = empty ? 0 : 1_211_004 + passed;
      const rest = empty
        ? { duplicates: 0, rejected: 0, in_flight: 0 }
        : { duplicates: 24_217, rejected: 12, in_flight: 39 };
      const accepted = applied + rest.duplicates + rest.rejected + rest.in_flight + difference;
      return {
        ...envelope(now, 86_400_000),
        accepted,
        applied,
        ...rest,
        difference,
        lost_messages: 0,
        given_up_messages: 0,
        rows: [],
      };
    },
    rejections(now) {
      const reasons = [
        ['schema', '/total_amount must be a number of at least 0', { event_type: 'payment', total_amount: '-12.00' }],
        [
          'too_old',
          'timestamp lies 9 days before log time; the horizon is 7 days',
          { event_type: 'order_placed', timestamp: iso(now - 9 * 86_400_000) },
        ],
        [
          'unknown_type',
          'event_type "table_cleared" is not known in any dialect',
          { event_type: 'table_cleared', table_id: 'table_12' },
        ],
        ['not_json', 'line 3 is not JSON: Unexpected end of input', '{"event_id":"evt_9","event_type":"pay'],
      ];
      const rows = Array.from({ length: empty ? 0 : 12 }, (_, i) => {
        const [reason, message, payload] = reasons[i % reasons.length];
        return {
          at: iso(now - (i + 1) * 7 * MINUTE),
          position: 88_120 - i * 31,
          index: i % 5,
          reason,
          message,
          payload,
        };
      });
      return { ...envelope(now, 86_400_000), rows };
    },
    location(now, id, window) {
      const i = LOCATIONS.findIndex((place) => place.location_id === id);
      const minutes = window === '1h' ? 60 : 1440;
      return { ...envelope(now, minutes * MINUTE), rows: byMinute(now, minutes, i < 0 ? [] : [i]) };
    },
  };

  function durations(now, kind, typical) {
    const hour = new Date(now).getHours();
    const rows = [];
    locations.slice(0, 17).forEach((place, i) => {
      for (const back of [0, 1, 2]) {
        const p50 = typical * (0.75 + 0.7 * noise(kind, i, back)) * (i === 3 ? 1.5 : 1);
        rows.push({
          ...place,
          hour_of_day: (hour - back + 24) % 24,
          samples:
            Math.floor(noise(kind, 'n', i, back) * 90) +
            (i % 6 === 5 ? 2 : 12) -
            (i % 6 === 5 ? Math.floor(noise(kind, 'n', i, back) * 90) : 0),
          p50_minutes: cents(p50),
          p90_minutes: cents(p50 * (1.35 + 0.3 * noise(kind, i))),
          p99_minutes: cents(p50 * (1.9 + 0.5 * noise(kind, 'x', i))),
        });
      }
    });
    return { ...envelope(now, 86_400_000), rows: rows.slice(0, 50) };
  }

  return reports;
}
